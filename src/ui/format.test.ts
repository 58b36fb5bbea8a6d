import { expect, test } from 'vitest';
import {
  formatAmount,
  formatBytes,
  formatCount,
  formatDuration,
  formatNumber,
  formatShare,
  formatSigned,
  formatTicks,
} from './format.ts';

test('signs are always shown, except for nothing', () => {
  expect([0.06, -0.41, 0.001, -0.001].map((value) => formatSigned(value))).toEqual(['+0.06', '−0.41', '0.00', '0.00']);
});

test('numbers keep three significant digits', () => {
  expect([0, 0.0123, -1.71, 18.44, 5511, 3e-5, Number.NaN].map(formatNumber)).toEqual([
    '0',
    '0.012',
    '−1.71',
    '18.4',
    '5511',
    '3e-5',
    '–',
  ]);
});

test('ticks of one axis carry the same digits, as few as tell them apart', () => {
  expect(formatTicks([0, 2, 4])).toEqual(['0', '2', '4']);
  expect(formatTicks([-0.1, 0, 0.1])).toEqual(['−0.1', '0.0', '0.1']);
  expect(formatTicks([0.15, 0.2])).toEqual(['0.15', '0.20']);
  expect(formatTicks([0.85, 0.875, 0.9])).toEqual(['0.850', '0.875', '0.900']);
  expect(formatTicks([18_000, 18_500])).toEqual(['18.0k', '18.5k']);
});

test('counts, shares and sizes carry their units', () => {
  expect([64, 5511, 18_400, 148_000, 2_600_000].map(formatCount)).toEqual(['64', '5,511', '18.4k', '148k', '2.6M']);
  expect(formatShare(0.944)).toBe('94 %');
  expect([900, 12_000, 10_400_000, 212e6, 4.1e9].map(formatBytes)).toEqual([
    '900 B',
    '12 kB',
    '10.4 MB',
    '212 MB',
    '4.1 GB',
  ]);
  expect([formatAmount(1, 'turn'), formatAmount(9, 'turn')]).toEqual(['1 turn', '9 turns']);
});

test('durations get coarser as they grow', () => {
  expect([0.02, 4.06, 48, 360, 7500].map(formatDuration)).toEqual(['0.02 s', '4.1 s', '48 s', '6 min', '2 h 5 min']);
});
