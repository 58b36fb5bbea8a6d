/**
 * Quantile of Student's t distribution, by bisection of its distribution function, to about 1e-10.
 *
 * @param level in (0.5, 1)
 * @param degrees of freedom, ≥ 1
 */
export function studentQuantile(level: number, degrees: number): number {
  let low = 0;
  let high = 1;
  while (studentDistribution(high, degrees) < level) high *= 2;
  for (let step = 0; step < 100 && high - low > 1e-12 * high; step++) {
    const middle = (low + high) / 2;
    if (studentDistribution(middle, degrees) < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(T ≤ t) for t ≥ 0: `½ + ½·(1 − I_x(ν/2, ½))` with x = ν/(ν + t²); closed sums for whole ν (Abramowitz & Stegun 26.7.3–4). */
function studentDistribution(t: number, degrees: number): number {
  const angle = Math.atan2(t, Math.sqrt(degrees));
  const cosine = Math.cos(angle);
  let sum = 0;
  if (degrees % 2 === 1) {
    let term = cosine;
    for (let k = 1; k < degrees - 1; k += 2) {
      sum += term;
      term *= (cosine ** 2 * (k + 1)) / (k + 2);
    }
    return 0.5 + (angle + Math.sin(angle) * sum) / Math.PI;
  }
  let term = 1;
  for (let k = 0; k < degrees - 1; k += 2) {
    sum += term;
    term *= (cosine ** 2 * (k + 1)) / (k + 2);
  }
  return 0.5 + (Math.sin(angle) * sum) / 2;
}
