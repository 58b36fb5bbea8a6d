import { isBuiltInModel, type BuiltInModelName } from './builtInModel.ts';

/**
 * What runs, checkpoints and links call a model that a browser keeps: a label and the beginning of a hash of its files, as
 * `SmolLM2-135M-Instruct@1a2b3c4d5e6f`. The same files have the same name in every browser.
 */
export type StoredModelName = `${string}@${string}`;
export type ModelName = BuiltInModelName | StoredModelName;

const STORED = /^[\w][\w.-]{0,63}@[0-9a-f]{12}$/;

export function isStoredModel(name: string): name is StoredModelName {
  return STORED.test(name);
}

export function isModelName(name: string): name is ModelName {
  return isBuiltInModel(name) || isStoredModel(name);
}

/** @param label what people call it; what a name cannot hold is left out */
export function storedModelName(label: string, hash: string): StoredModelName {
  const word = label
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[^\w]+/, '')
    .slice(0, 64);
  return `${word || 'model'}@${hash.slice(0, 12)}`;
}

/** What people call it: without the hash. */
export function labelOfModel(name: string): string {
  return isStoredModel(name) ? name.slice(0, name.lastIndexOf('@')) : name;
}
