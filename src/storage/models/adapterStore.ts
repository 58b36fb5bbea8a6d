import { z } from 'zod';
import { wallClockMs } from '../../base/clock.ts';
import { sha256, Sha256 } from '../../base/sha256.ts';
import type { ModelDescription } from '../../policy/formats/huggingFace.ts';
import { ADAPTER_FILES, describeAdapter, readAdapter, type LoraAdapter } from '../../policy/formats/peft.ts';
import { isStoredModel, storedModelName } from '../../record/modelName.ts';
import { asStorageError } from '../errors.ts';
import { adapterNotListed } from './errors.ts';
import { folderSource, readJson, writeJson, type ModelFiles } from './modelFiles.ts';

/** The last file to be written into an adapter's folder. With it the adapter is there; without it, it is not. */
export const StoredAdapter = z.strictObject({
  formatVersion: z.literal(1),
  /** A label and the beginning of a hash, as of a model. */
  adapterName: z.string().refine(isStoredModel),
  label: z.string().min(1),
  /** What it says of its base; nobody has checked it. */
  baseModelName: z.string().nullable(),
  rank: z.int().positive(),
  alpha: z.number().positive(),
  sizeBytes: z.int().positive(),
  addedAtMs: z.number(),
});
export type StoredAdapter = z.infer<typeof StoredAdapter>;

export interface ListedAdapter {
  readonly folder: string;
  readonly adapter: StoredAdapter;
}

const MANIFEST_FILE = 'manifest.json';

/** LoRA adapters that were trained elsewhere: a strategist may go on from one. They are small, and copied in one go. */
export class AdapterStore {
  private readonly files: ModelFiles;

  constructor(files: ModelFiles) {
    this.files = files;
  }

  /** Newest first. What a crash has left half is swept. */
  async list(): Promise<readonly ListedAdapter[]> {
    const found: ListedAdapter[] = [];
    for (const folder of await this.files.folders()) {
      const { data } = StoredAdapter.safeParse(await readJson(this.files, folder, MANIFEST_FILE));
      if (data) found.push({ folder, adapter: data });
      else await this.files.removeFolder(folder);
    }
    return found.sort((a, b) => b.adapter.addedAtMs - a.adapter.addedAtMs);
  }

  /** @throws AppError `adapter-unsupported`, `safetensors-damaged`, `storage-full`; nothing of it is kept then */
  async add(label: string, given: ReadonlyMap<string, Blob>): Promise<ListedAdapter> {
    const named = ADAPTER_FILES.flatMap((name) => {
      const blob = given.get(name);
      return blob ? [{ name, blob }] : [];
    });
    const hashes: string[] = [];
    const parts = [];
    for (const { name, blob } of named) {
      const bytes = new Uint8Array(await blob.arrayBuffer());
      hashes.push(`${new Sha256().update(bytes).digest()} ${name}\n`);
      parts.push({ name, bytes });
    }
    const byName = new Map(parts.map(({ name, bytes }) => [name, bytes]));
    const { rank, alpha, baseModelName } = await describeAdapter({
      has: async (name) => byName.has(name),
      readBytes: async (name) => byName.get(name) ?? new Uint8Array(),
    });
    const adapterName = storedModelName(label, sha256(hashes.sort().join('')));
    try {
      for (const { name, bytes } of parts) await this.write(adapterName, name, bytes);
      const sizeBytes = parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
      const about = { label: label.slice(0, 100), baseModelName, rank, alpha, sizeBytes };
      const adapter: StoredAdapter = { formatVersion: 1, adapterName, ...about, addedAtMs: wallClockMs() };
      await writeJson(this.files, adapterName, MANIFEST_FILE, adapter);
      return { folder: adapterName, adapter };
    } catch (thrown) {
      await this.files.removeFolder(adapterName);
      throw asStorageError(thrown);
    }
  }

  /**
   * @param config of the base that it is to stand on
   * @throws AppError `adapter-missing`, `adapter-tensors` when it belongs to another base
   */
  async open(adapterName: string, config: ModelDescription['config']): Promise<LoraAdapter> {
    const found = (await this.list()).find(({ adapter }) => adapter.adapterName === adapterName);
    if (!found) throw adapterNotListed(adapterName);
    return readAdapter(folderSource(this.files, found.folder), config);
  }

  /** The manifest goes first, so that half an adapter is never listed. */
  async remove(folder: string): Promise<void> {
    await this.files.removeFile(folder, MANIFEST_FILE);
    await this.files.removeFolder(folder);
  }

  private async write(folder: string, name: string, bytes: Uint8Array): Promise<void> {
    const file = await this.files.append(folder, name);
    try {
      await file.cut(0);
      await file.write(bytes);
    } finally {
      await file.close();
    }
  }
}
