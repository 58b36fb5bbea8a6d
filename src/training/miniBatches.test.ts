import { describe, expect, test } from 'vitest';
import { writtenExample } from '../../tests/trainingExamples.ts';
import { RandomStream } from '../base/random.ts';
import { microBatches, miniBatchesOf } from './miniBatches.ts';

describe('mini-batches', () => {
  const indices = Array.from({ length: 11 }, (_, index) => 2 * index);
  const drawn = (parts: number, epoch = 0) => miniBatchesOf(indices, parts, new RandomStream(1, 'mini-batches', epoch));

  test('hold every trajectory once, in parts whose sizes differ by at most one', () => {
    for (const parts of [1, 2, 3, 4, 11]) {
      const sizes = drawn(parts).map(({ length }) => length);
      expect(sizes).toHaveLength(parts);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      expect(
        drawn(parts)
          .flat()
          .toSorted((a, b) => a - b),
      ).toEqual(indices);
    }
  });

  test('are drawn anew for every pass, and the same ones for the same stream', () => {
    expect(drawn(4)).toEqual(drawn(4));
    expect(drawn(4, 1)).not.toEqual(drawn(4));
  });

  test('a single one keeps the order; there are never more than trajectories, and always one', () => {
    expect(drawn(1)).toEqual([indices]);
    expect(drawn(40)).toHaveLength(11);
    expect(miniBatchesOf([], 4, new RandomStream(1))).toEqual([[]]);
  });
});

describe('micro-batches', () => {
  test('hold whole examples in order, as many as fit', () => {
    // Lengths that count end with the last scored token: 5, 5, 9, 5 rows.
    const examples = [3, 3, 7, 3].map((count, seed) => writtenExample([[count, 1]], { seed }));
    const sizes = (limit: number) =>
      microBatches(examples, limit).map((part) => part.map((example) => examples.indexOf(example)));
    expect(examples.map(({ scoredIndices }) => scoredIndices.at(-1))).toEqual([4, 4, 8, 4]);
    expect(sizes(100)).toEqual([[0, 1, 2, 3]]);
    expect(sizes(8)).toEqual([[0, 1], [2], [3]]);
    expect(sizes(12)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(sizes(4)).toEqual([[0], [1], [2], [3]]); // one that exceeds the limit goes alone, for the learner to refuse
    expect(microBatches([], 8)).toEqual([]);
  });

  test('count equal examples once, whatever stands between them', () => {
    const [a, b] = [1, 2].map((seed) => writtenExample([[3, 1]], { seed })); // 4 rows each
    if (!a || !b) throw new Error('two examples were written');
    const parts = microBatches([a, a, b, a, b, b], 8);
    expect(parts).toEqual([[a, a, b, a, b, b]]);
    expect(microBatches([a, a, b, a, b], 4)).toEqual([[a, a], [b], [a], [b]]);
  });
});
