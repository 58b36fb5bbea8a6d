import { wallClockMs } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { sha256 } from '../../base/sha256.ts';
import type { Timer } from '../../base/timer.ts';
import { openGguf } from '../../policy/formats/gguf/read.ts';
import {
  describeModel,
  openCheckpoint,
  readKeptFiles,
  REQUIRED_FILES,
  type OpenedCheckpoint,
} from '../../policy/formats/huggingFace.ts';
import { storedModelName } from '../../record/modelName.ts';
import { asStorageError } from '../errors.ts';
import type { StoragePort } from '../quota.ts';
import { openBlob, openDownload, type Fetch, type OpenArrival } from './arrival.ts';
import { cutOff, noRoom, notListed, wrongAddress } from './errors.ts';
import { urlOf } from './hub.ts';
import { folderSource, readJson, writeJson, type ModelFiles } from './modelFiles.ts';
import { ModelPlan, StoredModel } from './storedModel.ts';
import { transfer } from './transfer.ts';

/** Where the bytes of a plan come from. */
export type ModelSender =
  | { readonly kind: 'network'; readonly fetch: Fetch }
  | { readonly kind: 'files'; readonly files: ReadonlyMap<string, Blob> };

/** How far a model has come. */
export interface Arrived {
  /** The file that is on its way. */
  readonly file: string;
  readonly doneBytes: number;
  /** null: not every sender says. */
  readonly totalBytes: number | null;
}

/** A model that has begun to arrive. It is no model yet: it can go on, or be deleted. */
export interface UnfinishedModel {
  readonly folder: string;
  readonly plan: ModelPlan;
  readonly doneBytes: number;
}

export interface ListedModel {
  readonly folder: string;
  readonly model: StoredModel;
}

export interface AddingPorts {
  readonly storage: Pick<StoragePort, 'estimate'>;
  readonly timer: Timer;
  readonly signal: AbortSignal;
  readonly onProgress: (arrived: Arrived) => void;
}

const PLAN_FILE = 'plan.json';
const MANIFEST_FILE = 'manifest.json';

/**
 * The models that are kept: each in a folder of its own, with the plan written first and the manifest last. What has no
 * manifest is not listed as a model, whatever interrupted it.
 */
export class ModelStore {
  private readonly files: ModelFiles;

  constructor(files: ModelFiles) {
    this.files = files;
  }

  /** Newest first. */
  async list(): Promise<readonly ListedModel[]> {
    const found: ListedModel[] = [];
    for (const folder of await this.files.folders()) {
      const model = await this.manifestOf(folder);
      if (model) found.push({ folder, model });
    }
    return found.sort((a, b) => b.model.addedAtMs - a.model.addedAtMs);
  }

  async unfinished(): Promise<readonly UnfinishedModel[]> {
    const found: UnfinishedModel[] = [];
    for (const folder of await this.files.folders()) {
      if (await this.manifestOf(folder)) continue;
      const plan = ModelPlan.safeParse(await readJson(this.files, folder, PLAN_FILE));
      if (plan.success) found.push({ folder, plan: plan.data, doneBytes: await this.bytesIn(folder, plan.data) });
      else await this.files.removeFolder(folder); // a crash before the first byte
    }
    return found;
  }

  /**
   * Fetches what is missing of a plan, checks the whole, and lists it. What was begun before goes on. A model that cannot be used
   * is refused as soon as that is known, most often before its weights are fetched, and leaves nothing behind.
   *
   * @throws AppError those of `transfer` and of the readers of models, `storage-full`; the signal's reason
   */
  async add(plan: ModelPlan, sender: ModelSender, ports: AddingPorts): Promise<ListedModel> {
    const folder = folderOf(plan);
    const before = await this.manifestOf(folder);
    if (before) return { folder, model: before };
    await this.assertRoom(folder, plan, ports.storage);
    try {
      await writeJson(this.files, folder, PLAN_FILE, plan);
      return await this.complete(folder, plan, openerOf(plan, sender), ports);
    } catch (thrown) {
      if (plan.origin.kind === 'files' || isRefusal(thrown)) await this.files.removeFolder(folder);
      throw asStorageError(thrown);
    }
  }

  /** @throws AppError `model-missing`, and those of the readers of models */
  async open(modelName: string): Promise<OpenedCheckpoint> {
    const found = (await this.list()).find(({ model }) => model.modelName === modelName);
    if (!found) throw notListed(modelName);
    return this.read(found.folder, found.model.files);
  }

  /** The manifest goes first, so that half a model is never listed. */
  async remove(folder: string): Promise<void> {
    await this.files.removeFile(folder, MANIFEST_FILE);
    await this.files.removeFolder(folder);
  }

