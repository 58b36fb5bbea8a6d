/** Loss of a value head and its derivative by each prediction. */
export interface ValueLoss {
  readonly loss: number;
  readonly gradient: Float64Array;
  /** Share of predictions that the clip keeps from moving: `critic/vf_clipfrac`. */
  readonly clippedShare: number;
}

/**
 * Squared error of value predictions, with the clip of PPO's implementations (Huang et al. 2022, "37 details", 9):
 * `½ mean max((V − R)², (clip(V, V_old − c, V_old + c) − R)²)`.
 *
 * @param targets returns to learn, `advantage + value`; null where nothing is known (a cut-off trajectory)
 * @param clipRange c; null switches the clip off
 * @param globalCount number of targets over all micro-batches
 */
export function valueLoss(
  values: readonly number[],
  oldValues: readonly number[],
  targets: readonly (number | null)[],
  clipRange: number | null,
  globalCount: number,
): ValueLoss {
  const gradient = new Float64Array(values.length);
  const scale = 1 / Math.max(globalCount, 1);
  let loss = 0;
  let clipped = 0;
  values.forEach((value, index) => {
    const target = targets[index] ?? null;
    if (target === null) return;
    const old = oldValues[index] ?? 0;
    const bounded = clipRange === null ? value : Math.min(Math.max(value, old - clipRange), old + clipRange);
    const isClipped = (bounded - target) ** 2 > (value - target) ** 2;
    loss += 0.5 * scale * ((isClipped ? bounded : value) - target) ** 2;
    gradient[index] = isClipped ? 0 : scale * (value - target);
    clipped += isClipped ? scale : 0;
  });
  return { loss, gradient, clippedShare: clipped };
}
