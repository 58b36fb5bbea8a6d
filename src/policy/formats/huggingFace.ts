import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { createChatFormat, type ChatFormat } from '../chatFormat.ts';
import { HuggingFaceConfig, weightShapes, type ModelConfig } from '../modelConfig.ts';
import { Tokenizer } from '../tokenizer.ts';
import type { HostTensor, Weights } from '../weights.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

/** Where a model's files come from: a folder on disk, a URL, dropped files. Names are plain file names. */
export interface FileSource {
  has(name: string): Promise<boolean>;
  readBytes(name: string): Promise<Uint8Array>;
}

export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Which tokens open, end and pad a text, as `generation_config.json` says, or else `config.json`. */
export interface GenerationConfig {
  readonly bosTokenId: number | null;
  readonly eosTokenIds: readonly number[];
  readonly padTokenId: number | null;
}

/** A language model as a Hugging Face folder holds it, complete and checked. */
export interface LoadedCheckpoint {
  readonly config: ModelConfig;
  readonly weights: Weights;
  readonly tokenizer: Tokenizer;
  readonly chatFormat: ChatFormat;
  readonly generation: GenerationConfig;
  /** Everything but the weights, as it was read: an export gives it back. */
  readonly keptFiles: readonly NamedFile[];
}

const WEIGHTS_FILE = 'model.safetensors';
const SHARD_INDEX_FILE = 'model.safetensors.index.json';
const REQUIRED_FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
const OPTIONAL_FILES = ['generation_config.json', 'special_tokens_map.json', 'chat_template.jinja'];

/**
 * Reads and checks everything before it returns, so a half-loaded model never exists.
 *
 * @throws AppError `model-file-missing`, `model-file-damaged`, `model-unsupported`, `model-tensors`, `model-not-finite`,
 *   and those of the safetensors, tokenizer and chat format readers
 */
export async function loadCheckpoint(files: FileSource): Promise<LoadedCheckpoint> {
  const keptFiles = await readKeptFiles(files);
  const json = (name: string) => parseJson(keptFiles.get(name), name);
  const rawConfig = parseFile(HuggingFaceConfig, json('config.json'), 'config.json');
  const config = modelConfigFrom(rawConfig);
  const tokenizer = new Tokenizer(json('tokenizer.json'), json('tokenizer_config.json'));
  if (tokenizer.vocabularySize > config.vocabularySize) {
    throw unsupported(
      `Its tokenizer has ${tokenizer.vocabularySize} tokens, but its embedding only ${config.vocabularySize}.`,
    );
  }
  const chatFormat = createChatFormat(json('tokenizer_config.json'), tokenizer);
  const weights = checkedWeights(await readTensors(files), config);
  return {
    config,
    weights,
    tokenizer,
    chatFormat,
    generation: generationConfigFrom(rawConfig, json('generation_config.json')),
    keptFiles: [...keptFiles].map(([name, bytes]) => ({ name, bytes })),
  };
}

/** The folder to give away: the files as they were loaded, and the weights as float32. */
export function saveCheckpoint(checkpoint: Pick<LoadedCheckpoint, 'keptFiles' | 'weights'>): NamedFile[] {
  const kept = checkpoint.keptFiles.map((file) => (file.name === 'config.json' ? declareFloat32(file) : file));
  return [...kept, { name: WEIGHTS_FILE, bytes: writeSafetensors(checkpoint.weights) }];
}

