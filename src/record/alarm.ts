import { z } from 'zod';

/** What an update measured that can mean trouble. */
export const Vital = z.strictObject({
  /** Mean entropy per token, nats. */
  entropy: z.number(),
  /** Mean KL(policy‖base) per token, nats. */
  klToBase: z.number(),
  /** Largest importance ratio. */
  ratioMax: z.number(),
  gradientNorm: z.number(),
  /** Share of groups in which all earned the same; null where every dialogue is alone in its group. */
  zeroSpreadShare: z.number().nullable(),
});
export type Vital = z.infer<typeof Vital>;

/** Something in a run that a person should look at. It changes nothing by itself. */
export const Alarm = z.strictObject({
  kind: z.enum([
    'entropy-collapse',
    'entropy-explosion',
    'ratio-explosion',
    'gradient-spike',
    'zero-spread',
    'kl-runaway',
  ]),
  what: z.string(),
  why: z.string(),
  fix: z.string(),
});
export type Alarm = z.infer<typeof Alarm>;
