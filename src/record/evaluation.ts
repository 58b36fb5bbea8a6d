import { z } from 'zod';
import { AgentKind } from './runConfig.ts';
import { perDimension } from './socialEvaluation.ts';

/** A mean with its 95 % interval, clustered by canonical scenario. */
export const Interval = z.strictObject({ mean: z.number(), low: z.number(), high: z.number() });
export type Interval = z.infer<typeof Interval>;

/** How well a seat speaks; shares are of its own turns, null where there was nothing to count. */
export const SpeechMetrics = z.strictObject({
  turns: z.int(),
  /** Utterances that the environment could read as a legal act. */
  legalShare: Interval.nullable(),
  /** Strategies that are in the language of strategies. */
  readableShare: Interval.nullable(),
  /** Strategies that made sense in their state. */
  applicableShare: Interval.nullable(),
  /** Of the applicable strategies: those that the utterance carried out (adherence). */
  followedShare: Interval.nullable(),
  /** The same, for strategies that name an amount. */
  copiedShare: Interval.nullable(),
  /** Utterances that state a private fact without being told to; null where the environment has no such rule. */
  leakShare: Interval.nullable(),
  followedByFamily: z.array(z.strictObject({ family: z.string(), turns: z.int(), followed: z.int() })),
  /** Entropy of the strategy families of the seat's first turns, in nats. */
  firstFamilyEntropy: z.number(),
  /** Different word pairs among all word pairs of the utterances. */
  distinct2: z.number(),
});
export type SpeechMetrics = z.infer<typeof SpeechMetrics>;

/** SOTOPIA's dimensions, each on its own scale, of the measured seat and of its partner. */
const SocialSeatMeans = z.strictObject({
  dimensions: z.strictObject(perDimension(() => Interval)),
  /** Mean of the seven in each dialogue. */
  overall: Interval,
});
export const SocialMeans = z.strictObject({
  evaluator: z.string(),
  /** Dialogues that were evaluated, and those that could not be. */
  evaluated: z.int(),
  missing: z.int(),
  /** null where none could be. */
  measured: SocialSeatMeans.nullable(),
  partner: SocialSeatMeans.nullable(),
});
export type SocialMeans = z.infer<typeof SocialMeans>;

export const Evaluation = z.strictObject({
  label: z.string(),
  environment: z.string(),
  split: z.enum(['train', 'validation', 'test']),
  episodes: z.int(),
  scenarios: z.int(),
  seed: z.int(),
  /**
   * `forced`: every strategy is drawn at random among those that apply, so that following it cannot be luck. `fixed`: it is
   * the same each turn. `react`: the agent writes its own.
   */
  strategist: z.enum(['trained', 'base', 'none', 'react', 'fixed', 'forced']),
  partner: z.string(),
  /** Who carried strategies out; absent in evaluations from before there was a choice: the model. */
  agent: AgentKind.optional(),
  temperature: z.number(),
  /** Of the episodes in which they are known. */
  points: Interval,
  partnerPoints: Interval,
  /** Episodes in which nobody could tell the measured seat's points; absent: none. */
  unscored: z.int().optional(),
  /** By an evaluator, where one read the dialogues. */
  social: SocialMeans.optional(),
  agreementShare: Interval,
  /** Of the agreed episodes; null when none agreed. */
  paretoShare: Interval.nullable(),
  speech: SpeechMetrics,
  /** What the environment can say exactly of the strategist’s probabilities (`policyMeasures.ts`), where it can. */
  measures: z.record(z.string(), z.number()).optional(),
  turnsPerEpisode: z.number(),
  seconds: z.number(),
});
export type Evaluation = z.infer<typeof Evaluation>;

/** The measured seat's points after some of a run's updates. */
export const ValidationPoint = z.strictObject({ updatesDone: z.int().min(0), points: Interval });
export type ValidationPoint = z.infer<typeof ValidationPoint>;

/** What the evaluations during a run have said so far. */
export const Validation = z.strictObject({ newest: ValidationPoint, best: ValidationPoint });
export type Validation = z.infer<typeof Validation>;

/** Takes a new evaluation in; the best is replaced by a better mean only, so that of equal ones the earliest stays. */
export function withPoint(before: Validation | null, newest: ValidationPoint): Validation {
  const isBest = before === null || newest.points.mean > before.best.points.mean;
  return { newest, best: isBest ? newest : before.best };
}