/** @throws AppError `model-unsupported`: better refused than computed wrongly. */
export function modelConfigFrom(raw: HuggingFaceConfig): ModelConfig {
  const refuseUnless = (isFine: boolean, why: string) => {
    if (!isFine) throw unsupported(why);
  };
  const ropeKind = raw.rope_parameters?.rope_type ?? 'default';
  const headCount = raw.num_attention_heads;
  const keyValueHeadCount = raw.num_key_value_heads ?? headCount;
  const headSize = raw.head_dim ?? raw.hidden_size / headCount;
  refuseUnless(raw.model_type === 'llama', `Its architecture is "${raw.model_type}"; only "llama" is known.`);
  refuseUnless(raw.hidden_act === 'silu', `Its activation is "${raw.hidden_act}"; only "silu" is known.`);
  refuseUnless(!raw.attention_bias && !raw.mlp_bias, 'Its projections have biases.');
  refuseUnless(isUnscaled(raw.rope_scaling), 'It scales its rotary positions (rope_scaling).');
  refuseUnless(ropeKind === 'default', `Its rotary positions are of the kind "${ropeKind}"; only "default" is known.`);
  refuseUnless(
    headCount % keyValueHeadCount === 0,
    `${headCount} heads cannot share ${keyValueHeadCount} key/value heads evenly.`,
  );
  refuseUnless(
    Number.isInteger(headSize) && headSize % 2 === 0,
    `A head of ${headSize} numbers cannot be rotated in halves.`,
  );
  return {
    hiddenSize: raw.hidden_size,
    intermediateSize: raw.intermediate_size,
    layerCount: raw.num_hidden_layers,
    headCount,
    keyValueHeadCount,
    headSize,
    vocabularySize: raw.vocab_size,
    contextLength: raw.max_position_embeddings,
    rmsNormEpsilon: raw.rms_norm_eps,
    ropeTheta: raw.rope_parameters?.rope_theta ?? raw.rope_theta ?? 10_000, // transformers 5, transformers 4, its default
    isHeadTied: raw.tie_word_embeddings,
  };
}

function isUnscaled(ropeScaling: unknown): boolean {
  if (ropeScaling == null) return true;
  const parsed = z.object({ rope_type: z.string().optional(), type: z.string().optional() }).safeParse(ropeScaling);
  return parsed.success && (parsed.data.rope_type ?? parsed.data.type) === 'default';
}

const GenerationFile = HuggingFaceConfig.pick({ bos_token_id: true, eos_token_id: true, pad_token_id: true });

function generationConfigFrom(config: HuggingFaceConfig, rawGeneration: unknown): GenerationConfig {
  const generation = parseFile(GenerationFile, rawGeneration ?? {}, 'generation_config.json');
  const eos = generation.eos_token_id ?? config.eos_token_id ?? [];
  return {
    bosTokenId: generation.bos_token_id ?? config.bos_token_id ?? null,
    eosTokenIds: typeof eos === 'number' ? [eos] : eos,
    padTokenId: generation.pad_token_id ?? config.pad_token_id ?? null,
  };
}

async function readKeptFiles(files: FileSource): Promise<ReadonlyMap<string, Uint8Array>> {
  const kept = new Map<string, Uint8Array>();
  for (const name of [...REQUIRED_FILES, ...OPTIONAL_FILES]) {
    if (await files.has(name)) kept.set(name, await files.readBytes(name));
    else if (REQUIRED_FILES.includes(name)) throw missingFile(name);
  }
  return kept;
}

/** All tensors of the folder, whether in one file or in shards. */
async function readTensors(files: FileSource): Promise<Weights> {
  if (await files.has(WEIGHTS_FILE)) return readSafetensors(await files.readBytes(WEIGHTS_FILE)).tensors;
  if (!(await files.has(SHARD_INDEX_FILE))) throw missingFile(WEIGHTS_FILE);
  // A plain file name: an index from outside must not reach other folders.
  const Index = z.object({ weight_map: z.record(z.string(), z.string().regex(/^[\w.-]+\.safetensors$/)) });
  const index = parseFile(
    Index,
    parseJson(await files.readBytes(SHARD_INDEX_FILE), SHARD_INDEX_FILE),
    SHARD_INDEX_FILE,
  );
  const tensors = new Map<string, HostTensor>();
  for (const shard of new Set(Object.values(index.weight_map))) {
    if (!(await files.has(shard))) throw missingFile(shard);
    for (const [name, tensor] of readSafetensors(await files.readBytes(shard), shard).tensors) {
      if (index.weight_map[name] !== shard) {
        throw wrongTensors(`${shard} holds "${name}", which the index does not place there.`);
      }
      tensors.set(name, tensor);
    }
  }
  return tensors;
}

