import { expect, test } from 'vitest';
import { FakeGpu } from '../../tests/fakeGpu.ts';
import { RandomStream } from '../base/random.ts';
import { createAdapter } from './lora.ts';
import { weightShapes, type ModelConfig } from './modelConfig.ts';
import { PlannedEngine } from './plannedEngine.ts';
import { largestRank, voicesOf } from './voices.ts';
import { elementCount, type Weights } from './weights.ts';

const config: ModelConfig = {
  hiddenSize: 8,
  intermediateSize: 8,
  layerCount: 1,
  headCount: 2,
  keyValueHeadCount: 1,
  headSize: 4,
  vocabularySize: 16,
  contextLength: 8,
  rmsNormEpsilon: 1e-5,
  ropeTheta: 10_000,
  isHeadTied: true,
};
const weights: Weights = new Map(
  [...weightShapes(config)].map(([name, shape]) => [name, { shape, data: new Float32Array(elementCount(shape)) }]),
);
const engine = new PlannedEngine(new FakeGpu().gpu, config);
const base = engine.loadWeights(weights);
const adapted = (rank: number) =>
  engine.createPolicy(base, {
    kind: 'lora',
    rank,
    scale: 1,
    parameters: createAdapter(config, rank, new RandomStream(1)),
  });
const full = () => engine.createPolicy(base, { kind: 'full', parameters: weights });
const who = (speakers: Parameters<typeof voicesOf>[0]) =>
  voicesOf(speakers).map(({ adapted: first, plain }) => [
    first && speakers.indexOf(first),
    plain && speakers.indexOf(plain),
  ]);

test('a policy with factors and its base are one voice', () => {
  expect(who([adapted(2), base])).toEqual([[0, 1]]);
  expect(who([base, adapted(2)])).toEqual([[1, 0]]);
});

test('whole weights are a voice of their own', () => {
  expect(who([full(), base])).toEqual([
    [null, 0],
    [null, 1],
  ]);
});

test('of several policies with factors one takes the base along; nobody speaks twice', () => {
  expect(who([adapted(2), base, adapted(4), full(), base])).toEqual([
    [0, 1],
    [2, null],
    [null, 3],
  ]);
});

test('the base alone needs no factors', () => {
  expect(who([base])).toEqual([[null, 0]]);
  expect(largestRank(voicesOf([base]))).toBeNull();
  expect(largestRank(voicesOf([base, adapted(2), adapted(6)]))).toBe(6);
});
