/**
 * The arithmetic of a draw that host and device share to the last bit (`kernels/drawWeights.wgsl`): a token's weight is its
 * probability relative to the most likely token's, as an integer. Integers add up to the same total in any order, so that a
 * token does not depend on how the vocabulary was divided among threads, and no adapter's `exp` has a say in it.
 */

/** Weight of the most likely token. A token that is less than 2^-31 times as likely weighs nothing. */
export const FULL_WEIGHT = 2 ** 30;

/** Logits are multiplied by this, in float32: how often a nat halves a probability. 1e30 stands in for temperatures near 0. */
export function halvingsPerNat(temperature: number): number {
  return Math.fround(isGreedy(temperature) ? Math.LOG2E : Math.min(Math.LOG2E / temperature, 1e30));
}

/** Whether a temperature is 0, as the device sees it. */
export function isGreedy(temperature: number): boolean {
  return Math.fround(temperature) === 0;
}

/**
 * `(1 − 2^-x) / x` on [0, 1], interpolated at Chebyshev's points: coefficient i, times 2^(24 + 2i), of `x^i`. Signs alternate.
 */
const COEFFICIENTS = [11629080, 16121300, 14897961, 10304738, 5547538, 1974310] as const;

/**
 * `2^30 · 2^-halvings`, rounded; relative error before the rounding at most 1.6e-7, that of float32. NaN weighs nothing.
 *
 * No product of floats is ever added to anything: between the two stands an integer. So an adapter that fuses products and
 * sums, as WGSL allows, gets the same bits. Integers and floats stay below 2^24 where they turn into each other.
 *
 * @param halvings float32, at least 0
 */
export function drawWeight(halvings: number): number {
  if (!(halvings < 31)) return 0;
  const whole = Math.trunc(halvings);
  const part = halvings - whole;
  const times = (factor: number, integer: number) => Math.trunc(Math.fround(factor * integer));
  const quotient = COEFFICIENTS.reduceRight((sum, coefficient) => coefficient - times(part / 4, sum), 0);
  const mantissa = 2 ** 24 - times(part, quotient);
  return Math.trunc(Math.fround(mantissa * 2 ** (6 - whole) + 0.5));
}
