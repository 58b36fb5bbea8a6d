import { expect, test } from 'vitest';
import { describeMarks, marksOf } from './marks.ts';

const alarm = { kind: 'kl-runaway', what: 'a', why: 'b', fix: 'c' } as const;
const marks = marksOf({
  checkpoints: [{ updatesDone: 6 }, { updatesDone: 5 }, { updatesDone: 5 }],
  evaluations: [{ updatesDone: 5 }],
  alarms: [{ updateIndex: 2, alarm }],
  changes: [{ updatesDone: 4 }],
});

test('what happened stands after the update in which it happened, once', () => {
  expect(marks).toEqual([
    { kind: 'checkpoint', x: 5 },
    { kind: 'checkpoint', x: 6 },
    { kind: 'evaluation', x: 5 },
    { kind: 'alarm', x: 3 },
    { kind: 'knobs', x: 4 },
  ]);
});

test('the legend counts', () => {
  expect(describeMarks(marks).map(({ text }) => text)).toEqual([
    '2 checkpoints',
    '1 evaluation',
    '1 alarm',
    '1 turned knob',
  ]);
  expect(describeMarks([])).toEqual([]);
});
