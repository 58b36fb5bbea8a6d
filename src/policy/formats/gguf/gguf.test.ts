import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fixtureFolder, readFixture } from '../../../../tests/fixtureFiles.ts';
import { GOLDEN_FOLDERS, largestDifference } from '../../../../tests/goldenModel.ts';
import { AppError } from '../../../base/errors.ts';
import { checkInput } from '../../../gpu/checks/inputs.ts';
import { roundRows } from '../../roundedWeights.ts';
import { Tokenizer } from '../../tokenizer.ts';
import { elementCount, tensorNamed } from '../../weights.ts';
import { readerOfBytes, type RangeReader } from '../fileSource.ts';
import { loadCheckpoint, openModel } from '../huggingFace.ts';
import { readWeights } from '../tensorSource.ts';
import { BLOCK_TYPES, WRITERS } from './blocks.ts';
import { readGgufHeader } from './header.ts';
import { openGguf } from './read.ts';
import { tokenizerFileOf, vocabularyOf } from './vocabulary.ts';
import { createGguf, type GgufModel } from './write.ts';

const bytesOf = async (path: string) => (await readFixture(path)) ?? new Uint8Array();
const jsonOf = async (path: string): Promise<unknown> => JSON.parse(new TextDecoder().decode(await bytesOf(path)));
const fromHex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

function typeNamed(name: string) {
  const type = [...BLOCK_TYPES.values()].find((candidate) => candidate.name === name);
  if (!type) throw new Error(`no type ${name}`);
  return type;
}

describe('blocks are those of llama.cpp', () => {
  test('Q8_0 and Q4_0, read; Q8_0, written', async () => {
    const Blocks = z.object({ rows: z.array(z.array(z.number())), int8: z.string(), int4: z.string() });
    const { rows, int8, int4 } = Blocks.parse(await jsonOf('gguf-blocks.json'));
    const values = Float32Array.from(rows.flat());
    expect(WRITERS.q8_0.bytesOf(values)).toEqual(fromHex(int8));
    // A row's numbers come back to half a step of its scale, which 16 bits round once more.
    for (const [name, hex, steps, codes] of [
      ['Q8_0', int8, 254, 127],
      ['Q4_0', int4, 8, 8],
    ] as const) {
      const read = typeNamed(name).decode(fromHex(hex));
      const smallest = codes * 2 ** -25; // scales below 2^-14 are multiples of 2^-24
      for (let group = 0; group < values.length; group += 32) {
        const original = values.subarray(group, group + 32);
        const largest = Math.max(...original.map(Math.abs));
        const bound = largest * (1 / steps + 2 ** -10) + smallest;
        expect(largestDifference(read.subarray(group, group + 32), original)).toBeLessThanOrEqual(bound);
      }
    }
  });

  test('Q4_K and Q6_K, read', async () => {
    const Blocks = z.record(z.string(), z.object({ bytes: z.string(), numbers: z.array(z.number()) }));
    const blocks = Blocks.parse(await jsonOf('gguf/k-blocks.json'));
    for (const [name, { bytes, numbers }] of Object.entries(blocks)) {
      const read = typeNamed(name).decode(fromHex(bytes));
      const largest = Math.max(...numbers.map(Math.abs));
      expect(largestDifference(read, numbers) / largest, name).toBeLessThan(1e-6);
    }
  });
});