/** Exactly the weights of the architecture, in its order, all finite. */
function checkedWeights(found: Weights, config: ModelConfig): Weights {
  const expected = weightShapes(config);
  const weights = new Map<string, HostTensor>();
  for (const [name, shape] of expected) {
    const tensor = found.get(name);
    if (!tensor) throw wrongTensors(`"${name}" is missing.`);
    if (tensor.shape.join() !== shape.join()) {
      throw wrongTensors(
        `"${name}" has shape [${tensor.shape.join(', ')}]; config.json asks for [${shape.join(', ')}].`,
      );
    }
    if (!tensor.data.every(Number.isFinite)) throw notFinite(name);
    weights.set(name, tensor);
  }
  for (const [name, tensor] of found) {
    if (expected.has(name) || isRedundant(name, tensor, weights)) continue;
    throw wrongTensors(`"${name}" does not belong to a Llama of this shape.`);
  }
  return weights;
}

/** Some writers store a tied head again, and older ones the frequencies of the rotary positions. */
function isRedundant(name: string, { data }: HostTensor, weights: Weights): boolean {
  if (name.endsWith('.rotary_emb.inv_freq')) return true;
  if (name !== 'lm_head.weight') return false;
  const embedding = weights.get('model.embed_tokens.weight');
  return data.length === embedding?.data.length && data.every((value, index) => value === embedding.data[index]);
}

function declareFloat32({ name, bytes }: NamedFile): NamedFile {
  const config = z.record(z.string(), z.unknown()).parse(parseJson(bytes, name)); // it was valid when it was loaded
  const dtypeKey = 'dtype' in config ? 'dtype' : 'torch_dtype'; // transformers 5 and 4
  return {
    name,
    bytes: new TextEncoder().encode(`${JSON.stringify({ ...config, [dtypeKey]: 'float32' }, null, 2)}\n`),
  };
}

function parseJson(bytes: Uint8Array | undefined, name: string): unknown {
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damagedFile(name, 'It is not JSON.', cause);
  }
}

function parseFile<Value>(schema: z.ZodType<Value>, value: unknown, name: string): Value {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw damagedFile(name, z.prettifyError(parsed.error));
  return parsed.data;
}

function missingFile(name: string): AppError {
  return new AppError('model-file-missing', {
    what: `The model has no file ${name}.`,
    why: 'A model is a folder with config.json, model.safetensors (or its shards and their index), tokenizer.json and tokenizer_config.json.',
    fix: 'Choose the whole folder, as `save_pretrained` of transformers writes it.',
  });
}

function damagedFile(name: string, why: string, cause?: unknown): AppError {
  return new AppError(
    'model-file-damaged',
    { what: `The model's ${name} cannot be read.`, why, fix: 'Download or export the model again.' },
    cause === undefined ? undefined : { cause },
  );
}

function unsupported(why: string): AppError {
  return new AppError('model-unsupported', {
    what: 'This model cannot be used here.',
    why,
    fix: 'Choose a model of the plain Llama architecture, for example the built-in one.',
  });
}

function wrongTensors(why: string): AppError {
  return new AppError('model-tensors', {
    what: "The model's weights do not fit its config.json.",
    why,
    fix: 'Make sure that both come from the same model; merge adapters into the weights before you save them.',
  });
}

function notFinite(name: string): AppError {
  return new AppError('model-not-finite', {
    what: "The model's weights hold numbers that are not finite.",
    why: `"${name}" has NaN or infinity in it: the model diverged, or overflowed when it was saved in 16 bits.`,
    fix: 'Use an earlier checkpoint of it, or save it as float32 or bfloat16.',
  });
}
