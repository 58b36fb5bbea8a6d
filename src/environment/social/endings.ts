import type { Terms } from './favour.ts';
import { pointsNow } from './points.ts';
import type { Talk } from './points.ts';
import { AMOUNTS, CHORES, DAYS, HOURS } from './words.ts';

const EVERY_TERMS: readonly Terms[] = [
  { kind: 'free', value: null },
  ...AMOUNTS.map((value): Terms => ({ kind: 'pay', value })),
  ...CHORES.map((value): Terms => ({ kind: 'help', value })),
  ...HOURS.map((value): Terms => ({ kind: 'hour', value })),
];

/** The points of every ending that friendly words could have reached, whatever was said so far. */
export function endingsOf(talk: Talk): readonly [number, number][] {
  const { script } = talk.scenario;
  const friendly: Talk = { ...talk, marks: [0, 0], thanked: [false, false] };
  const { table } = friendly;
  if (script.kind === 'day') return DAYS.map((day) => pointsNow(friendly, day, true));
  if (table.kind === 'favour') {
    const nicely = { ...table, isAskedNicely: true };
    return [true, false].flatMap((isWhyTold) =>
      EVERY_TERMS.map((terms) => pointsNow({ ...friendly, table: { ...nicely, isWhyTold } }, terms, true)),
    );
  }
  if (table.kind === 'secret' && script.kind === 'secret') {
    const open = { ...table, isCaught: false, toldFacts: [script.fact] };
    return [null, script.plan].map((named) => pointsNow({ ...friendly, table: { ...open, named } }, null, true));
  }
  throw new Error(`endingsOf: a ${script.kind} with the table of a ${table.kind}`);
}
