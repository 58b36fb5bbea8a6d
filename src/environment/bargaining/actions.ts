import { z } from 'zod';
import { FLAWS, MERITS } from './language.ts';
import { Price } from './scenarios.ts';

const Point = z.enum([...FLAWS, ...MERITS]);
/** What one can say about the bargain beside prices. Words only: they change nothing on the table. */
const Claim = z.enum([...FLAWS, ...MERITS, 'rival', 'patience', 'need', 'leaving']);
export type Claim = z.infer<typeof Claim>;
const Question = z.enum(['limit', 'reason', 'condition', 'price', 'better']);
export type Question = z.infer<typeof Question>;

/** What an utterance did. */
export const BargainAction = z.discriminatedUnion('kind', [
  /** `point`: the flaw or merit that is given as its reason. */
  z.strictObject({ kind: z.literal('offer'), price: Price, isFinal: z.boolean(), point: Point.nullable() }),
  z.strictObject({ kind: z.literal('accept') }),
  z.strictObject({ kind: z.literal('reject'), isFirm: z.boolean() }),
  z.strictObject({ kind: z.literal('ask'), about: Question }),
  z.strictObject({ kind: z.literal('tell'), about: Claim }),
  /** Says what the own limit is. It need not be true. */
  z.strictObject({ kind: z.literal('reveal'), limit: Price }),
  z.strictObject({ kind: z.literal('talk') }),
  z.strictObject({ kind: z.literal('walk-away') }),
  /** Something that sounds like a commitment but is impossible or unclear. It changes nothing, but uses up the turn. */
  z.strictObject({ kind: z.literal('invalid'), reason: z.string() }),
]);
export type BargainAction = z.infer<typeof BargainAction>;
