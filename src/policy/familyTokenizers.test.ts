import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { readFixture } from '../../tests/fixtureFiles.ts';
import { hash32 } from '../base/hash.ts';
import { checkIntegers } from '../gpu/checks/inputs.ts';
import { Tokenizer } from './tokenizer.ts';

/** Ten thousand strings take seconds where other suites have the cores. */
vi.setConfig({ testTimeout: 60_000 });

const Golden = z.object({
  fragments: z.array(z.tuple([z.string(), z.array(z.int()), z.string()])),
  blockSize: z.int(),
  longest: z.int(),
  blocks: z.array(z.tuple([z.int(), z.int()])),
});

async function fixtureJson(path: string): Promise<unknown> {
  return JSON.parse(
    new TextDecoder('utf-8', { ignoreBOM: true }).decode((await readFixture(path)) ?? new Uint8Array()),
  );
}

/** What `tools/golden/family_tokenizers.py` trained and measured. */
async function readFamily(family: string) {
  const golden = Golden.parse(await fixtureJson(`tokenizers/${family}/golden.json`));
  const file = await fixtureJson(`tokenizers/${family}/tokenizer.json`);
  return { golden, tokenizer: new Tokenizer(file, await fixtureJson(`tokenizers/${family}/tokenizer_config.json`)) };
}

/** The twin of `string` in the script: a text of one to `longest` pieces. */
function stringOf(number: number, fragments: readonly string[], longest: number): string {
  const count = 1 + (checkIntegers(`string ${number} length`, 1, longest)[0] ?? 0);
  return Array.from(checkIntegers(`string ${number}`, count, fragments.length), (place) => fragments[place]).join('');
}

const hex = (text: string) =>
  Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The library takes some byte order marks out of text that it puts together from single bytes; the golden texts have none. */
const withoutMarks = (family: string, text: string) =>
  family === 'tinyllama' ? text.replaceAll('\ufeff', '').trim() : text;

describe.each(['smollm2', 'llama3', 'qwen', 'tinyllama'])('%s', (family) => {
  test('pieces of text: ids and decoded text are those of the tokenizers library', async () => {
    const { golden, tokenizer } = await readFamily(family);
    const own = golden.fragments.map(([text]) => [
      text,
      tokenizer.encode(text),
      tokenizer.decode(tokenizer.encode(text)),
    ]);
    expect(own).toEqual(golden.fragments);
  });

  test('ten thousand strings of them', async () => {
    const { golden, tokenizer } = await readFamily(family);
    const fragments = golden.fragments.map(([text]) => text);
    const wrong: string[] = [];
    golden.blocks.forEach(([ids, texts], block) => {
      const strings = Array.from({ length: golden.blockSize }, (_, index) =>
        stringOf(block * golden.blockSize + index, fragments, golden.longest),
      );
      const encoded = strings.map((text) => tokenizer.encode(text));
      if (hash32(encoded.map((list) => list.join(' ')).join(';')) !== ids) wrong.push(`ids of block ${block}`);
      const decoded = encoded.map((list) => hex(withoutMarks(family, tokenizer.decode(list)))).join(';');
      if (hash32(decoded) !== texts) wrong.push(`texts of block ${block}`);
    });
    expect(wrong).toEqual([]);
    expect(golden.blocks.length * golden.blockSize).toBe(10_000);
  });
});
