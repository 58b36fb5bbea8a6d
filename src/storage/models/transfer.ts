import { Sha256 } from '../../base/sha256.ts';
import { wait, type Timer } from '../../base/timer.ts';
import type { RangeReader } from '../../policy/formats/fileSource.ts';
import { asStorageError } from '../errors.ts';
import { ConnectionTrouble, type OpenArrival } from './arrival.ts';
import { cutOff, fileChanged, wrongHash } from './errors.ts';
import type { Appender, ModelFiles } from './modelFiles.ts';
import type { PlannedFile } from './storedModel.ts';

export interface TransferPorts {
  readonly files: ModelFiles;
  readonly open: OpenArrival;
  readonly timer: Timer;
  readonly signal: AbortSignal;
  /** Of this file, as they grow; fewer than before where it has to begin anew. */
  readonly onBytes: (sizeBytes: number) => void;
}

/** Attempts in a row without a single new byte. */
const ATTEMPTS = 5;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** Read at a time, to hash what is there already. */
const PIECE_BYTES = 8 << 20;

/**
 * Brings a file into its folder, or the rest of it, and checks it. What has arrived stays there whatever happens, but for a file
 * whose hash is wrong.
 *
 * @returns what it is now
 * @throws AppError `model-download` when the connection fails again and again, `model-closed`, `model-changed`, `model-hash`,
 *   `storage-full`, `model-busy`; the signal's reason
 */
export async function transfer(
  folder: string,
  file: PlannedFile,
  ports: TransferPorts,
): Promise<{ readonly name: string; readonly sizeBytes: number; readonly sha256: string }> {
  const { name } = file;
  // Read before it is opened for writing: browsers need not show a file to readers while somebody writes it.
  const begun = await hashOf(await ports.files.open(folder, name), ports.signal);
  const copy = new Copy(await ports.files.append(folder, name), begun, ports.onBytes);
  let sha256: string;
  try {
    const isTooLong = file.sizeBytes !== null && copy.sizeBytes > file.sizeBytes;
    if (isTooLong || copy.sizeBytes !== begun.sizeBytes) await copy.restart();
    if (copy.sizeBytes === 0 || copy.sizeBytes !== file.sizeBytes) await fetchRest(file, copy, ports);
    if (file.sizeBytes !== null && copy.sizeBytes !== file.sizeBytes) {
      throw fileChanged(name, `It has ${copy.sizeBytes} bytes instead of ${file.sizeBytes}.`);
    }
    sha256 = copy.digest();
  } catch (thrown) {
    throw asStorageError(thrown);
  } finally {
    await copy.close();
  }
  if (file.sha256 !== null && sha256 !== file.sha256) {
    await ports.files.removeFile(folder, name);
    throw wrongHash(name);
  }
  return { name, sizeBytes: copy.sizeBytes, sha256 };
}

/** Asks again as long as something comes. */
async function fetchRest(file: PlannedFile, copy: Copy, { open, timer, signal }: TransferPorts): Promise<void> {
  for (let failures = 0; ;) {
    const before = copy.sizeBytes;
    try {
      const { begin, chunks } = await open(file, before, signal);
      if (begin !== before) await copy.restart();
      for await (const chunk of chunks) {
        signal.throwIfAborted();
        if (file.sizeBytes !== null && copy.sizeBytes + chunk.length > file.sizeBytes) {
          throw fileChanged(file.name, `More than its ${file.sizeBytes} bytes came.`);
        }
        await copy.add(chunk);
      }
      if (file.sizeBytes === null || copy.sizeBytes === file.sizeBytes) return;
      throw new ConnectionTrouble(`Of ${file.sizeBytes} bytes, ${copy.sizeBytes} arrived.`);
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof ConnectionTrouble)) throw thrown;
      failures = copy.sizeBytes > before ? 1 : failures + 1;
      if (failures >= ATTEMPTS) throw cutOff(file.name, thrown.message, thrown);
      const backOffMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
      await wait(timer, Math.max(backOffMs, Math.min(thrown.waitMs ?? 0, LONGEST_WAIT_MS)), signal);
    }
  }
}

interface Begun {
  readonly sizeBytes: number;
  readonly hash: Sha256;
}

/** What an earlier attempt has left. */
async function hashOf(file: RangeReader | null, signal: AbortSignal): Promise<Begun> {
  const hash = new Sha256();
  const sizeBytes = file?.sizeBytes ?? 0;
  for (let at = 0; file && at < sizeBytes; at += PIECE_BYTES) {
    signal.throwIfAborted();
    hash.update(await file.read(at, Math.min(at + PIECE_BYTES, sizeBytes)));
  }
  return { sizeBytes, hash };
}

/** The file on the disk and its hash, which always speak of the same bytes. */
class Copy {
  sizeBytes: number;
  private hash: Sha256;
  private readonly file: Appender;
  private readonly onBytes: (sizeBytes: number) => void;

  constructor(file: Appender, { hash }: Begun, onBytes: (sizeBytes: number) => void) {
    this.file = file;
    this.hash = hash;
    this.onBytes = onBytes;
    this.sizeBytes = file.sizeBytes;
    onBytes(this.sizeBytes);
  }

  async restart(): Promise<void> {
    await this.file.cut(0);
    this.sizeBytes = 0;
    this.hash = new Sha256();
    this.onBytes(0);
  }

  async add(bytes: Uint8Array): Promise<void> {
    await this.file.write(bytes);
    this.hash.update(bytes);
    this.sizeBytes += bytes.length;
    this.onBytes(this.sizeBytes);
  }

  digest(): string {
    return this.hash.digest();
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
