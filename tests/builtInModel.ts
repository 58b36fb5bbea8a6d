import { readFile } from 'node:fs/promises';
import { loadCheckpoint, type LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import { BUILT_IN_MODEL } from '../src/record/builtInModel.ts';

/** The model that ships with the lab: tests in Node use its words. */
export function loadBuiltInModel(): Promise<LoadedCheckpoint> {
  const read = (name: string) => readFile(new URL(`../public/models/${BUILT_IN_MODEL}/${name}`, import.meta.url));
  return loadCheckpoint({
    has: (name) =>
      read(name).then(
        () => true,
        () => false,
      ),
    readBytes: async (name) => new Uint8Array(await read(name)),
  });
}
