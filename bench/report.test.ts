import { describe, expect, test } from 'vitest';
import { agreement } from './parts/decode.ts';
import { assembleReport, floorsOf, nested, ratiosOf, spreadsOf } from './report.ts';
import type { BenchResult } from './runBench.ts';
import { QUICK_SIZE } from './size.ts';

const ratiosOfSamples = (samples: Record<string, number[]>) => ratiosOf(spreadsOf(samples));

describe('ratios', () => {
  test('of rates: ours over theirs, with the worst and the best case', () => {
    const ratios = ratiosOfSamples({ 'train.ours': [80, 100, 120], 'train.tfjs': [8, 10, 20] });
    expect(ratios.get('train.tfjs')).toEqual({ median: 10, low: 4, high: 15 });
    expect(ratios.has('train.ours')).toBe(false);
  });

  test('of times and bytes: theirs over ours, for less is better', () => {
    const ratios = ratiosOfSamples({ 'hostMsPerStep.ours': [2], 'hostMsPerStep.tfjs': [10] });
    expect(ratios.get('hostMsPerStep.tfjs')?.median).toBe(5);
    const bytes = ratiosOfSamples({ 'peakBytes.train.ours': [40], 'peakBytes.train.tfjs': [20] });
    expect(bytes.get('peakBytes.train.tfjs')?.median).toBe(0.5);
  });

  test('those who are measured beside the others have one too; who stands alone has none', () => {
    const ratios = ratiosOfSamples({ 'decode.b1.ours': [8], 'beside.decode.b1.tfjsCpu': [2], 'decode.b8.tfjs': [1] });
    expect([...ratios.keys()]).toEqual(['decode.b1.tfjsCpu']);
    expect(ratios.get('decode.b1.tfjsCpu')?.median).toBe(4);
  });
});

test('a floor is met when it was measured and reached', () => {
  const ratios = ratiosOfSamples({
    'train.ours': [80],
    'train.tfjs': [10],
    'decode.b8.ours': [11],
    'decode.b8.tfjs': [1],
  });
  expect(floorsOf(ratios)).toEqual([
    { ratio: 'train.tfjs', atLeast: 8, measured: 8, isMet: true },
    { ratio: 'decode.b8.tfjs', atLeast: 12, measured: 11, isMet: false },
    { ratio: 'decode.b1.transformersjs', atLeast: 1.3, measured: null, isMet: false },
  ]);
});

test('keys become branches', () => {
  const entries = new Map([
    ['peakBytes.ours', 1],
    ['peakBytes.train.ours', 2],
    ['adapter', 3],
  ]);
  expect(nested(entries)).toEqual({ peakBytes: { ours: 1, train: { ours: 2 } }, adapter: 3 });
  expect(() =>
    nested(
      new Map([
        ['a', 1],
        ['a.b', 2],
      ]),
    ),
  ).toThrow(/two values at a/);
});

test('agreement counts the tokens before the first difference of each sequence', () => {
  const reference = [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ];
  expect(agreement(reference, reference)).toBe(1);
  const other = [
    [1, 2, 9, 4],
    [5, 6, 7, 8],
  ];
  expect(agreement(reference, other)).toBe(6 / 8);
  expect(agreement(reference, [[1, 2]])).toBe(2 / 8);
});

/** One layer, D 4, H 2, G 1, S 2, F 8, V 16: matrices 4·(4 + 2 + 2) + 4·4 + 3·32 = 144 parameters, head 64. */
const config = {
  hiddenSize: 4,
  intermediateSize: 8,
  layerCount: 1,
  headCount: 2,
  keyValueHeadCount: 1,
  headSize: 2,
  vocabularySize: 16,
  contextLength: 128,
  rmsNormEpsilon: 1e-5,
  ropeTheta: 1e4,
  isHeadTied: true,
};

test('the report has every figure under its key, and the shares of what the adapter can do', () => {
  // A step at batch 1 reads 4 · (144 + 64) bytes of weights and 4 · 10 · 4 of the cache: 992.
  // An update of 2 contexts: 4 · 2 · (2 · 144 · 88 + 2 · 64 · 24 + 4 · 2 · 2 · 88 · 89 / 2) operations.
  const flops = 8 * (25_344 + 3_072 + 62_656);
  const result: BenchResult = {
    adapter: 'a / b',
    model: { name: 'tiny', parameters: 1, config },
    size: { ...QUICK_SIZE, promptTokens: 8, newTokens: 4, contexts: 2 },
    measurements: {
      samples: {
        'decode.b1.ours': [1e6],
        'train.ours': [2 * 88],
        'ceilings.copyGBs': [9.92],
        'ceilings.matmulGflops': [(2 * flops) / 1e9],
      },
      unavailable: { transformersjs: 'not here' },
    },
  };
  const report = assembleReport(result, { runtime: 'test' });
  expect(report).toMatchObject({
    adapter: 'a / b',
    runtime: 'test',
    decode: { b1: { ours: { median: 1e6, n: 1 } } },
    ceilings: { copyGBs: { median: 9.92 } },
    unavailable: { transformersjs: 'not here' },
  });
  expect(report.share.decode).toBeCloseTo(0.1);
  expect(report.share.train).toBeCloseTo(0.5);
});

test('what was not measured has no share', () => {
  const result: BenchResult = {
    adapter: '',
    model: { name: 'tiny', parameters: 1, config },
    size: { ...QUICK_SIZE, promptTokens: 8, newTokens: 4, contexts: 2 },
    measurements: { samples: { 'decode.b1.ours': [5] }, unavailable: {} },
  };
  expect(assembleReport(result, {}).share).toEqual({ decode: null, train: null });
});
