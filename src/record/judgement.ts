import { z } from 'zod';

/** Why a turn gets no credit whatever a judge says of it. */
export const TurnFlag = z.enum(['empty', 'repeated', 'invalid', 'addresses-judge', 'claims-deal', 'accepts']);
export type TurnFlag = z.infer<typeof TurnFlag>;

/** A turn that was set aside. `ownTurn` counts the seat's own turns from 0. */
export const SetAside = z.strictObject({ ownTurn: z.int().min(0), flag: TurnFlag });
export type SetAside = z.infer<typeof SetAside>;

/** What a judge made of one seat's turns in one finished episode. */
export const Judgement = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('critical'),
    /** Own turns, from 0, that decided how well the goal was reached. */
    ownTurns: z.array(z.int().min(0)).readonly(),
    reason: z.string(),
    setAside: z.array(SetAside).readonly(),
  }),
  z.strictObject({
    kind: z.literal('graded'),
    /** One for each own turn, 0–10; null where the judge gave none. */
    scores: z.array(z.number().min(0).max(10).nullable()).readonly(),
    reason: z.string(),
    setAside: z.array(SetAside).readonly(),
  }),
  /** No judgement to be had: the turns keep what the outcome says. */
  z.strictObject({ kind: z.literal('missing'), what: z.string(), why: z.string(), fix: z.string() }),
]);
export type Judgement = z.infer<typeof Judgement>;
