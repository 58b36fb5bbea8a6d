import { expect, test } from 'vitest';
import type { Split } from '../record/scenario.ts';
import { oncePerSplit, splitOf } from './splits.ts';

test('about 60 / 20 / 20 of all situations, each always in the same split', () => {
  const splits = Array.from({ length: 5000 }, (_, index) => splitOf(`situation ${index}`));
  const share = (split: Split) => splits.filter((found) => found === split).length / splits.length;
  expect(share('train')).toBeCloseTo(0.6, 1);
  expect(share('validation')).toBeCloseTo(0.2, 1);
  expect(share('test')).toBeCloseTo(0.2, 1);
  expect(splitOf('situation 7')).toBe(splits[7]);
});

test('a split is listed when it is asked for, and once', () => {
  const listed: Split[] = [];
  const scenariosOf = oncePerSplit((split) => {
    listed.push(split);
    return [`${split} 0`, `${split} 1`];
  });
  expect(listed).toEqual([]);
  expect(scenariosOf('test')).toEqual(['test 0', 'test 1']);
  expect(scenariosOf('test')).toBe(scenariosOf('test'));
  expect(scenariosOf('train')).toEqual(['train 0', 'train 1']);
  expect(listed).toEqual(['test', 'train']);
});