  private async complete(
    folder: string,
    plan: ModelPlan,
    open: OpenArrival,
    { timer, signal, onProgress }: AddingPorts,
  ): Promise<ListedModel> {
    const totalBytes = sum(plan.files.map(({ sizeBytes }) => sizeBytes));
    const files: StoredModel['files'] = [];
    let doneBytes = 0;
    for (const file of plan.files) {
      const isWeights = !file.name.endsWith('.json') && !file.name.endsWith('.jinja');
      if (isWeights && files.length > 0) await this.assertUsable(folder, files);
      const onBytes = (bytes: number) => onProgress({ file: file.name, doneBytes: doneBytes + bytes, totalBytes });
      const arrived = await transfer(folder, file, { files: this.files, open, timer, signal, onBytes });
      doneBytes += arrived.sizeBytes;
      files.push(arrived);
    }
    const { config, parameterCount } = await this.read(folder, files);
    signal.throwIfAborted();
    const hash = sha256(
      files
        .map(({ name, sha256 }) => `${sha256} ${name}\n`)
        .sort()
        .join(''),
    );
    const model: StoredModel = {
      formatVersion: 1,
      modelName: storedModelName(plan.label, hash),
      label: plan.label,
      origin: plan.origin,
      licence: plan.licence,
      files,
      config,
      parameterCount,
      sizeBytes: doneBytes,
      addedAtMs: wallClockMs(),
    };
    await writeJson(this.files, folder, MANIFEST_FILE, model);
    return { folder, model };
  }

  /** Once all but the weights is there. */
  private async assertUsable(folder: string, files: readonly { readonly name: string }[]): Promise<void> {
    const names = files.map(({ name }) => name);
    if (!REQUIRED_FILES.every((name) => names.includes(name))) return; // a GGUF file has everything in it
    describeModel(await readKeptFiles(folderSource(this.files, folder)));
  }

  private async read(folder: string, files: readonly { readonly name: string }[]): Promise<OpenedCheckpoint> {
    const gguf = files.find(({ name }) => name.endsWith('.gguf'));
    if (!gguf) return openCheckpoint(folderSource(this.files, folder));
    const file = await this.files.open(folder, gguf.name);
    if (!file) throw notListed(gguf.name);
    return openGguf(file);
  }

  private async manifestOf(folder: string): Promise<StoredModel | null> {
    return StoredModel.safeParse(await readJson(this.files, folder, MANIFEST_FILE)).data ?? null;
  }

  private async bytesIn(folder: string, plan: ModelPlan): Promise<number> {
    const sizes = plan.files.map(async ({ name }) => (await this.files.open(folder, name))?.sizeBytes ?? 0);
    return (await Promise.all(sizes)).reduce((total, size) => total + size, 0);
  }

  private async assertRoom(folder: string, plan: ModelPlan, storage: AddingPorts['storage']): Promise<void> {
    const { quota, usage = 0 } = await storage.estimate();
    const neededBytes = plan.files.reduce((total, { sizeBytes }) => total + (sizeBytes ?? 0), 0);
    const missingBytes = Math.max(0, neededBytes - (await this.bytesIn(folder, plan)));
    const freeBytes = quota === undefined ? Infinity : Math.max(0, quota - usage);
    if (missingBytes > freeBytes) throw noRoom(missingBytes, freeBytes);
  }
}

/** The same plan has the same folder, so that a second attempt goes on with the first. */
function folderOf({ label, origin, files }: ModelPlan): string {
  return storedModelName(
    label,
    sha256(JSON.stringify([origin, files.map(({ name, sizeBytes }) => [name, sizeBytes])])),
  );
}

function openerOf({ origin }: ModelPlan, sender: ModelSender): OpenArrival {
  if (sender.kind === 'files') {
    return async ({ name }, begin) => {
      const file = sender.files.get(name);
      if (!file) throw cutOff(name, 'The chosen files do not hold it.');
      return openBlob(file, begin);
    };
  }
  return (file, begin, signal) => {
    const url = urlOf(origin, file);
    if (!url) throw wrongAddress('It came from files of this machine: choose them again.');
    return openDownload(url, file, begin, sender.fetch, signal);
  };
}

/** Nothing that is fetched later would change it. */
function isRefusal(thrown: unknown): boolean {
  return thrown instanceof AppError && REFUSALS.test(thrown.code);
}

const REFUSALS =
  /^(model-(unsupported|file-damaged|file-missing|tensors|not-finite|shape)|safetensors-|gguf-|tokenizer-|chat-)/;

function sum(sizes: readonly (number | null)[]): number | null {
  return sizes.reduce<number | null>((total, size) => (total === null || size === null ? null : total + size), 0);
}
