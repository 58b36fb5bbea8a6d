import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { counterMultiple } from '../base/counterRandom.ts';
import { drawToken } from './drawToken.ts';
import type { Draw } from './engine.ts';

/** Probabilities 0.5, 0.3, 0.2 at temperature 1, shifted by a constant. */
const logits = Float32Array.from([0.5, 0.3, 0.2], (probability) => Math.log(probability) + 7);

const plain: Draw = { key: [1, 2], counter: 0, temperature: 1, topK: 0, topP: 1 };

/** A counter whose number lies within 1/100 of `goal`. */
function counterNear(goal: number): number {
  const counters = Array.from({ length: 5000 }, (_, counter) => counter);
  return counters.find((counter) => Math.abs(counterMultiple(plain.key, counter) / 2 ** 24 - goal) < 0.01) ?? NaN;
}
const drawAt = (number: number, changes: Partial<Draw> = {}, from = logits) =>
  drawToken(from, { ...plain, counter: counterNear(number), ...changes });

test('the number of key and counter picks a place on the cumulative distribution', () => {
  const tokens = [0.02, 0.48, 0.52, 0.78, 0.82, 0.98].map((number) => drawAt(number).tokenId);
  expect(tokens).toEqual([0, 0, 1, 1, 2, 2]);
});

test('over many counters, tokens come as often as they are likely', () => {
  const counts = [0, 0, 0];
  for (let counter = 0; counter < 10_000; counter++) {
    const { tokenId } = drawToken(logits, { ...plain, counter });
    counts[tokenId] = (counts[tokenId] ?? 0) + 1;
  }
  // Five standard deviations of a binomial count are below 250.
  [5000, 3000, 2000].forEach((expected, id) => expect(Math.abs((counts[id] ?? 0) - expected)).toBeLessThan(250));
});

describe('log-prob and entropy are those of the distribution drawn from', () => {
  const entropyOf = (...probabilities: readonly number[]) =>
    probabilities.reduce((sum, probability) => sum - probability * Math.log(probability), 0);

  test('at temperature 1', () => {
    const { tokenId, logProb, entropy } = drawAt(0.6);
    expect(tokenId).toBe(1);
    expect(logProb).toBeCloseTo(Math.log(0.3), 6);
    expect(entropy).toBeCloseTo(entropyOf(0.5, 0.3, 0.2), 6);
  });

  test('at temperature 1/2, where probabilities are squared: 25, 9 and 4 of 38', () => {
    const { tokenId, logProb } = drawAt(0.7, { temperature: 0.5 });
    expect(tokenId).toBe(1);
    expect(logProb).toBeCloseTo(Math.log(9 / 38), 6);
  });

  test('with the two most likely tokens', () => {
    const { tokenId, logProb, entropy } = drawAt(0.7, { topK: 2 });
    expect(tokenId).toBe(1);
    expect(logProb).toBeCloseTo(Math.log(3 / 8), 6);
    expect(entropy).toBeCloseTo(entropyOf(5 / 8, 3 / 8), 6);
  });

  test('with the fewest tokens that hold a share of the mass', () => {
    expect(drawAt(0.98, { topP: 0.45 })).toMatchObject({ tokenId: 0, logProb: 0, entropy: 0 });
    expect(drawAt(0.98, { topP: 0.75 }).logProb).toBeCloseTo(Math.log(3 / 8), 6);
    expect(drawAt(0.98, { topP: 0.85 }).logProb).toBeCloseTo(Math.log(0.2), 6);
  });

  test('top p is a share of what top k left', () => {
    // Of 5/8 and 3/8, the first alone holds 0.6; of all three it does not.
    expect(drawAt(0.98, { topK: 2, topP: 0.6 }).tokenId).toBe(0);
    expect(drawAt(0.98, { topP: 0.6 }).tokenId).toBe(1);
  });
});

test('temperature 0 takes the most likely token, the lowest id on a tie, and reports temperature 1 without limits', () => {
  const total = Math.exp(1) + 2 * Math.exp(3) + Math.exp(2);
  const { tokenId, logProb } = drawAt(0.98, { temperature: 0, topK: 1, topP: 0.1 }, Float32Array.of(1, 3, 3, 2));
  expect(tokenId).toBe(1);
  expect(logProb).toBeCloseTo(3 - Math.log(total), 6);
});

test('ties go to the lower ids', () => {
  const tied = Float32Array.of(0, 1, 1, 1, 0);
  const tokens = [0.02, 0.48, 0.52, 0.98].map((number) => drawAt(number, { topK: 2 }, tied).tokenId);
  expect(tokens).toEqual([1, 1, 2, 2]);
});

test('extreme logits neither overflow nor draw what cannot happen', () => {
  const drawn = drawAt(0.5, {}, Float32Array.of(-1e30, 1e4, -1e30));
  expect(drawn).toEqual({ tokenId: 1, logProb: 0, entropy: 0 });
});

test.each([{ temperature: -1 }, { temperature: NaN }, { topP: 0 }, { topP: 1.5 }, { topK: -1 }, { topK: 1.5 }])(
  '%o describes no draw',
  (changes) => expect(() => drawAt(0.5, changes)).toThrow(RangeError),
);

describe('for any logits', () => {
  const anyLogits = fc.float32Array({ minLength: 1, maxLength: 40, min: -20, max: 20, noNaN: true });
  const anyCounter = fc.nat();

  test('the larger the number, the later the token; the token is never impossible', () => {
    fc.assert(
      fc.property(anyLogits, anyCounter, anyCounter, (values, one, other) => {
        const [low = 0, high = 0] = [one, other].toSorted(
          (a, b) => counterMultiple(plain.key, a) - counterMultiple(plain.key, b),
        );
        const early = drawToken(values, { ...plain, counter: low });
        const late = drawToken(values, { ...plain, counter: high });
        expect(early.tokenId).toBeLessThanOrEqual(late.tokenId);
        expect(late.tokenId).toBeLessThan(values.length);
        expect(late.logProb).toBeLessThanOrEqual(0);
        expect(late.entropy).toBeGreaterThanOrEqual(-1e-12);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test('the top 1, a tiny top p, and temperature 0 agree, with certainty for the first two', () => {
    fc.assert(
      fc.property(anyLogits, anyCounter, (values, counter) => {
        const greedy = drawToken(values, { ...plain, counter, temperature: 0 }).tokenId;
        for (const limit of [{ topK: 1 }, { topP: 1e-9 }]) {
          const drawn = drawToken(values, { ...plain, counter, ...limit });
          expect(drawn).toEqual({ tokenId: greedy, logProb: 0, entropy: 0 });
        }
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  test('every token that is kept is at least as likely as every one that is not', () => {
    fc.assert(
      fc.property(anyLogits, fc.integer({ min: 1, max: 40 }), fc.nat({ max: 1000 }), (values, topK, counter) => {
        const { tokenId } = drawToken(values, { ...plain, counter, topK });
        // By the distance from the top in float32, as the kernel sees it: tiny differences there are ties.
        const distances = values.map((logit) => Math.max(...values) - logit);
        const moreLikely = distances.filter((distance) => distance < (distances[tokenId] ?? 0));
        expect(moreLikely.length).toBeLessThan(topK);
      }),
      { numRuns: 200, seed: 3 },
    );
  });
});
