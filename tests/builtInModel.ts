import { readFile } from 'node:fs/promises';
import { loadCheckpoint, type LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import type { BuiltInModelName } from '../src/record/builtInModel.ts';

/** The small one of the models that ship with the lab: tests in Node use its words. */
const NAME: BuiltInModelName = 'parley-mini';
export function loadBuiltInModel(): Promise<LoadedCheckpoint> {
  const read = (name: string) => readFile(new URL(`../public/models/${NAME}/${name}`, import.meta.url));
  return loadCheckpoint({
    has: (name) =>
      read(name).then(
        () => true,
        () => false,
      ),
    readBytes: async (name) => new Uint8Array(await read(name)),
  });
}
