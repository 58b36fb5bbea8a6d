import { z } from 'zod';
import { weightShapes, type ModelConfig } from '../modelConfig.ts';
import type { HostTensor, Weights } from '../weights.ts';
import { openFile, type FileSource, type RangeReader } from './fileSource.ts';
import { parseFile, parseJson } from './json.ts';
import { missingFile, notFinite, wrongTensors } from './modelErrors.ts';
import { readSafetensorsHeader, readTensor, type StoredTensor } from './safetensors.ts';

/** Tensors known by name and shape that are read one at a time: the host never holds more than one, however large the model. */
export interface TensorSource {
  /** In the order of their bytes, which is the fastest one to read them in. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** @throws AppError of the source. @throws Error when there is no tensor of that name */
  read(name: string): Promise<HostTensor>;
}

export const WEIGHTS_FILE = 'model.safetensors';
export const SHARD_INDEX_FILE = 'model.safetensors.index.json';
// A plain file name: an index from outside must not reach other folders.
const ShardIndex = z.object({ weight_map: z.record(z.string(), z.string().regex(/^[\w.-]+\.safetensors$/)) });

/** Reads the headers of a folder's safetensors, in one file or in shards. */
export async function openTensors(files: FileSource): Promise<TensorSource> {
  const placed = new Map<string, { readonly file: RangeReader; readonly stored: StoredTensor }>();
  for (const { name: fileName, owns } of await weightFiles(files)) {
    const file = await openFile(files, fileName);
    for (const [name, stored] of (await readSafetensorsHeader(file, fileName)).entries) {
      if (!owns(name)) throw wrongTensors(`${fileName} holds "${name}", which the index does not place there.`);
      placed.set(name, { file, stored });
    }
  }
  return {
    shapes: new Map([...placed].map(([name, { stored }]) => [name, stored.shape])),
    async read(name) {
      const place = placed.get(name);
      if (!place) throw new Error(`there is no tensor named ${name}`);
      return readTensor(place.file, place.stored);
    },
  };
}

async function weightFiles(files: FileSource): Promise<{ name: string; owns: (tensor: string) => boolean }[]> {
  if (await files.has(WEIGHTS_FILE)) return [{ name: WEIGHTS_FILE, owns: () => true }];
  if (!(await files.has(SHARD_INDEX_FILE))) throw missingFile(WEIGHTS_FILE);
  const shardOf = readShardIndex(await files.readBytes(SHARD_INDEX_FILE));
  const shards = shardsOf(shardOf);
  for (const shard of shards) if (!(await files.has(shard))) throw missingFile(shard);
  return shards.map((name) => ({ name, owns: (tensor) => shardOf[tensor] === name }));
}

type ShardOf = Readonly<Record<string, string>>;

/** In which file each tensor is. @throws AppError `model-file-damaged` */
export function readShardIndex(bytes: Uint8Array): ShardOf {
  return parseFile(ShardIndex, parseJson(bytes, SHARD_INDEX_FILE), SHARD_INDEX_FILE).weight_map;
}

/** The files, in the order of their numbers. */
export function shardsOf(index: ShardOf): readonly string[] {
  return [...new Set(Object.values(index))].sort();
}

/** Exactly the weights of the architecture, in its order. Looks at names and shapes; of the data, at redundant tensors only. */
export async function assertFits(found: TensorSource, config: ModelConfig): Promise<void> {
  const expected = weightShapes(config);
  for (const [name, shape] of expected) {
    const actual = found.shapes.get(name);
    if (!actual) throw wrongTensors(`"${name}" is missing.`);
    if (actual.join() !== shape.join()) {
      throw wrongTensors(`"${name}" has shape [${actual.join(', ')}]; config.json asks for [${shape.join(', ')}].`);
    }
  }
  for (const name of found.shapes.keys()) {
    if (expected.has(name) || (await isRedundant(name, found))) continue;
    throw wrongTensors(`"${name}" does not belong to a model of this architecture and shape.`);
  }
}

/** Some writers store a tied head again, and older ones the frequencies of the rotary positions. */
async function isRedundant(name: string, source: TensorSource): Promise<boolean> {
  if (name.endsWith('.rotary_emb.inv_freq')) return true;
  if (name !== 'lm_head.weight') return false;
  const { data } = await source.read(name);
  const embedding = await source.read('model.embed_tokens.weight');
  return data.length === embedding.data.length && data.every((value, index) => value === embedding.data[index]);
}

/** Reads the weights of a source that fits, one by one, in the architecture's order. @throws AppError `model-not-finite` */
export async function* readTensors(
  source: TensorSource,
  config: ModelConfig,
): AsyncGenerator<readonly [name: string, tensor: HostTensor]> {
  for (const name of weightShapes(config).keys()) {
    const tensor = await source.read(name);
    if (!tensor.data.every(Number.isFinite)) throw notFinite(name);
    yield [name, tensor];
  }
}

/** All weights at once. */
export async function readWeights(source: TensorSource, config: ModelConfig): Promise<Weights> {
  const weights = new Map<string, HostTensor>();
  for await (const [name, tensor] of readTensors(source, config)) weights.set(name, tensor);
  return weights;
}
