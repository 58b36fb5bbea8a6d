import { expect, test } from 'vitest';
import { tileRequests } from './engineTiles.ts';
import type { ModelConfig } from './modelConfig.ts';

const config: ModelConfig = {
  hiddenSize: 64,
  intermediateSize: 96,
  layerCount: 5,
  headCount: 4,
  keyValueHeadCount: 2,
  headSize: 16,
  vocabularySize: 300,
  contextLength: 256,
  rmsNormEpsilon: 1e-5,
  ropeTheta: 10_000,
  isHeadTied: true,
};
const shown = (precision: 'f32' | 'int4', product: string) =>
  tileRequests(config, precision)
    .filter((request) => request.product === product)
    .map((request) => `${request.precision} ${request.columns} ${request.others}`)
    .sort();

test('each product of the model once, however many layers it has', () => {
  // Embedding and head; query, key and value; attention output; gate and up; down.
  const matrices = ['f32 128 64', 'f32 192 64', 'f32 300 64', 'f32 64 64', 'f32 64 96'];
  expect(shown('f32', 'linear')).toEqual(matrices);
  expect(shown('f32', 'inputGradient')).toEqual(['f32 64 128', 'f32 64 192', 'f32 64 300', 'f32 64 64', 'f32 96 64']);
  expect(shown('f32', 'weightGradient')).toEqual(['f32 64 128', 'f32 64 192', 'f32 64 300', 'f32 64 64', 'f32 96 64']);
});

test('rounded weights are read beside the float32 ones of a policy; the head has 8 bits at least', () => {
  expect(shown('int4', 'linear').filter((request) => !request.startsWith('f32'))).toEqual([
    'int4 128 64',
    'int4 192 64',
    'int4 64 64',
    'int4 64 96',
    'int8 300 64',
  ]);
  expect(shown('int4', 'weightGradient')).toHaveLength(5);
});
