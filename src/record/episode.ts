import { z } from 'zod';
import { Judgement } from './judgement.ts';
import { Scenario, SeatIndex } from './scenario.ts';
import { SocialEvaluation } from './socialEvaluation.ts';

/** One addend of a turn's reward, so that the page can say why. */
export const RewardPart = z.strictObject({ name: z.string(), value: z.number() });
export type RewardPart = z.infer<typeof RewardPart>;

/**
 * What an environment understood of an utterance. The rest belongs to the environment, whose `actionSchema` knows it. Two
 * kinds mean the same everywhere: `accept` takes the standing offer; `invalid` changes nothing on the table and has a
 * `reason`.
 */
export interface Action {
  readonly kind: string;
}
export const Action: z.ZodType<Action> = z.looseObject({ kind: z.string().min(1) });

/** How a strategy text was read: unreadable, readable but not fitting the state, or applicable. */
export const StrategyReading = z.strictObject({
  /** Family such as `keepOne`; null when the text is not in the language of strategies. */
  family: z.string().nullable(),
  isApplicable: z.boolean(),
  /** Whether the utterance carried the strategy out; null when that cannot be checked, or when it does not apply. */
  isFollowed: z.boolean().nullable(),
});
export type StrategyReading = z.infer<typeof StrategyReading>;

/** One decision of one seat. */
export const Turn = z.strictObject({
  /** Position in the dialogue, both seats counted, from 0. */
  turnIndex: z.int().min(0),
  seat: SeatIndex,
  /** What the seat could see on the table when it decided (text form of the board). */
  board: z.string(),
  /** null when no strategist advised this seat. */
  strategy: z.string().nullable(),
  strategyReading: StrategyReading.nullable(),
  utterance: z.string(),
  action: Action,
  /** Own value of the offer the seat could have accepted at this turn; null when there was none. */
  offerValue: z.number().nullable(),
  reward: z.number(),
  rewardParts: z.array(RewardPart),
  /** Discounted reward-to-go of the seat from this turn. */
  returnToGo: z.number(),
  /** null for turns that were not trained on. */
  advantage: z.number().nullable(),
  isCritical: z.boolean(),
});
export type Turn = z.infer<typeof Turn>;

/** `finished`: a task came to its end, well or not. `context-full`: the model's context could not hold another turn; counts as no deal. */
export const EndReason = z.enum(['agreement', 'walk-away', 'finished', 'turn-limit', 'context-full']);
export type EndReason = z.infer<typeof EndReason>;

/** One finished interaction: the small searchable row. Per-token arrays are in `Trace`. */
export const Episode = z.strictObject({
  episodeId: z.string().min(1),
  /** Update whose batch it belonged to. */
  updateIndex: z.int().min(0),
  scenario: Scenario,
  endReason: EndReason,
  /** Points per seat, 0–10. */
  points: z.tuple([z.number(), z.number()]),
  isParetoOptimal: z.boolean(),
  /** Seats whose points stand at 0 and mean nothing, because nobody could tell; absent: none. */
  unscored: z.array(SeatIndex).optional(),
  /** What a judge made of each seat's turns; null where it was not asked, absent where there was none. */
  judgements: z.tuple([Judgement.nullable(), Judgement.nullable()]).readonly().optional(),
  /** Of a dialogue whose goals no rule checks; its scores of the goals are the points. */
  evaluation: SocialEvaluation.optional(),
  /** Seats whose strategies were sampled from the policy in training. */
  trainedSeats: z.array(SeatIndex),
  turns: z.array(Turn),
  /** Who wrote the trained strategies, where it was not the policy as it is trained. */
  source: z.enum(['guided', 'demonstration', 'tempered']).optional(),
  /** The episode whose turns before `turnIndex` it repeats; absent where it began anew. */
  origin: z.strictObject({ episodeId: z.string().min(1), turnIndex: z.int().min(0) }).optional(),
});
export type Episode = z.infer<typeof Episode>;
