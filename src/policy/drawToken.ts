import { counterMultiple } from '../base/counterRandom.ts';
import { drawWeight, FULL_WEIGHT, halvingsPerNat, isGreedy } from '../gpu/drawWeight.ts';
import { assertDraw } from '../gpu/sampling.ts';
import type { Draw, DrawnToken } from './engine.ts';

/**
 * Draws one token by inverting the cumulative distribution: the first id whose cumulative probability, in vocabulary order,
 * exceeds the number that key and counter stand for. Temperature first, then top k, then top p of what is left, as
 * Hugging Face's `generate` does; ties (logits at the same float32 distance from the largest) go to the lower id.
 * Temperature 0 takes the most likely token.
 *
 * From equal logits `drawToken.wgsl` finds the same token: weights are integers (`drawWeight.ts`), and what is left in
 * floating point, here in float64, are log-prob and entropy. They are those of the distribution drawn from.
 *
 * @param logits [V], before the temperature
 */
export function drawToken(logits: Float32Array, draw: Draw): DrawnToken {
  assertDraw(draw);
  const top = logits.reduce((largest, logit) => (logit > largest ? logit : largest), -Infinity);
  const perNat = halvingsPerNat(draw.temperature);
  const distances = logits.map((logit) => top - logit);
  const halvings = distances.map((distance) => distance * perNat);
  const takesTop = isGreedy(draw.temperature);
  const weights = Float64Array.from(halvings, drawWeight);
  if (!takesTop) dropUnlikely(weights, distances, draw);

  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const tokenId = takesTop
    ? Math.max(0, logits.indexOf(top)) // not found where all are NaN
    : tokenAt(weights, share(total, counterMultiple(draw.key, draw.counter)));
  const logTotal = Math.log(total / FULL_WEIGHT);
  let meanHalvings = 0;
  weights.forEach((weight, id) => {
    if (weight > 0) meanHalvings += (weight / total) * (halvings[id] ?? 0);
  });
  return {
    tokenId,
    logProb: 0 - (halvings[tokenId] ?? 0) * Math.LN2 - logTotal,
    entropy: logTotal + meanHalvings * Math.LN2,
  };
}

/** Sets to 0 what top k and top p leave out. */
function dropUnlikely(weights: Float64Array, distances: Float32Array, { topK, topP }: Draw): void {
  if (topK === 0 && topP === 1) return;
  const ranked = [...weights.keys()].sort((a, b) => (distances[a] ?? 0) - (distances[b] ?? 0) || a - b);
  const drop = (ids: readonly number[]) => ids.forEach((id) => (weights[id] = 0));
  const left = topK === 0 ? ranked : ranked.slice(0, topK);
  drop(ranked.slice(left.length));
  if (topP === 1) return;
  const goal = Math.max(
    1,
    share(
      weights.reduce((sum, weight) => sum + weight, 0),
      Math.floor(Math.fround(topP) * 2 ** 24),
    ),
  );
  let mass = 0;
  const last = left.findIndex((id) => (mass += weights[id] ?? 0) >= goal);
  drop(left.slice(last + 1));
}

/** `floor(whole · multiple / 2^24)`; the product exceeds what a number holds. */
function share(whole: number, multiple: number): number {
  return Number((BigInt(whole) * BigInt(multiple)) >> 24n);
}

function tokenAt(weights: Float64Array, goal: number): number {
  let reached = 0;
  return Math.max(
    0,
    weights.findIndex((weight) => (reached += weight) > goal),
  );
}
