import { z } from 'zod';
import { createChatFormat, type ChatFormat } from '../chatFormat.ts';
import { weightCount, type ModelConfig } from '../modelConfig.ts';
import { Tokenizer } from '../tokenizer.ts';
import type { Weights } from '../weights.ts';
import type { FileSource, NamedFile } from './fileSource.ts';
import { HuggingFaceConfig, modelConfigFrom } from './huggingFaceConfig.ts';
import { jsonBytes, parseFile, parseJson } from './json.ts';
import { missingFile, unsupported } from './modelErrors.ts';
import { writeSafetensors } from './safetensors.ts';
import { assertFits, openTensors, readWeights, WEIGHTS_FILE, type TensorSource } from './tensorSource.ts';

export type { FileSource, NamedFile } from './fileSource.ts';

/** Which tokens open, end and pad a text, as `generation_config.json` says, or else `config.json`. */
export interface GenerationConfig {
  readonly bosTokenId: number | null;
  readonly eosTokenIds: readonly number[];
  readonly padTokenId: number | null;
}

/** All of a language model but its weights. */
export interface ModelDescription {
  readonly config: ModelConfig;
  /** Numbers in its weights. */
  readonly parameterCount: number;
  readonly tokenizer: Tokenizer;
  readonly chatFormat: ChatFormat;
  readonly generation: GenerationConfig;
  /** Everything but the weights, as it was read: an export gives it back. */
  readonly keptFiles: readonly NamedFile[];
}

/** A language model whose weights can be read one by one, and are known to fit. */
export interface OpenedCheckpoint extends ModelDescription {
  readonly tensors: TensorSource;
}

/** A language model with all its weights in memory. */
export interface LoadedCheckpoint extends ModelDescription {
  readonly weights: Weights;
}

/** A language model, its weights wherever they are. */
export type AnyCheckpoint = OpenedCheckpoint | LoadedCheckpoint;

/** What a folder has besides weights, as far as it is read. */
export const REQUIRED_FILES: readonly string[] = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
export const OPTIONAL_FILES: readonly string[] = [
  'generation_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
];

/**
 * Reads and checks everything before it returns, so a half-loaded model never exists.
 *
 * @throws AppError `model-file-missing`, `model-file-damaged`, `model-unsupported`, `model-tensors`, `model-not-finite`,
 *   and those of the safetensors, tokenizer and chat format readers
 */
export async function loadCheckpoint(files: FileSource): Promise<LoadedCheckpoint> {
  return readAll(await openCheckpoint(files));
}

/** @throws AppError `model-not-finite`, and those of the tensors' source */
export async function readAll({ tensors, ...description }: OpenedCheckpoint): Promise<LoadedCheckpoint> {
  return { ...description, weights: await readWeights(tensors, description.config) };
}

/** As `loadCheckpoint`, without the weights: they can be read one by one (`readTensors`), straight to the device. */
export async function openCheckpoint(files: FileSource): Promise<OpenedCheckpoint> {
  return openModel(await readKeptFiles(files), await openTensors(files));
}

/** From files that were read, and weights wherever they are. */
export async function openModel(keptFiles: readonly NamedFile[], tensors: TensorSource): Promise<OpenedCheckpoint> {
  const description = describeModel(keptFiles);
  await assertFits(tensors, description.config);
  return { ...description, tensors };
}

/** Reads and checks all but the weights: whether a model can be used is known before the first of its gigabytes arrives. */
export function describeModel(keptFiles: readonly NamedFile[]): ModelDescription {
  const bytesOf = (name: string) => keptFiles.find((file) => file.name === name)?.bytes;
  const json = (name: string) => parseJson(bytesOf(name), name);
  const rawConfig = parseFile(HuggingFaceConfig, json('config.json'), 'config.json');
  const config = modelConfigFrom(rawConfig);
  const tokenizer = new Tokenizer(json('tokenizer.json'), json('tokenizer_config.json'));
  if (tokenizer.vocabularySize > config.vocabularySize) {
    throw unsupported(
      `Its tokenizer has ${tokenizer.vocabularySize} tokens, but its embedding only ${config.vocabularySize}.`,
    );
  }
  const template = bytesOf('chat_template.jinja');
  const templateText = template ? new TextDecoder().decode(template) : null;
  const chatFormat = createChatFormat(json('tokenizer_config.json'), tokenizer, templateText);
  return {
    config,
    parameterCount: weightCount(config),
    tokenizer,
    chatFormat,
    generation: generationConfigFrom(rawConfig, json('generation_config.json')),
    keptFiles,
  };
}

/** The folder to give away: the files as they were loaded, and the weights as float32. */
export function saveCheckpoint(checkpoint: Pick<LoadedCheckpoint, 'keptFiles' | 'weights'>): NamedFile[] {
  const kept = checkpoint.keptFiles.map((file) => (file.name === 'config.json' ? declareFloat32(file) : file));
  return [...kept, { name: WEIGHTS_FILE, bytes: writeSafetensors(checkpoint.weights) }];
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

/** @throws AppError `model-file-missing` */
export async function readKeptFiles(files: FileSource): Promise<NamedFile[]> {
  const kept: NamedFile[] = [];
  for (const name of [...REQUIRED_FILES, ...OPTIONAL_FILES]) {
    if (await files.has(name)) kept.push({ name, bytes: await files.readBytes(name) });
    else if (REQUIRED_FILES.includes(name)) throw missingFile(name);
  }
  return kept;
}

function declareFloat32({ name, bytes }: NamedFile): NamedFile {
  const config = z.record(z.string(), z.unknown()).parse(parseJson(bytes, name)); // it was valid when it was loaded
  const dtypeKey = 'dtype' in config ? 'dtype' : 'torch_dtype'; // transformers 5 and 4
  return { name, bytes: jsonBytes({ ...config, [dtypeKey]: 'float32' }) };
}
