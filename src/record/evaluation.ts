import { z } from 'zod';

/** A mean with its 95 % interval, clustered by canonical scenario. */
export const Interval = z.strictObject({ mean: z.number(), low: z.number(), high: z.number() });
export type Interval = z.infer<typeof Interval>;

export const Evaluation = z.strictObject({
  label: z.string(),
  split: z.enum(['train', 'validation', 'test']),
  episodes: z.int(),
  scenarios: z.int(),
  seed: z.int(),
  strategist: z.enum(['trained', 'base', 'none']),
  partner: z.string(),
  temperature: z.number(),
  points: Interval,
  partnerPoints: Interval,
  agreementShare: Interval,
  /** Of the agreed episodes; null when none agreed. */
  paretoShare: Interval.nullable(),
  readableShare: z.number(),
  applicableShare: z.number(),
  invalidActionShare: z.number(),
  turnsPerEpisode: z.number(),
  seconds: z.number(),
});
export type Evaluation = z.infer<typeof Evaluation>;