describe('a file of llama.cpp’s own package', () => {
  test.each([
    ['llama', 'llama3'],
    ['qwen2', 'qwen'],
  ])('%s: config, weights in our names and order, tokenizer, chat format', async (architecture, family) => {
    const { config, tensors, tokenizer, chatFormat, generation } = await openGguf(
      readerOfBytes(await bytesOf(`gguf/${architecture}.gguf`)),
    );
    expect(config).toMatchObject({
      hiddenSize: 32,
      intermediateSize: 64,
      layerCount: 1,
      headCount: 4,
      keyValueHeadCount: 2,
      headSize: 12,
      contextLength: 256,
      rmsNormEpsilon: 1e-6,
      ropeTheta: 500_000,
      isHeadTied: architecture === 'llama',
    });
    expect(config.attentionVariant).toBe(architecture === 'qwen2' ? 'biased' : undefined);
    expect(config.ropeScaling?.factor).toBe(architecture === 'llama' ? 32 : undefined);
    for (const [name, { shape, data }] of await readWeights(tensors, config)) {
      const exact = checkInput(`gguf ${name}`, elementCount(shape));
      const bound = /v_proj.weight/.test(name) ? 1 / 8 : /bias|norm|gate_proj/.test(name) ? 0 : 2 ** -7;
      expect(largestDifference(data, exact), name).toBeLessThanOrEqual(bound * 1.01);
      if (/embed_tokens/.test(name))
        expect(largestDifference(data, roundRows('int8', exact, shape[1] ?? 0))).toBeLessThan(1e-3);
    }
    const folder = `tokenizers/${family}`;
    const original = new Tokenizer(
      await jsonOf(`${folder}/tokenizer.json`),
      await jsonOf(`${folder}/tokenizer_config.json`),
    );
    const text = "I'll give 1234 hats\n\nfor e\u0301té, 日本 <|im_end|>👩‍👩‍👧  ok";
    expect(tokenizer.encode(text)).toEqual(original.encode(text));
    expect(generation.eosTokenIds).toEqual([chatFormat.actionEnd]);
    expect(tokenizer.decode(chatFormat.partnerTurn('deal'))).toContain('Your partner: deal');
  });
});

/** The tiny model of a folder with the tokenizer of a family, as far as its vocabulary allows. */
async function modelOf(folder: string): Promise<GgufModel> {
  const { config, weights, generation } = await loadCheckpoint(fixtureFolder(folder));
  const vocabulary = vocabularyOf(await jsonOf('tokenizers/qwen/tokenizer.json'), 523);
  const tokens = vocabulary.tokens.slice(0, config.vocabularySize);
  return {
    name: folder,
    config,
    tensors: { shapes: new Map(), read: async (name) => tensorNamed(weights, name) },
    vocabulary: { ...vocabulary, tokens, types: vocabulary.types.slice(0, config.vocabularySize), merges: [] },
    generation,
    addsBos: false,
    chatTemplate: null,
  };
}

async function fileOf(model: GgufModel, precision: 'f16' | 'q8_0'): Promise<Uint8Array<ArrayBuffer>> {
  const gguf = createGguf(model, precision);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of gguf.chunks()) chunks.push(new Uint8Array(chunk));
  const file = new Uint8Array(await new Blob(chunks).arrayBuffer());
  expect(file.byteLength).toBe(gguf.sizeBytes);
  return file;
}

describe('writing and reading back', () => {
  test.each(GOLDEN_FOLDERS)('%s', async (folder) => {
    const model = await modelOf(folder);
    for (const precision of ['f16', 'q8_0'] as const) {
      const header = await readGgufHeader(readerOfBytes(await fileOf(model, precision)));
      const isOther = folder === 'tiny-llama3-rope'; // its scaling is not the published models'
      expect(header.tensors.has('rope_freqs.weight')).toBe(isOther);
      const opening = openGguf(readerOfBytes(await fileOf(model, precision)));
      if (isOther) {
        await expect(opening).rejects.toMatchObject({ code: 'gguf-unsupported' });
        continue;
      }
      // Vocabularies of the tiny models are too small for a chat format; what comes before it has been read.
      await expect(opening).rejects.toMatchObject({ code: 'chat-format-missing' });
    }
  });

  test('rows of q and k are in llama.cpp’s order in the file, and in ours again after it', async () => {
    const vocabulary = vocabularyOf(await jsonOf('tokenizers/llama3/tokenizer.json'), 530);
    const opened = await openGguf(readerOfBytes(await bytesOf('gguf/llama.gguf')));
    const model = {
      name: 'again',
      ...opened,
      vocabulary,
      addsBos: true,
      chatTemplate:
        "{% for message in messages %}{{ '<' + message.role + '>' + message.content + '<|eot_id|>' }}{% endfor %}<assistant>",
    };
    const again = await openGguf(readerOfBytes(await fileOf(model, 'f16')));
    expect(again.config).toEqual(opened.config);
    for (const [name, { data }] of await readWeights(opened.tensors, opened.config)) {
      expect(largestDifference((await again.tensors.read(name)).data, data), name).toBeLessThanOrEqual(2 ** -11);
    }
    const text = 'hats, 123 <|eot_id|>';
    expect(again.tokenizer.encode(text)).toEqual(opened.tokenizer.encode(text));
    // Through Hugging Face's files too: the folder that a GGUF stands for can be saved.
    const folder = await openModel(again.keptFiles, again.tensors);
    expect(folder.config).toEqual(opened.config);
  });
});

