import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawToken } from './drawToken.ts';

/** Probabilities 0.5, 0.3, 0.2 at temperature 1, shifted by a constant. */
const logits = Float32Array.from([0.5, 0.3, 0.2], (probability) => Math.log(probability) + 7);

test('the uniform number picks a place on the cumulative distribution', () => {
  const tokenAt = (uniform: number) => drawToken(logits, { uniform, temperature: 1 }).tokenId;
  expect([0.001, 0.49, 0.51, 0.79, 0.81, 0.999].map(tokenAt)).toEqual([0, 0, 1, 1, 2, 2]);
});

test('log-prob and entropy are those of the distribution drawn from', () => {
  const drawn = drawToken(logits, { uniform: 0.6, temperature: 1 });
  expect(drawn.logProb).toBeCloseTo(Math.log(0.3), 6);
  expect(drawn.entropy).toBeCloseTo(-(0.5 * Math.log(0.5) + 0.3 * Math.log(0.3) + 0.2 * Math.log(0.2)), 6);
  // At temperature 1/2 the probabilities are squared: 25, 9 and 4 of 38.
  const colder = drawToken(logits, { uniform: 0.7, temperature: 0.5 });
  expect(colder.tokenId).toBe(1);
  expect(colder.logProb).toBeCloseTo(Math.log(9 / 38), 6);
});

test('temperature 0 takes the most likely token, the lowest id on a tie, and reports temperature 1', () => {
  const greedy = drawToken(Float32Array.of(1, 3, 3, 2), { uniform: 0.99, temperature: 0 });
  expect(greedy.tokenId).toBe(1);
  const total = Math.exp(1) + 2 * Math.exp(3) + Math.exp(2);
  expect(greedy.logProb).toBeCloseTo(3 - Math.log(total), 6);
});

test('extreme logits neither overflow nor draw what cannot happen', () => {
  const drawn = drawToken(Float32Array.of(-1e30, 1e4, -1e30), { uniform: 0.5, temperature: 1 });
  expect(drawn).toEqual({ tokenId: 1, logProb: 0, entropy: 0 });
});

test('the larger the uniform number, the later the token; the token is never impossible', () => {
  const anyLogits = fc.float32Array({ minLength: 1, maxLength: 40, min: -20, max: 20, noNaN: true });
  const anyUniform = fc.integer({ min: 0, max: 2 ** 23 - 1 }).map((step) => (step + 0.5) / 2 ** 23);
  fc.assert(
    fc.property(anyLogits, anyUniform, anyUniform, (values, one, other) => {
      const early = drawToken(values, { uniform: Math.min(one, other), temperature: 1 });
      const late = drawToken(values, { uniform: Math.max(one, other), temperature: 1 });
      expect(early.tokenId).toBeLessThanOrEqual(late.tokenId);
      expect(late.tokenId).toBeLessThan(values.length);
      expect(late.logProb).toBeLessThanOrEqual(0);
      expect(late.entropy).toBeGreaterThanOrEqual(-1e-12);
    }),
    { numRuns: 200 },
  );
});
