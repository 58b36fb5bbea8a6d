import { z } from 'zod';
import { scenarioFields } from '../../record/scenario.ts';

const Amount = z.int().min(0).max(10);
/** One whole number per kind of item: book, hat, ball. */
export const Triple = z.tuple([Amount, Amount, Amount]);
export type Triple = z.infer<typeof Triple>;

/** How many items of each kind lie on the table, and what each is worth to each seat (private). */
export const DealScenario = z.strictObject({
  /** Its id: `c0,c1,c2;a0,a1,a2;b0,b1,b2` as ordered. The canonical one: the smallest over item orders and seat swap. */
  ...scenarioFields('deal-or-no-deal'),
  counts: Triple,
  values: z.tuple([Triple, Triple]),
});
export type DealScenario = z.infer<typeof DealScenario>;

const Share = z.tuple([z.int(), z.int(), z.int()]);
/** A kind of item: book, hat, ball. */
const Kind = z.literal([0, 1, 2]);

/** What an utterance does. `share` is always the speaker's own share. */
export const DealAction = z.discriminatedUnion('kind', [
  /** `isFinal`: the speaker said that it is the last word. The rules do not hold anybody to that. */
  z.strictObject({ kind: z.literal('propose'), share: Share, isFinal: z.literal(true).optional() }),
  z.strictObject({ kind: z.literal('insist'), share: Share, isFinal: z.literal(true).optional() }),
  z.strictObject({ kind: z.literal('accept') }),
  z.strictObject({ kind: z.literal('reject'), isComplaint: z.literal(true).optional() }),
  /** What about: all wishes, the wish for one item, or the partner's proposal. */
  z.strictObject({ kind: z.literal('ask'), item: Kind.optional(), about: z.literal('proposal').optional() }),
  /** About one item: wanted or not, with a reason or not, or how many points one is said to be worth. */
  z.strictObject({
    kind: z.literal('tell'),
    item: Kind.optional(),
    stance: z.enum(['wants', 'spares']).optional(),
    hasReason: z.literal(true).optional(),
    points: z.int().optional(),
  }),
  z.strictObject({
    kind: z.literal('talk'),
    topic: z.enum(['small-talk', 'thanks', 'apology', 'hurry', 'warning', 'thinking']).optional(),
  }),
  z.strictObject({ kind: z.literal('walk-away') }),
  /** Something that sounds like a deal but is illegal or unclear. It changes nothing on the table. */
  z.strictObject({ kind: z.literal('invalid'), reason: z.string() }),
]);
export type DealAction = z.infer<typeof DealAction>;
