import { expect, test } from 'vitest';
import type { ListedCheckpoint } from '../../record/checkpoint.ts';
import { fakeCheckpoint } from '../../storage/fakeRecords.ts';
import { BASE, sampler, strategiesOf } from './forkOrder.ts';

const checkpoint = (checkpointId: string, updatesDone: number): ListedCheckpoint => ({
  ...fakeCheckpoint({ checkpointId, updatesDone }).manifest,
  isBest: false,
});

test('a dialogue was played by the newest checkpoint from before its update', () => {
  const saved = [checkpoint('c9', 9), checkpoint('c4', 4), checkpoint('c2', 2)];
  expect(sampler(saved, 4)).toBe('c4'); // update 4 is the fifth: four had been done
  expect(sampler(saved, 8)).toBe('c4');
  expect(sampler(saved, 1)).toBe(BASE);
  expect(sampler([], 5)).toBe(BASE);
});

test('each line is a strategy, once', () => {
  expect(strategiesOf({ strategies: ' hold firm \n\nconcede\nhold firm' })).toEqual(['hold firm', 'concede']);
});
