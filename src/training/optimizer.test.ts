import { expect, test } from 'vitest';
import { defaultRunConfig } from '../record/runConfig.ts';
import { adamWOptions, learningRateAt } from './optimizer.ts';

test('warm-up rises to the peak; constant stays; cosine falls through half the peak', () => {
  const config = { learningRate: 1, schedule: 'cosine', warmupUpdates: 4, updates: 12 } as const;
  const rates = [0, 1, 2, 3, 4, 8, 11].map((updateIndex) => learningRateAt(config, updateIndex));
  [0.25, 0.5, 0.75, 1, 1, 0.5, (1 + Math.cos((Math.PI * 7) / 8)) / 2].forEach((rate, index) =>
    expect(rates[index]).toBeCloseTo(rate, 12),
  );
  expect(learningRateAt({ ...config, schedule: 'constant' }, 11)).toBe(1);
  expect(learningRateAt({ ...config, warmupUpdates: 20 }, 11)).toBeCloseTo(0.6, 12);
  expect(learningRateAt(config, 100)).toBe(0);
});

test('a run’s knobs become options', () => {
  expect(adamWOptions(defaultRunConfig(), 3)).toEqual({
    learningRate: 1e-3,
    beta1: 0.9,
    beta2: 0.95,
    epsilon: 1e-8,
    weightDecay: 0,
  });
});
