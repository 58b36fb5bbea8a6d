/**
 * What a ratio makes of an advantage: the value to be raised, and its derivative by the *logarithm* of the ratio, which is
 * the derivative by the token's log-prob.
 */
export interface Surrogate {
  readonly value: number;
  readonly slope: number;
  /** Which bound took the gradient away; null: none. */
  readonly clipped: 'low' | 'high' | 'dual' | null;
}

/** `ρ·A`: importance sampling without a bound. */
export function plainSurrogate(ratio: number, advantage: number): Surrogate {
  return { value: ratio * advantage, slope: ratio * advantage, clipped: null };
}
