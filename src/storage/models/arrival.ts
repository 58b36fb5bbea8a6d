import { fileChanged, refusedByServer } from './errors.ts';
import type { PlannedFile } from './storedModel.ts';

export type Fetch = (url: URL, options: RequestInit) => Promise<Response>;

/** Bytes of a file on their way. */
export interface Arrival {
  /** Of the first of them. Not what was asked for where the sender can only begin at the beginning. */
  readonly begin: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Asks for a file from byte `begin` on. @throws AppError when asking again would not help */
export type OpenArrival = (file: PlannedFile, begin: number, signal: AbortSignal) => Promise<Arrival>;

/** The connection, not the file: it may be tried again. */
export class ConnectionTrouble extends Error {
  override readonly name = 'ConnectionTrouble';
  /** Of `Retry-After`. */
  readonly waitMs: number | null;

  constructor(message: string, waitMs: number | null = null, options?: ErrorOptions) {
    super(message, options);
    this.waitMs = waitMs;
  }
}

/**
 * A file behind a URL, from any byte on (RFC 9110, section 14). The server's answer decides what is there: 206 the wished rest,
 * 200 the whole file, 416 nothing left of it or another file.
 *
 * @throws ConnectionTrouble, AppError `model-closed`, `model-download` or `model-changed`
 */
export async function openDownload(
  url: URL,
  file: PlannedFile,
  begin: number,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<Arrival> {
  const headers: Record<string, string> = begin > 0 ? { range: `bytes=${begin}-` } : {};
  const response = await asked(fetch, url, { headers, signal });
  const range = response.headers.get('content-range') ?? '';
  const version = response.headers.get('etag');
  if (begin > 0 && file.version !== null && version !== null && version !== file.version) {
    await response.body?.cancel();
    throw fileChanged(file.name, 'The server has another version of it now.');
  }
  if (response.status === 416) {
    await response.body?.cancel();
    // Where nothing is left, what is there is compared with the hash; otherwise the file is another, and shorter.
    if (range === `bytes */${begin}`) return { begin, chunks: nothing() };
    if (file.sha256 !== null && begin > 0) return openDownload(url, file, 0, fetch, signal);
    throw fileChanged(file.name, `The server says that it ends before byte ${begin}.`);
  }
  if (response.status === 206) {
    const [, first, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(range) ?? [];
    const isOther = file.sizeBytes !== null && total !== '*' && Number(total) !== file.sizeBytes;
    if (Number(first) !== begin || isOther) {
      await response.body?.cancel();
      throw fileChanged(
        file.name,
        `Bytes ${begin} and more of ${file.sizeBytes ?? '?'} were asked for, "${range}" came.`,
      );
    }
    return { begin, chunks: chunksOf(response) };
  }
  if (response.status === 200) return { begin: 0, chunks: chunksOf(response) };
  await response.body?.cancel();
  throw statusTrouble(file.name, response);
}

/** A file that the page was given. */
export function openBlob(blob: Blob, begin: number): Arrival {
  return { begin, chunks: chunksOf(new Response(blob.slice(begin))) };
}

/** @throws ConnectionTrouble where nobody answers; the signal's reason */
export async function asked(fetch: Fetch, url: URL, options: RequestInit & { signal: AbortSignal }): Promise<Response> {
  try {
    return await fetch(url, options);
  } catch (cause) {
    options.signal.throwIfAborted();
    if (cause instanceof TypeError) {
      throw new ConnectionTrouble(`${url.host} could not be reached: ${cause.message}.`, null, { cause });
    }
    throw cause; // a host that was not allowed
  }
}

/** What a status other than the wished ones means. */
export function statusTrouble(name: string, { status, headers }: Response): Error {
  if (![408, 425, 429].includes(status) && status < 500) return refusedByServer(name, status);
  const seconds = Number(headers.get('retry-after') ?? NaN);
  return new ConnectionTrouble(`The server answered ${status}.`, Number.isFinite(seconds) ? seconds * 1000 : null);
}

async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array, void> {
  if (!body) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConnectionTrouble(`The connection was cut: ${why}.`, null, { cause });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function* nothing(): AsyncGenerator<never, void> {}
