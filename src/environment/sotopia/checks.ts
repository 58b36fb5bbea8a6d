import { z } from 'zod';
import { assertNever } from '../../base/errors.ts';
import { otherSeat } from '../../record/scenario.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import { namesPhrase } from './phrases.ts';
import type { Settled } from './terms.ts';

const Who = z.enum(['self', 'other']);
const Phrases = z.array(z.string().trim().min(1)).min(1).readonly();
const Points = z.number().positive().max(10);

/**
 * One thing that a goal comes down to, and its points. Words count as they were said: a phrase is said when it stands in a
 * spoken turn, whatever the speaker means by it.
 */
export const Check = z.discriminatedUnion('kind', [
  /** The choice that both settled on, by how much of the points it is worth; an option that is not named is worth nothing. */
  z.strictObject({
    kind: z.literal('agrees'),
    issue: z.string(),
    worth: z.record(z.string(), z.number().min(0).max(1)),
    points: Points,
  }),
  /** The amount that both settled on: nothing at `worst` and beyond, all at `best` and beyond, in proportion between. */
  z.strictObject({ kind: z.literal('amount'), issue: z.string(), worst: z.number(), best: z.number(), points: Points }),
  /** Nothing was settled. */
  z.strictObject({ kind: z.literal('open'), issue: z.string(), points: Points }),
  z.strictObject({ kind: z.literal('says'), who: Who, phrases: Phrases, points: Points }),
  z.strictObject({ kind: z.literal('avoids'), who: Who, phrases: Phrases, points: Points }),
  z.strictObject({ kind: z.literal('leaves'), who: Who, points: Points }),
  z.strictObject({ kind: z.literal('stays'), who: Who, points: Points }),
]);
export type Check = z.infer<typeof Check>;

/** All that checks look at in a finished dialogue. */
export interface Facts {
  readonly settled: Settled;
  readonly leaver: SeatIndex | null;
  /** Whether the seat said one of the phrases. */
  hasSaid(seat: SeatIndex, phrases: readonly string[]): boolean;
}

/** Points of a seat: each check's, as far as it holds. */
export function pointsOf(checks: readonly Check[], facts: Facts, seat: SeatIndex): number {
  return checks.reduce((sum, check) => sum + check.points * degree(check, facts, seat), 0);
}

/** How far the check holds, 0 to 1. */
function degree(check: Check, { settled, leaver, hasSaid }: Facts, seat: SeatIndex): number {
  switch (check.kind) {
    case 'agrees':
      return check.worth[settled[check.issue] ?? ''] ?? 0;
    case 'amount': {
      const value = settled[check.issue];
      if (value === null || value === undefined) return 0;
      return Math.min(Math.max((Number(value) - check.worst) / (check.best - check.worst), 0), 1);
    }
    case 'open':
      return (settled[check.issue] ?? null) === null ? 1 : 0;
    case 'says':
      return hasSaid(seatOf(check.who, seat), check.phrases) ? 1 : 0;
    case 'avoids':
      return hasSaid(seatOf(check.who, seat), check.phrases) ? 0 : 1;
    case 'leaves':
      return leaver === seatOf(check.who, seat) ? 1 : 0;
    case 'stays':
      return leaver === seatOf(check.who, seat) ? 0 : 1;
    default:
      return assertNever(check);
  }
}

export function seatOf(who: z.infer<typeof Who>, seat: SeatIndex): SeatIndex {
  return who === 'self' ? seat : otherSeat(seat);
}

export function saysOneOf(text: string, phrases: readonly string[]): boolean {
  return phrases.some((phrase) => namesPhrase(text, phrase));
}
