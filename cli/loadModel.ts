import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../src/base/errors.ts';
import type { Engine } from '../src/policy/engine.ts';
import { lessonsOf } from '../src/environment/registry.ts';
import { vocabularyOf } from '../src/environment/vocabulary.ts';
import { openGguf } from '../src/policy/formats/gguf/read.ts';
import { loadCheckpoint, readAll, type FileSource, type LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import { PlannedEngine } from '../src/policy/plannedEngine.ts';
import { createTinyModel } from '../src/policy/tinyModel.ts';
import {
  BUILT_IN_MODEL_NAMES,
  DEFAULT_BUILT_IN_MODEL,
  isBuiltInModel,
  type BuiltInModelName,
} from '../src/record/builtInModel.ts';
import {
  DEFAULT_ENVIRONMENT,
  ENVIRONMENT_NAMES,
  isEnvironmentName,
  type EnvironmentName,
} from '../src/record/environmentName.ts';
import type { GpuDevice } from '../src/gpu/device.ts';
import { KernelLibrary } from '../src/gpu/plan.ts';
import type { Precision } from '../src/gpu/quantise.ts';
import { tuneEngine } from '../src/policy/engineTiles.ts';
import { readerOfFile } from './fileReader.ts';
import { requestNodeDevice } from './nodeGpu.ts';
import { TuningFile } from './tuningFile.ts';

/** Files of a folder on disk. */
export function folderSource(folder: string): FileSource {
  return {
    has: (name) =>
      stat(join(folder, name))
        .then((info) => info.isFile())
        .catch(() => false),
    readBytes: async (name) => new Uint8Array(await readFile(join(folder, name))),
    open: (name) => readerOfFile(join(folder, name)),
  };
}

/** What `--model` may say, for the help of a command. */
export const MODEL_HELP = `base model: builtin, builtin:NAME (${BUILT_IN_MODEL_NAMES.join(', ')}), tiny:SEED (untrained), a folder, or a GGUF file`;

/**
 * The model that ships with the lab and is meant by `builtin`, `builtin:NAME` or, as runs and checkpoints record it, its
 * bare name; null for anything else, which is a folder.
 *
 * @throws AppError `model-unknown` when `builtin:` is followed by no such name
 */
export function builtInNamed(text: string): BuiltInModelName | null {
  if (text === 'builtin') return DEFAULT_BUILT_IN_MODEL;
  const name = text.replace(/^builtin:/, '');
  if (isBuiltInModel(name)) return name;
  if (!text.startsWith('builtin:')) return null;
  throw new AppError('model-unknown', {
    what: `There is no built-in model "${name}".`,
    why: `The built-in models are: ${BUILT_IN_MODEL_NAMES.join(', ')}.`,
    fix: `Write one of them after "builtin:", or "builtin" alone for ${DEFAULT_BUILT_IN_MODEL}.`,
  });
}

interface TinyName {
  readonly environment: EnvironmentName;
  readonly seed: number;
}

/**
 * The untrained model that is meant by `tiny:SEED` in an environment or, as runs and checkpoints record it, by
 * `tiny:ENVIRONMENT:SEED`; null for anything else.
 *
 * @throws AppError `model-unknown` when `tiny:` is followed by neither
 */
export function tinyNamed(text: string, environment: EnvironmentName): TinyName | null {
  if (!text.startsWith('tiny:')) return null;
  const [, named, digits] = /^tiny:(?:([a-z-]+):)?(\d{1,9})$/.exec(text) ?? [];
  if (digits !== undefined && (named === undefined || isEnvironmentName(named))) {
    return { environment: named ?? environment, seed: Number(digits) };
  }
  throw new AppError('model-unknown', {
    what: `There is no untrained model "${text}".`,
    why: 'Its name is tiny:SEED or tiny:ENVIRONMENT:SEED, where SEED is a whole number.',
    fix: `Write for example tiny:7. The environments are: ${ENVIRONMENT_NAMES.join(', ')}.`,
  });
}

/**
 * @param nameOrFolder what `--model` may say, or the model name that a checkpoint records
 * @param environment whose words an untrained model knows when its name does not say
 */
export async function loadModel(
  nameOrFolder: string,
  environment: EnvironmentName = DEFAULT_ENVIRONMENT,
): Promise<{ name: string; model: LoadedCheckpoint }> {
  const tiny = tinyNamed(nameOrFolder, environment);
  if (tiny) {
    const { words, strategies } = vocabularyOf(lessonsOf(tiny.environment));
    const model = await createTinyModel({ seed: tiny.seed, words, strategies });
    return { name: `tiny:${tiny.environment}:${tiny.seed}`, model };
  }
  if (nameOrFolder.endsWith('.gguf')) return { name: nameOrFolder, model: await loadGguf(nameOrFolder) };
  const builtIn = builtInNamed(nameOrFolder);
  const folder = builtIn === null ? nameOrFolder : join('public', 'models', builtIn);
  const isFolder = await stat(folder)
    .then((info) => info.isDirectory())
    .catch(() => false);
  if (!isFolder) {
    throw new AppError('model-missing', {
      what: `There is no model at ${folder}.`,
      why: 'The folder does not exist.',
      fix: 'Give a folder with config.json, tokenizer.json and model.safetensors, or "builtin".',
    });
  }
  return { name: builtIn ?? folder, model: await loadCheckpoint(folderSource(folder)) };
}

async function loadGguf(path: string): Promise<LoadedCheckpoint> {
  const file = await readerOfFile(path).catch(() => null);
  if (file) return readAll(await openGguf(file));
  throw new AppError('model-missing', {
    what: `There is no model at ${path}.`,
    why: 'The file does not exist.',
    fix: 'Give the path of a GGUF file, or a folder with config.json, tokenizer.json and model.safetensors.',
  });
}

interface OpenEngine {
  readonly engine: Engine;
  readonly gpu: GpuDevice;
  /** An engine for another model on the same device; it ends with the first. */
  beside(model: LoadedCheckpoint, precision?: Precision): Promise<Engine>;
}

/** The fast engine on this machine's adapter. The caller disposes it, or Node will not end. */
export async function openEngine(model: LoadedCheckpoint, precision?: Precision): Promise<OpenEngine> {
  const gpu = await requestNodeDevice();
  const library = new KernelLibrary(gpu.device);
  const beside = async ({ config }: LoadedCheckpoint, precision: Precision = 'f32') => {
    const tiles = await tuneEngine(gpu, library, config, precision, new TuningFile());
    return new PlannedEngine(gpu, config, library, tiles);
  };
  return { engine: await beside(model, precision), gpu, beside };
}
