import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { largestDifference } from '../../tests/goldenModel.ts';
import { saveCheckpoint, loadCheckpoint, type LoadedCheckpoint } from './formats/huggingFace.ts';
import { ReferenceEngine } from './referenceEngine.ts';
import { createTinyModel } from './tinyModel.ts';
import { tensorNamed } from './weights.ts';

const WORDS = ['pass', 'bet', 'hold', 'jack', 'king', 'pot', '2'];
const STRATEGIES = ['pass', 'bet'];
/** The reference engine on the CPU, on a busy machine. */
const PATIENCE_MS = 30_000;

beforeAll(() => tf.setBackend('cpu'));

/** Probability of every token after each of these contexts. */
async function nextTokens(model: LoadedCheckpoint, contexts: readonly (readonly number[])[]): Promise<number[][]> {
  const engine = new ReferenceEngine(model.config);
  using base = engine.loadWeights(model.weights);
  using policy = engine.createPolicy(base, { kind: 'full', parameters: model.weights });
  using learner = engine.createLearner(policy, 4096);
  const V = model.config.vocabularySize;
  const sequences = contexts.flatMap((context) =>
    Array.from({ length: V }, (_, token) => ({
      tokenIds: Int32Array.from([...context, token]),
      scoredIndices: Int32Array.from([context.length]),
    })),
  );
  const { logProbs } = await learner.forward(sequences, 1);
  return contexts.map((_, index) => Array.from(logProbs.subarray(index * V, (index + 1) * V), Math.exp));
}

describe('with strategies', () => {
  test(
    'it begins by choosing evenly among them, and each ends after its word, whatever was read',
    async () => {
      const model = await createTinyModel({ seed: 3, words: WORDS, strategies: STRATEGIES });
      const { chatFormat, tokenizer } = model;
      const idOf = (word: string) => tokenizer.tokenId(word) ?? -1;
      const boards = ['hold jack pot 2', 'hold king pot 2 pass bet', 'nothing of this is known'];
      const before = boards.map((board) => [...chatFormat.openView('jack king'), ...chatFormat.openOwnTurn(board)]);
      for (const chances of await nextTokens(model, before)) {
        const shares = STRATEGIES.map((word) => chances[idOf(word)] ?? NaN);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeGreaterThan(0.99);
        for (const share of shares) expect(Math.abs(share - 0.5)).toBeLessThan(0.15);
      }
      const after = before.flatMap((context) => STRATEGIES.map((word) => [...context, idOf(word)]));
      for (const chances of await nextTokens(model, after)) {
        expect(chances[chatFormat.strategyEnd]).toBeGreaterThan(0.99);
      }
    },
    PATIENCE_MS,
  );
});

describe('without strategies', () => {
  test(
    'no token is far from even',
    async () => {
      const model = await createTinyModel({ seed: 3, words: WORDS, strategies: [] });
      const [chances = []] = await nextTokens(model, [model.chatFormat.openOwnTurn('hold jack')]);
      for (const chance of chances) expect(chance * model.config.vocabularySize).toBeLessThan(2);
    },
    PATIENCE_MS,
  );
});

test('it is a function of its seed, and comes back from its own files', async () => {
  const plan = { words: WORDS, strategies: STRATEGIES };
  const [one, again, other] = await Promise.all([1, 1, 2].map((seed) => createTinyModel({ seed, ...plan })));
  if (!one || !again || !other) throw new Error('three models were asked for');
  expect(again.weights).toEqual(one.weights);
  const embedding = (model: LoadedCheckpoint) => tensorNamed(model.weights, 'model.embed_tokens.weight').data;
  expect(largestDifference(embedding(one), embedding(other))).toBeGreaterThan(0.5);
  const files = new Map(saveCheckpoint(one).map(({ name, bytes }) => [name, bytes]));
  const back = await loadCheckpoint({
    has: async (name) => files.has(name),
    readBytes: async (name) => files.get(name) ?? new Uint8Array(),
  });
  expect(back.weights).toEqual(one.weights);
  expect(back.config).toEqual(one.config);
});

test('its words are whole, in lower case; others are all the same', async () => {
  const { tokenizer, chatFormat } = await createTinyModel({ seed: 1, words: WORDS, strategies: STRATEGIES });
  expect(tokenizer.decode(tokenizer.encodePlain('Hold the king, maria'))).toBe('hold king');
  expect(tokenizer.encodePlain('maria')).toEqual(tokenizer.encodePlain('tom'));
  expect(chatFormat.strategy('bet')).toEqual([tokenizer.tokenId('bet'), chatFormat.strategyEnd]);
});
