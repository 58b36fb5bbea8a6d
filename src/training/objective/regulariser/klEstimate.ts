import type { KlEstimator } from '../parts.ts';

/** An estimate of KL(policy‖base) from one sampled token, and its derivative by the token's log-prob. */
export interface Estimate {
  readonly value: number;
  readonly slope: number;
}

/**
 * Schulman's estimators (joschu.net/blog/kl-approx, 2020), with x = log base − log π: k1 = −x, k2 = x²/2, k3 = eˣ − 1 − x.
 * As a *value* k1 and k3 have the right mean. As a *loss* none has the right gradient but k2: that of k1 has mean 0, that of
 * k3 points along the forward KL (arXiv 2512.21852); `ratioWeighted` mends k1 and k3.
 */
export function klEstimate(estimator: KlEstimator, logProb: number, baseLogProb: number): Estimate {
  const x = baseLogProb - logProb;
  if (estimator === 'k1') return { value: -x, slope: 1 };
  if (estimator === 'k2') return { value: (x * x) / 2, slope: -x };
  return { value: Math.expm1(x) - x, slope: -Math.expm1(x) };
}

/** `ρ·k` with its derivative through the ratio: an unbiased loss, off-policy too. */
export function ratioWeighted({ value, slope }: Estimate, ratio: number): Estimate {
  return { value: ratio * value, slope: ratio * (value + slope) };
}
