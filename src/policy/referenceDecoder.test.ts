import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadGoldenModel, type GoldenModel } from '../../tests/goldenModel.ts';
import { RandomStream } from '../base/random.ts';
import type { Decoder, DrawnToken, StepRow } from './engine.ts';
import { ReferenceEngine } from './referenceEngine.ts';

let golden: GoldenModel;

beforeAll(async () => {
  await tf.setBackend('cpu');
  golden = await loadGoldenModel('tiny-llama');
});

async function withDecoder<Value>(slotCount: number, work: (decoder: Decoder) => Promise<Value>): Promise<Value> {
  const engine = new ReferenceEngine(golden.config);
  using weights = engine.createWeightSet(golden.policy);
  using decoder = engine.createDecoder(weights, slotCount);
  return await work(decoder);
}

const PROMPT = [1, 20, 9, 33, 2, 40];
const draw = (uniform: number, temperature = 1) => ({ uniform, temperature });
/** The prompt's rows; the last one draws. */
const promptRows = (slot: number, tokens = PROMPT, uniform = 0.5): StepRow[] =>
  tokens.map((tokenId, position) => ({
    slot,
    position,
    tokenId,
    ...(position === tokens.length - 1 ? { draw: draw(uniform) } : {}),
  }));

/** Feeds the prompt, then draws `count` tokens one by one. */
async function generate(decoder: Decoder, slot: number, count: number, temperature: number): Promise<DrawnToken[]> {
  const random = new RandomStream(3, 'generate', slot);
  const rows = promptRows(slot).map((row) => (row.draw ? { ...row, draw: draw(random.uniform(), temperature) } : row));
  const drawn = [...(await decoder.step(rows))];
  while (drawn.length < count) {
    const position = PROMPT.length + drawn.length - 1;
    const tokenId = drawn.at(-1)?.tokenId ?? 0;
    drawn.push(...(await decoder.step([{ slot, position, tokenId, draw: draw(random.uniform(), temperature) }])));
  }
  return drawn;
}

describe('what the sampler says is what the trainer says', () => {
  test.each([1, 0.7])('at temperature %d: log-prob and entropy of sampled tokens, ratio 1', async (temperature) => {
    const drawn = await withDecoder(2, (decoder) => generate(decoder, 1, 12, temperature));
    const tokenIds = Int32Array.of(...PROMPT, ...drawn.map(({ tokenId }) => tokenId));
    const engine = new ReferenceEngine(golden.config);
    using policy = engine.createWeightSet(golden.policy);
    using learner = engine.createLearner(policy, policy, 256);
    const scoredIndices = Int32Array.from(drawn, (_, index) => PROMPT.length + index);
    const { logProbs, entropies } = await learner.forward([{ tokenIds, scoredIndices }], temperature);
    drawn.forEach(({ logProb, entropy }, index) => {
      expect(Math.abs(Math.exp((logProbs[index] ?? NaN) - logProb) - 1)).toBeLessThan(1e-5);
      expect(Math.abs((entropies[index] ?? NaN) - entropy)).toBeLessThan(1e-5);
    });
  });
});

describe('the cache', () => {
  test('gives the same, whether tokens come one by one or all at once', async () => {
    const atOnce = await withDecoder(1, (decoder) => decoder.step(promptRows(0)));
    const oneByOne = await withDecoder(1, async (decoder) => {
      let last: readonly DrawnToken[] = [];
      for (const row of promptRows(0)) last = await decoder.step([row]);
      return last;
    });
    expect(oneByOne).toEqual(atOnce);
  });

  test('keeps slots apart: a dialogue is the same alone and among many, in any order of slots', async () => {
    const alone = await withDecoder(1, (decoder) => decoder.step(promptRows(0)));
    const others = [3, 0, 4, 2].map((slot) => promptRows(slot, [1, 7 + slot, 8, 11, 30, 31, 12].slice(0, 3 + slot)));
    const mixed = [...others.slice(0, 2).flat(), ...promptRows(1), ...others.slice(2).flat()];
    const among = await withDecoder(5, (decoder) => decoder.step(mixed));
    expect(among).toHaveLength(5);
    expect(among[2]).toEqual(alone[0]);
  });

  test('forgets what is overwritten: a slot used again is a new slot', async () => {
    const fresh = await withDecoder(1, (decoder) => decoder.step(promptRows(0)));
    const reused = await withDecoder(1, async (decoder) => {
      await generate(decoder, 0, 8, 1);
      await decoder.step(promptRows(0, [5, 4, 3, 2, 1, 0, 9, 9, 9]));
      return decoder.step(promptRows(0));
    });
    expect(reused).toEqual(fresh);
  });

  test('a step longer than one pass is split without a trace', async () => {
    // 60 prompts of 6 rows exceed 256 rows; the split falls inside a prompt.
    const rows = Array.from({ length: 60 }, (_, slot) => promptRows(slot)).flat();
    const drawn = await withDecoder(60, (decoder) => decoder.step(rows));
    expect(drawn).toHaveLength(60);
    for (const token of drawn) expect(token).toEqual(drawn[0]);
  });

  test('reaches to the last position of the context, and no further', async () => {
    await withDecoder(1, async (decoder) => {
      const last = golden.config.contextLength - 1;
      expect(await decoder.step([{ slot: 0, position: last, tokenId: 5, draw: draw(0.5) }])).toHaveLength(1);
      await expect(decoder.step([{ slot: 0, position: last + 1, tokenId: 5 }])).rejects.toThrow(/outside the cache/);
      await expect(decoder.step([{ slot: 1, position: 0, tokenId: 5 }])).rejects.toThrow(/outside the cache/);
      await expect(decoder.step([{ slot: 0, position: 0, tokenId: 61 }])).rejects.toThrow(/vocabulary of 61/);
    });
  });
});

test('rows that only feed draw nothing; the drawn ones come back in row order', async () => {
  await withDecoder(2, async (decoder) => {
    expect(await decoder.step([])).toEqual([]);
    expect(await decoder.step([{ slot: 0, position: 0, tokenId: 1 }])).toEqual([]);
    const [first, second] = await decoder.step([
      { slot: 0, position: 1, tokenId: 20, draw: draw(0.001) },
      { slot: 1, position: 0, tokenId: 1 },
      { slot: 0, position: 2, tokenId: 9, draw: draw(0.999) },
    ]);
    expect(first?.tokenId).toBeLessThan(second?.tokenId ?? 0);
  });
});

test('no tensor is left behind', async () => {
  const before = tf.memory().numTensors;
  await withDecoder(2, async (decoder) => {
    await generate(decoder, 0, 2, 1);
    const during = tf.memory().numTensors;
    await generate(decoder, 1, 3, 1);
    await expect(decoder.step([{ slot: 0, position: 9, tokenId: -1 }])).rejects.toThrow();
    expect(tf.memory().numTensors).toBe(during);
  });
  expect(tf.memory().numTensors).toBe(before);
});
