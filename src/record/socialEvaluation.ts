import { z } from 'zod';

/** One way to look at how a seat did: SOTOPIA (arXiv 2310.11667), with its ranges. */
export interface SocialDimension {
  readonly label: string;
  readonly lowest: number;
  readonly highest: number;
  /** What the evaluator is asked. */
  readonly question: string;
}

/** The seven dimensions, in SOTOPIA's order. Keys are those of its reply format. */
export const SOCIAL_DIMENSIONS = {
  believability: {
    label: 'Believability',
    lowest: 0,
    highest: 10,
    question:
      'Does the person talk naturally (no confusion about who they are, no pointless repetition, no excess of politeness), and do their acts fit their character?',
  },
  relationship: {
    label: 'Relationship',
    lowest: -5,
    highest: 5,
    question:
      'What were the two to each other before, and what are they after? Was anybody’s standing helped or hurt? 0 when nothing changed.',
  },
  knowledge: {
    label: 'Knowledge',
    lowest: 0,
    highest: 10,
    question: 'What did the person learn that they did not know before, and how much does it matter to them?',
  },
  secret: {
    label: 'Secret',
    lowest: -10,
    highest: 0,
    question: 'What does the person have to keep secret, and how much of it came out? 0 when nothing did.',
  },
  social_rules: {
    label: 'Social rules',
    lowest: -10,
    highest: 0,
    question: 'Which moral rules or laws did the person break, and how badly? 0 when none.',
  },
  financial_and_material_benefits: {
    label: 'Financial and material benefits',
    lowest: -5,
    highest: 5,
    question: 'What did the person gain or lose in money or goods, soon or in the long run? 0 when nothing.',
  },
  goal: {
    label: 'Goal',
    lowest: 0,
    highest: 10,
    question: 'Say the person’s own goal again; how far was it reached?',
  },
} as const satisfies Record<string, SocialDimension>;

export type SocialDimensionName = keyof typeof SOCIAL_DIMENSIONS;
export const SOCIAL_DIMENSION_NAMES = Object.keys(SOCIAL_DIMENSIONS) as SocialDimensionName[]; // keys of the literal above

/** On the scale of its dimension. */
const DimensionScore = z.strictObject({ score: z.number(), reason: z.string() });
export type DimensionScore = z.infer<typeof DimensionScore>;

/** One seat: every dimension within its range, and their plain mean. */
export const SeatEvaluation = z.strictObject({
  dimensions: z.strictObject(
    perDimension(({ lowest, highest }) => DimensionScore.extend({ score: z.number().min(lowest).max(highest) })),
  ),
  overall: z.number(),
});
export type SeatEvaluation = z.infer<typeof SeatEvaluation>;

/** Both seats of one episode. */
export const SocialEvaluation = z.strictObject({
  seats: z.tuple([SeatEvaluation, SeatEvaluation]).readonly(),
  /** Where the goals were checked by rules, so that no model's opinion counts there. */
  ruledGoals: z.tuple([z.boolean(), z.boolean()]).readonly(),
});
export type SocialEvaluation = z.infer<typeof SocialEvaluation>;

/** The plain mean of the seven, as SOTOPIA has it: scales of unlike width, between -30/7 and 40/7. */
export function overallOf(dimensions: SeatEvaluation['dimensions']): number {
  return SOCIAL_DIMENSION_NAMES.reduce((sum, name) => sum + dimensions[name].score, 0) / SOCIAL_DIMENSION_NAMES.length;
}

/** One value for each dimension, under its name. */
export function perDimension<Value>(
  make: (dimension: SocialDimension, name: SocialDimensionName) => Value,
): Record<SocialDimensionName, Value> {
  const entries = SOCIAL_DIMENSION_NAMES.map((name) => [name, make(SOCIAL_DIMENSIONS[name], name)] as const);
  return Object.fromEntries(entries) as Record<SocialDimensionName, Value>; // one entry for each name
}
