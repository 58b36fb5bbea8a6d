import { expect, test } from 'vitest';
import type { TrainingSequence } from './engine.ts';
import { groupTokenUses, packRows } from './packedRows.ts';

const config = { contextLength: 32, vocabularySize: 200 };

function pack(...sequences: TrainingSequence[]) {
  const rows: number[][] = [];
  const info = { setRow: (row: number, ...words: number[]) => (rows[row] = words) };
  return { ...packRows(sequences, 0.5, config, 64, info), rows };
}

const sequence = (length: number, scored: number[], hidden?: number[]): TrainingSequence => ({
  tokenIds: Int32Array.from({ length }, (_, index) => 100 + index),
  scoredIndices: Int32Array.from(scored),
  ...(hidden && { hiddenIndices: Int32Array.from(hidden) }),
});

test('sequences lie row after row; each row knows its token, its place, and where its sequence begins and ends', () => {
  const { rowCount, rows, tokenIds, draws, scored } = pack(sequence(6, [2, 3]), sequence(5, [1]));
  expect(rowCount).toBe(4);
  expect(tokenIds).toEqual([100, 101, 102, 100]);
  expect(rows).toEqual([
    [100, 0, 0, 3],
    [101, 1, 0, 3],
    [102, 2, 0, 3],
    [100, 0, 3, 4],
  ]);
  // The row before a scored token predicts it; the token itself is the target.
  expect(draws).toEqual([
    { row: 1, temperature: 0.5, words: [102] },
    { row: 2, temperature: 0.5, words: [103] },
    { row: 3, temperature: 0.5, words: [101] },
  ]);
  expect(scored).toEqual([0, 1, 2]);
});

test('a hidden state is that of a row, which is drawn once, whether it predicts a scored token or not', () => {
  const { rowCount, draws, scored, hidden } = pack(sequence(8, [2, 3], [1, 5]), sequence(5, [], [0]));
  expect(rowCount).toBe(6 + 1);
  expect(draws.map(({ row }) => row)).toEqual([1, 2, 5, 6]);
  expect(scored).toEqual([0, 1]);
  expect(hidden).toEqual([0, 2, 3]);
  expect(new Set(draws.map(({ row }) => row)).size).toBe(draws.length);
});

test('too many tokens, too long a context, and tokens or indices that do not exist are errors', () => {
  expect(() => pack(sequence(40, [33]))).toThrow(/context of 32/);
  expect(() => pack(sequence(30, [29]), sequence(30, [29]), sequence(30, [29]))).toThrow(/87 tokens, more than 64/);
  expect(() => pack(sequence(5, [0]))).toThrow(/index 0/);
  expect(() => pack(sequence(5, [5]))).toThrow(/5 tokens/);
  expect(() => pack(sequence(5, [1], [5]))).toThrow(/5 tokens/);
  const unknown = { tokenIds: Int32Array.of(1, 200, 3), scoredIndices: Int32Array.of(2) };
  expect(() => pack(unknown)).toThrow(/vocabulary of 200/);
});

test('rows are grouped by token, in row order', () => {
  // 3 tokens; token 7 in rows 0 and 2, token 5 in row 1, token 9 in row 3; row numbers begin at word 10.
  expect([...groupTokenUses([7, 5, 7, 9])]).toEqual([3, 7, 10, 12, 5, 12, 13, 9, 13, 14, 0, 2, 1, 3]);
});
