import { expect, test } from 'vitest';
import type { TrainingSequence } from './engine.ts';
import { packSequences } from './packedSequences.ts';

const sequence = (length: number, ...scored: number[]): TrainingSequence => ({
  tokenIds: Int32Array.from({ length }, (_, index) => 100 + index),
  scoredIndices: Int32Array.from(scored),
});

test('the row before a scored token predicts it; what follows the last one is not fed', () => {
  const [pack] = packSequences([sequence(6, 2, 3), sequence(5, 1)], 256, 1000);
  expect(pack).toMatchObject({ batchSize: 2, length: 32, scoredCount: 3 });
  expect([...(pack?.tokenIds.subarray(0, 5) ?? [])]).toEqual([100, 101, 102, 0, 0]);
  expect([...(pack?.tokenIds.subarray(32, 34) ?? [])]).toEqual([100, 0]);
  expect([...(pack?.scoredRows.subarray(0, 4) ?? [])]).toEqual([1, 2, 32, 0]);
  expect([...(pack?.targets.subarray(0, 4) ?? [])]).toEqual([102, 103, 101, 0]);
  expect(pack?.targets).toHaveLength(64);
});

test('packs are bounded, in order, and lose nothing', () => {
  const sequences = Array.from({ length: 50 }, (_, index) => sequence(20 + 4 * index, 5, 10 + 4 * index));
  const packs = packSequences(sequences, 256, 10_000);
  expect(packs.length).toBeGreaterThan(3);
  for (const { batchSize, length, tokenIds } of packs) {
    expect(tokenIds).toHaveLength(batchSize * length);
    expect(batchSize * length).toBeLessThanOrEqual(1024);
  }
  const targets = packs.flatMap((pack) => [...pack.targets.subarray(0, pack.scoredCount)]);
  expect(targets).toEqual(
    sequences.flatMap(({ tokenIds, scoredIndices }) => [...scoredIndices].map((index) => tokenIds[index])),
  );
});

test('sequences without scored tokens are left out', () => {
  expect(packSequences([sequence(5)], 256, 10)).toEqual([]);
  expect(packSequences([], 256, 10)).toEqual([]);
});

test('what cannot be scored or does not fit is an error', () => {
  expect(() => packSequences([sequence(5, 0)], 256, 10)).toThrow(/index 0/);
  expect(() => packSequences([sequence(5, 5)], 256, 10)).toThrow(/5 tokens/);
  expect(() => packSequences([sequence(40, 33)], 32, 100)).toThrow(/context of 32/);
  expect(packSequences([sequence(40, 32)], 32, 100)).toHaveLength(1);
  expect(() => packSequences([sequence(40, 39), sequence(40, 39)], 256, 77)).toThrow(/78 tokens/);
});
