import type { RaisedAlarm } from '../../training/objective/alarms.ts';
import { formatAmount } from '../format.ts';
import type { Mark } from './plot.ts';

interface RunEvents {
  readonly checkpoints: readonly { readonly updatesDone: number }[];
  readonly evaluations: readonly { readonly updatesDone: number }[];
  readonly alarms: readonly RaisedAlarm[];
  /** Knobs that were turned on the way. */
  readonly changes: readonly { readonly updatesDone: number }[];
}

/** What is marked on the curves of a run; several things of one kind after one update are one mark. */
export function marksOf({ checkpoints, evaluations, alarms, changes }: RunEvents): Mark[] {
  const once = (kind: Mark['kind'], updates: readonly number[]): Mark[] =>
    [...new Set(updates)].toSorted((a, b) => a - b).map((x) => ({ kind, x }));
  return [
    ...once(
      'checkpoint',
      checkpoints.map(({ updatesDone }) => updatesDone),
    ),
    ...once(
      'evaluation',
      evaluations.map(({ updatesDone }) => updatesDone),
    ),
    ...once(
      'alarm',
      alarms.map(({ updateIndex }) => updateIndex + 1),
    ),
    ...once(
      'knobs',
      changes.map(({ updatesDone }) => updatesDone),
    ),
  ];
}

const NOUNS: readonly (readonly [Mark['kind'], string])[] = [
  ['checkpoint', 'checkpoint'],
  ['evaluation', 'evaluation'],
  ['alarm', 'alarm'],
  ['knobs', 'turned knob'],
];

/** `3 checkpoints`, `1 alarm`: of each kind that there is. */
export function describeMarks(marks: readonly Mark[]): { readonly kind: Mark['kind']; readonly text: string }[] {
  return NOUNS.flatMap(([kind, noun]) => {
    const count = marks.filter((mark) => mark.kind === kind).length;
    return count === 0 ? [] : [{ kind, text: formatAmount(count, noun) }];
  });
}
