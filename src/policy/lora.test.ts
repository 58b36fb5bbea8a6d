import { expect, test } from 'vitest';
import { RandomStream } from '../base/random.ts';
import { adapterGradients, adapterScale, applyAdapter, createAdapter } from './lora.ts';
import type { ModelConfig } from './modelConfig.ts';
import { tensorNamed, type HostTensor, type Weights } from './weights.ts';

const MODULE = 'model.layers.0.self_attn.q_proj';
const tensor = (shape: number[], ...data: number[]): HostTensor => ({ shape, data: Float32Array.from(data) });

/** W [2, 3], A [1, 3], B [2, 1]: small enough for paper. */
const base: Weights = new Map([
  [`${MODULE}.weight`, tensor([2, 3], 1, 2, 3, 4, 5, 6)],
  ['model.norm.weight', tensor([3], 1, 1, 1)],
]);
const adapter: Weights = new Map([
  [`${MODULE}.lora_A`, tensor([1, 3], 1, 0, -1)],
  [`${MODULE}.lora_B`, tensor([2, 1], 2, 3)],
]);

test('effective weights are W + (alpha / rank) B A; the rest is shared', () => {
  expect(adapterScale(8, 16)).toBe(2);
  const effective = applyAdapter(base, adapter, 2);
  expect([...tensorNamed(effective, `${MODULE}.weight`).data]).toEqual([1 + 4, 2, 3 - 4, 4 + 6, 5, 6 - 6]);
  expect(effective.get('model.norm.weight')).toBe(base.get('model.norm.weight'));
  expect([...tensorNamed(base, `${MODULE}.weight`).data]).toEqual([1, 2, 3, 4, 5, 6]);
});

test('gradients: dA = s Bᵀ dW, dB = s dW Aᵀ', () => {
  const weightGradients: Weights = new Map([[`${MODULE}.weight`, tensor([2, 3], 1, 10, 100, 2, 20, 200)]]);
  const gradients = adapterGradients(weightGradients, adapter, 2);
  expect([...tensorNamed(gradients, `${MODULE}.lora_A`).data]).toEqual([2 * (2 + 6), 2 * (20 + 60), 2 * (200 + 600)]);
  expect([...tensorNamed(gradients, `${MODULE}.lora_B`).data]).toEqual([2 * (1 - 100), 2 * (2 - 200)]);
  expect([...gradients.keys()]).toEqual([...adapter.keys()]);
});

test('gradients agree with finite differences of a quadratic loss', () => {
  const random = new RandomStream(1, 'test');
  const draw = (shape: [number, number]) =>
    tensor(shape, ...Array.from({ length: shape[0] * shape[1] }, () => random.normal()));
  const weights: Weights = new Map([[`${MODULE}.weight`, draw([4, 5])]]);
  const factors = new Map([
    [`${MODULE}.lora_A`, draw([2, 5])],
    [`${MODULE}.lora_B`, draw([4, 2])],
  ]);
  const effective = (trial: Weights) => tensorNamed(applyAdapter(weights, trial, 0.5), `${MODULE}.weight`);
  const loss = (trial: Weights) => effective(trial).data.reduce((sum, value) => sum + value * value, 0) / 2;
  const gradients = adapterGradients(new Map([[`${MODULE}.weight`, effective(factors)]]), factors, 0.5); // dloss/dW = W
  for (const [name, { shape, data }] of factors) {
    data.forEach((value, index) => {
      const nudged = (by: number) => new Map([...factors, [name, { shape, data: data.with(index, value + by) }]]);
      const slope = (loss(nudged(0.01)) - loss(nudged(-0.01))) / 0.02;
      expect(tensorNamed(gradients, name).data[index]).toBeCloseTo(slope, 2);
    });
  }
});

test('a new adapter changes nothing, is bounded by 1/√in, and is a function of its stream', () => {
  const config: ModelConfig = {
    hiddenSize: 8,
    intermediateSize: 12,
    layerCount: 2,
    headCount: 2,
    keyValueHeadCount: 1,
    headSize: 4,
    vocabularySize: 5,
    contextLength: 16,
    rmsNormEpsilon: 1e-5,
    ropeTheta: 10_000,
    isHeadTied: true,
  };
  const made = createAdapter(config, 3, new RandomStream(7, 'adapter'));
  expect(made.size).toBe(2 * 7 * 2);
  expect(tensorNamed(made, 'model.layers.1.mlp.down_proj.lora_A').shape).toEqual([3, 12]);
  expect(tensorNamed(made, 'model.layers.1.mlp.down_proj.lora_B').shape).toEqual([8, 3]);
  expect(tensorNamed(made, 'model.layers.0.self_attn.k_proj.lora_B').shape).toEqual([4, 3]);
  for (const [name, { shape, data }] of made) {
    if (name.endsWith('.lora_B')) expect(data.every((value) => value === 0)).toBe(true);
    else expect(Math.max(...data.map(Math.abs))).toBeLessThanOrEqual(1 / Math.sqrt(shape[1] ?? 0));
  }
  expect(createAdapter(config, 3, new RandomStream(7, 'adapter'))).toEqual(made);
  expect(createAdapter(config, 3, new RandomStream(8, 'adapter'))).not.toEqual(made);
});