describe('tokenizers that llama.cpp knows', () => {
  test.each(['smollm2', 'llama3', 'qwen', 'tinyllama'])('%s: there and back, the same ids', async (family) => {
    const file = await jsonOf(`tokenizers/${family}/tokenizer.json`);
    const config = await jsonOf(`tokenizers/${family}/tokenizer_config.json`);
    const original = new Tokenizer(file, config);
    const back = new Tokenizer(tokenizerFileOf(vocabularyOf(file, original.vocabularySize)), config);
    const Golden = z.object({ fragments: z.array(z.tuple([z.string(), z.array(z.int()), z.string()])) });
    const { fragments } = Golden.parse(await jsonOf(`tokenizers/${family}/golden.json`));
    for (const [text, ids] of fragments) expect(back.encode(text), text).toEqual(ids);
    const long = fragments
      .slice(0, 40)
      .map(([text]) => text)
      .join(' ');
    expect(back.encode(long)).toEqual(original.encode(long));
  });

  test('others are refused, both ways', async () => {
    const words = await jsonOf('tiny-llama/tokenizer.json');
    expect(() => vocabularyOf(words, 61)).toThrow(/llama.cpp has no tokenizer like the one/);
    const vocabulary = vocabularyOf(await jsonOf('tokenizers/qwen/tokenizer.json'), 523);
    expect(() => tokenizerFileOf({ ...vocabulary, pre: 'deepseek-coder' })).toThrow(/"deepseek-coder"/);
  });
});

describe('what is damaged is refused', () => {
  const codeOf = (reader: RangeReader) =>
    readGgufHeader(reader).then(
      () => 'read',
      (error: unknown) => {
        if (error instanceof AppError) return error.code;
        throw error;
      },
    );

  test('every truncation of the header, and of the data', async () => {
    const bytes = await bytesOf('gguf/qwen2.gguf');
    for (const length of [0, 3, 4, 8, 23, 24, 25, 100, 5000, 12_000, bytes.length - 2000, bytes.length - 1000]) {
      expect(await codeOf(readerOfBytes(bytes.subarray(0, length))), `${length} bytes`).toBe('gguf-damaged');
    }
  });

  test('ten thousand changed bytes and random files raise nothing but an AppError', async () => {
    const model = await modelOf('tiny-qwen2');
    const vocabulary = { ...model.vocabulary, tokens: ['a', 'b'], types: [1, 1] };
    const bytes = await fileOf({ ...model, vocabulary }, 'f16');
    const changed = fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { minLength: 1, maxLength: 4 }).map((changes) => {
      const copy = bytes.slice();
      for (const [at, value] of changes) copy[at] = value;
      return copy;
    });
    const random = fc
      .uint8Array({ maxLength: 200 })
      .map((tail) => Uint8Array.of(0x47, 0x47, 0x55, 0x46, 3, 0, 0, 0, ...tail));
    await fc.assert(
      fc.asyncProperty(fc.oneof(changed, random), async (file) => {
        await codeOf(readerOfBytes(file)); // rethrows anything else
      }),
      { numRuns: 10_000, seed: 1 },
    );
  }, 120_000);

  test('a tensor in a format that is not known names what is', async () => {
    const bytes = (await bytesOf('gguf/qwen2.gguf')).slice();
    const text = new TextDecoder('latin1').decode(bytes);
    const at = text.indexOf('output_norm.weight') + 'output_norm.weight'.length + 4 + 8;
    bytes[at] = 10; // Q2_K
    await expect(readGgufHeader(readerOfBytes(bytes))).rejects.toThrow(
      /"output_norm.weight" is stored in GGUF's number type 10; known are .*Q4_K/,
    );
  });
});
