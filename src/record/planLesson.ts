import { AppError } from '../base/errors.ts';
import { DialogueLesson, updatesOfEpochs } from './dialogueLesson.ts';
import { LEFT_OUT, selectDialogues, type LeftOut, type Selection } from './dialogueSelection.ts';
import type { Dialogue } from './dialogueSet.ts';
import type { RunConfig } from './runConfig.ts';

/** What somebody decides about a lesson; the rest follows from the dialogues. */
export type LessonPlan = Partial<
  Pick<DialogueLesson, 'recipe' | 'scores' | 'ratingWeight' | 'ratios'> & { filter: Partial<DialogueLesson['filter']> }
> & {
  readonly origin: string;
} & (
    | { readonly epochs: number }
    /** Updates that learn from the dialogues, however many epochs that is. */
    | { readonly updates: number }
  );

/** The config of a run that learns from these dialogues: alone, or before it plays. */
export interface PlannedLesson {
  readonly config: RunConfig;
  /** Those that the filter leaves: what the run's `dialogues` are. */
  readonly selection: Selection;
}

/**
 * @param playing updates that play after the lesson; 0: the run learns from dialogues alone
 * @throws AppError `dialogues-none` where the filter leaves nothing
 */
export function planLesson(
  config: RunConfig,
  dialogues: readonly Dialogue[],
  plan: LessonPlan,
  playing: number,
): PlannedLesson {
  const { origin, recipe, scores, ratingWeight, ratios, filter } = plan;
  const given = { origin, recipe, scores, ratingWeight, ratios, filter, count: 1, updates: 1 };
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const lesson = DialogueLesson.parse(said);
  const selection = selectDialogues(dialogues, lesson);
  const count = selection.dialogues.length;
  if (count === 0) throw nothingLeft(selection);
  const updates = 'epochs' in plan ? updatesOfEpochs(plan.epochs, count, config.episodesPerUpdate) : plan.updates;
  return { config: { ...config, updates: updates + playing, dialogues: { ...lesson, count, updates } }, selection };
}

function nothingLeft({ given, leftOut }: Selection): AppError {
  const reasons = Object.entries(LEFT_OUT).flatMap(([name, why]) => {
    const sides = leftOut[name as LeftOut]; // the names are those of the table
    return sides > 0 ? [`${sides}: ${why}`] : [];
  });
  return new AppError('dialogues-none', {
    what: 'There is nothing to learn from.',
    why:
      given.dialogues === 0
        ? 'There are no dialogues in which a strategist was advised throughout.'
        : `All ${given.sides} sides of ${given.dialogues} dialogues were left out. ${reasons.join('; ')}.`,
    fix: 'Choose other dialogues, or a filter that lets more of them pass.',
  });
}
