import { expect, test } from 'vitest';
import { objectiveOf } from '../objective/objectiveOf.ts';
import { RunConfig } from '../../record/runConfig.ts';
import { isPicked, ruleOf } from './rules.ts';

test('a share of things that are numbered through is spread as evenly as it can be', () => {
  const picked = (share: number, count: number) =>
    Array.from({ length: count }, (_, position) => position).filter((position) => isPicked(position, share));
  expect(picked(0.25, 12)).toEqual([3, 7, 11]);
  expect(picked(0.4, 10)).toEqual([2, 4, 7, 9]);
  expect(picked(0.1, 100)).toHaveLength(10); // ten tenths are one, in binary too
  expect(picked(0, 10)).toEqual([]);
  expect(picked(1, 3)).toEqual([0, 1, 2]);
});

test('a rule is found by its kind', () => {
  const objective = objectiveOf(RunConfig.parse({ preset: 'xrpo' }));
  expect(ruleOf(objective, 'allocate')).toMatchObject({ confidence: 0.95 });
  expect(ruleOf(objective, 'vine')).toBeNull();
});
