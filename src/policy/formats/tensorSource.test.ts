import { expect, test } from 'vitest';
import { fixtureFolder, readFixture } from '../../../tests/fixtureFiles.ts';
import { weightShapes } from '../modelConfig.ts';
import type { FileSource, RangeReader } from './fileSource.ts';
import { droppedFiles, readerOfBytes } from './fileSource.ts';
import { loadCheckpoint, openCheckpoint } from './huggingFace.ts';
import { readSafetensors } from './safetensors.ts';
import { openTensors, readTensors } from './tensorSource.ts';

interface Watched extends FileSource {
  readonly parts: { name: string; begin: number; end: number }[];
}

/** The folder, read in parts that are written down; safetensors cannot be had whole. */
function watched(folder: string): Watched {
  const files = fixtureFolder(folder);
  const parts: Watched['parts'] = [];
  return {
    ...files,
    parts,
    async readBytes(name) {
      if (name.endsWith('.safetensors')) throw new Error(`${name} was read whole`);
      return files.readBytes(name);
    },
    async open(name): Promise<RangeReader> {
      const reader = readerOfBytes(await files.readBytes(name));
      return {
        ...reader,
        read(begin, end) {
          parts.push({ name, begin, end });
          return reader.read(begin, end);
        },
      };
    },
  };
}

test('only headers are read to open a model; then each tensor alone, and no part is larger than the largest tensor', async () => {
  const files = watched('tiny-llama-untied');
  const { config, tensors } = await openCheckpoint(files);
  expect(files.parts).toHaveLength(2); // length and header
  const headerEnd = files.parts[1]?.end ?? 0;
  files.parts.length = 0;

  const sizes: number[] = [];
  for await (const [, { data }] of readTensors(tensors, config)) sizes.push(data.byteLength);
  expect(files.parts.map(({ begin, end }) => end - begin)).toEqual(sizes);
  expect(sizes).toHaveLength(weightShapes(config).size);
  // Together they are the whole file, none of it twice.
  const read = files.parts.toSorted((a, b) => a.begin - b.begin);
  expect(read[0]?.begin).toBe(headerEnd);
  for (const [index, part] of read.entries()) if (index > 0) expect(part.begin).toBe(read[index - 1]?.end);
});

test('shards of transformers, by their index', async () => {
  const files = watched('tiny-qwen2');
  const tensors = await openTensors(files);
  expect(new Set(files.parts.map(({ name }) => name)).size).toBe(3);
  for (const shard of ['1', '2', '3']) {
    const bytes = await readFixture(`tiny-qwen2/model-0000${shard}-of-00003.safetensors`);
    for (const [name, tensor] of readSafetensors(bytes ?? new Uint8Array()).tensors) {
      expect(await tensors.read(name)).toEqual(tensor);
    }
  }
  await expect(tensors.read('lm_head.bias')).rejects.toThrow('no tensor named lm_head.bias');
});

test('dropped files are read in parts too; files of two models are refused', async () => {
  const names = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'];
  const files = await Promise.all(
    names.map(async (name) => {
      const bytes = (await readFixture(`tiny-qwen3/${name}`)) ?? new Uint8Array();
      return new File([new Uint8Array(bytes)], name);
    }),
  );
  const dropped = await loadCheckpoint(droppedFiles(files));
  expect(new Map(dropped.weights)).toEqual(new Map((await loadCheckpoint(fixtureFolder('tiny-qwen3'))).weights));
  expect(() => droppedFiles([...files, new File([], 'config.json')])).toThrow(
    'Two of these files are called config.json',
  );
});
