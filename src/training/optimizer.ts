import type { AdamWOptions } from '../policy/adamW.ts';
import type { RunConfig } from '../record/runConfig.ts';

/** PyTorch's default, where a gradient is too small to matter. */
export const ADAM_EPSILON = 1e-8;

/** The options that a run's knobs ask for at one update. */
export function adamWOptions(config: RunConfig, updateIndex: number): AdamWOptions {
  return {
    learningRate: learningRateAt(config, updateIndex),
    beta1: config.adamBeta1,
    beta2: config.adamBeta2,
    epsilon: ADAM_EPSILON,
    weightDecay: config.weightDecay,
  };
}

/**
 * The learning rate of one update: a linear warm-up that reaches the peak with its last update, then constant, or a half
 * cosine that would reach 0 one update after the last, so that no update is wasted on a rate of 0.
 */
export function learningRateAt(
  {
    learningRate,
    schedule,
    warmupUpdates,
    updates,
  }: Pick<RunConfig, 'learningRate' | 'schedule' | 'warmupUpdates' | 'updates'>,
  updateIndex: number,
): number {
  if (updateIndex < warmupUpdates) return (learningRate * (updateIndex + 1)) / warmupUpdates;
  if (schedule === 'constant') return learningRate;
  const share = Math.min(1, (updateIndex - warmupUpdates) / Math.max(1, updates - warmupUpdates));
  return (learningRate * (1 + Math.cos(Math.PI * share))) / 2;
}
