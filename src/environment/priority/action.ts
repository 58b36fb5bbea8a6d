import { z } from 'zod';
import { Triple } from '../negotiation/schemas.ts';

const Rank = z.enum(['most', 'least']);
export type Rank = z.infer<typeof Rank>;
/** Index of an item in `ITEMS`. */
const Item = z.literal([0, 1, 2]);

/** What an utterance does. Only `propose`, `accept` and `walk-away` change what can be earned. */
export const PriorityAction = z.discriminatedUnion('kind', [
  /** `share` is the speaker's own. */
  z.strictObject({ kind: z.literal('propose'), share: Triple }),
  z.strictObject({ kind: z.literal('accept') }),
  z.strictObject({ kind: z.literal('reject') }),
  z.strictObject({ kind: z.literal('walk-away') }),
  z.strictObject({ kind: z.literal('warn') }),
  z.strictObject({ kind: z.literal('ask'), rank: Rank }),
  z.strictObject({ kind: z.literal('tell'), rank: Rank, item: Item }),
  /** A reason why the speaker needs the item. */
  z.strictObject({ kind: z.literal('appeal'), item: Item }),
  /** A reason why the speaker can do without the item. */
  z.strictObject({ kind: z.literal('spare'), item: Item }),
  z.strictObject({ kind: z.literal('empathise') }),
  z.strictObject({ kind: z.literal('small-talk') }),
  /** Words that mean nothing in the game. */
  z.strictObject({ kind: z.literal('talk') }),
  /** Sounds like a deal but is not understood: changes nothing and uses up the turn. */
  z.strictObject({ kind: z.literal('invalid'), reason: z.string() }),
]);
export type PriorityAction = z.infer<typeof PriorityAction>;
