const EPSILON = 1e-6;

/**
 * Scales the advantages of a whole batch to about unit size, `A / (sqrt(mean(A²)) + 1e-6)`, so that one learning rate
 * fits every reward scale. The mean is not subtracted: a baseline already did that, turn by turn.
 *
 * The root mean square stands where others take the standard deviation. They agree when the mean is near 0, and this one
 * stays finite when all advantages are equal, as in a batch of one turn.
 *
 * @param advantages [trajectory][turn]
 */
export function scaleToUnit(advantages: readonly (readonly number[])[]): number[][] {
  const all = advantages.flat();
  const meanSquare = all.reduce((sum, value) => sum + value * value, 0) / Math.max(all.length, 1);
  const scale = Math.sqrt(meanSquare) + EPSILON;
  return advantages.map((turns) => turns.map((value) => value / scale));
}
