import type { Draw, DrawnToken } from './engine.ts';

/**
 * Draws one token by inverting the cumulative distribution: the first id whose cumulative probability, in vocabulary order,
 * exceeds `uniform`. Temperature 0 takes the most likely token, the lowest id on a tie.
 *
 * @param logits [V], before the temperature
 */
export function drawToken(logits: Float32Array, { uniform, temperature }: Draw): DrawnToken {
  const isGreedy = temperature === 0;
  const scale = isGreedy ? 1 : 1 / temperature;
  let mostLikely = 0;
  logits.forEach((logit, id) => {
    if (logit > (logits[mostLikely] ?? 0)) mostLikely = id;
  });
  const top = logits[mostLikely] ?? 0;
  const scaled = Float64Array.from(logits, (logit) => (logit - top) * scale);
  const total = scaled.reduce((sum, logit) => sum + Math.exp(logit), 0);
  const logTotal = Math.log(total);

  const tokenId = isGreedy ? mostLikely : invert(scaled, uniform * total, mostLikely);
  let entropy = 0;
  for (const logit of scaled) entropy -= (Math.exp(logit) / total) * (logit - logTotal);
  return { tokenId, logProb: (scaled[tokenId] ?? 0) - logTotal, entropy };
}

function invert(scaled: Float64Array, goal: number, otherwise: number): number {
  let reached = 0;
  const id = scaled.findIndex((logit) => (reached += Math.exp(logit)) > goal);
  return id < 0 ? otherwise : id;
}
