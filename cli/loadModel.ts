import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../src/base/errors.ts';
import type { Engine } from '../src/policy/engine.ts';
import { loadCheckpoint, type FileSource, type LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import { PlannedEngine } from '../src/policy/plannedEngine.ts';
import { BUILT_IN_MODEL } from '../src/record/builtInModel.ts';
import type { GpuDevice } from '../src/gpu/device.ts';
import { requestNodeDevice } from './nodeGpu.ts';

/** Files of a folder on disk. */
export function folderSource(folder: string): FileSource {
  return {
    has: (name) =>
      stat(join(folder, name))
        .then((info) => info.isFile())
        .catch(() => false),
    readBytes: async (name) => new Uint8Array(await readFile(join(folder, name))),
  };
}

/** @param nameOrFolder `builtin`, or a folder with a Hugging Face checkpoint */
export async function loadModel(nameOrFolder: string): Promise<{ name: string; model: LoadedCheckpoint }> {
  const isBuiltIn = nameOrFolder === 'builtin';
  const folder = isBuiltIn ? join('public', 'models', BUILT_IN_MODEL) : nameOrFolder;
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
  return { name: isBuiltIn ? BUILT_IN_MODEL : folder, model: await loadCheckpoint(folderSource(folder)) };
}

/** The fast engine on this machine's adapter. The caller disposes it, or Node will not end. */
export async function openEngine(model: LoadedCheckpoint): Promise<{ engine: Engine; gpu: GpuDevice }> {
  const gpu = await requestNodeDevice();
  return { engine: new PlannedEngine(gpu, model.config), gpu };
}
