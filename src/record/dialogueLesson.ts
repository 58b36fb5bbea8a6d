import { z } from 'zod';
import { ScoreMeaning } from './dialogueSet.ts';

/** Which of the dialogues there are were taken; a side is one seat's half of a dialogue. */
export const DialogueFilter = z.strictObject({
  /** Sides that earned less were left out; 0 asks nobody. */
  minimumPoints: z.number().min(0).max(10).default(0),
  /** Of the sides that were left, this share, those that earned most. */
  topShare: z.number().positive().max(1).default(1),
  /** Whether sides with a strategy that the environment could not read were left out. */
  readableOnly: z.boolean().default(false),
  /** Whether sides without a rating were left out. */
  ratedOnly: z.boolean().default(false),
});
export type DialogueFilter = z.infer<typeof DialogueFilter>;

/**
 * `sft`: every token alike (log-likelihood). `epo`: Equation 5 with the stored scores, as the released code. `own`: the run's
 * own objective, with the stored scores as turn rewards.
 */
export const Recipe = z.enum(['sft', 'epo', 'own']);
export type Recipe = z.infer<typeof Recipe>;

/** What a run learns from dialogues that exist already, in its first updates. The dialogues themselves lie beside the run. */
export const DialogueLesson = z
  .strictObject({
    /** Where they came from, for people. */
    origin: z.string().min(1).max(200),
    /** How many are learned from, after the filter. */
    count: z.int().min(1),
    scores: ScoreMeaning.default('rewards'),
    recipe: Recipe.default('sft'),
    /** Updates that learn from them, from the first; those after it play. Each is one mini-batch. */
    updates: z.int().min(1),
    /** w of a turn's reward `(1 − w) · score + w · rating`. */
    ratingWeight: z.number().min(0).max(1).default(0),
    /** `recorded`: importance ratios to the policy that sampled them, for an objective that has ratios. `none`: as released. */
    ratios: z.enum(['none', 'recorded']).default('none'),
    filter: DialogueFilter.default(DialogueFilter.parse({})),
  })
  .refine(({ recipe, scores }) => recipe !== 'own' || scores === 'rewards', {
    message: 'an objective of one’s own needs rewards; these scores are advantages already',
    path: ['recipe'],
  })
  .refine(({ recipe, ratios }) => recipe === 'own' || ratios === 'none', {
    message: 'only an objective of one’s own has importance ratios',
    path: ['ratios'],
  });
export type DialogueLesson = z.infer<typeof DialogueLesson>;

/** Updates that `epochs` passes over `count` dialogues take, `perUpdate` at a time. */
export function updatesOfEpochs(epochs: number, count: number, perUpdate: number): number {
  return epochs * Math.ceil(count / perUpdate);
}
