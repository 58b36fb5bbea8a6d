import { explain, type Explanation } from '../../base/errors.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { DialogueLesson, Recipe } from '../../record/dialogueLesson.ts';
import { selectDialogues, type Selection } from '../../record/dialogueSelection.ts';
import type { Dialogue, DialogueSet } from '../../record/dialogueSet.ts';
import { planLesson } from '../../record/planLesson.ts';
import type { RunConfig } from '../../record/runConfig.ts';

/** `rated`: dialogues of a run, those of which somebody has rated a turn. */
export type LearnFrom = 'play' | 'run' | 'rated' | 'file';

/** What the next run learns from, as it stands in the form; numbers are texts. Nothing of it stands in a link. */
export interface LessonDraft {
  readonly learnFrom: LearnFrom;
  /** Whose dialogues; null: none is chosen. */
  readonly runId: string | null;
  readonly recipe: Recipe;
  readonly epochs: string;
  /** Whether the run plays afterwards, for as many updates as its settings say. */
  readonly then: 'end' | 'play';
  readonly minimumPoints: string;
  readonly topPercent: string;
  readonly readable: 'any' | 'only';
  readonly ratingWeight: string;
  readonly ratios: DialogueLesson['ratios'];
  /** The checkpoint whose weights the run begins with; null: those of its base model. */
  readonly from: string | null;
}

export const NO_LESSON: LessonDraft = {
  learnFrom: 'play',
  runId: null,
  recipe: 'sft',
  epochs: '3',
  then: 'end',
  minimumPoints: '5',
  topPercent: '100',
  readable: 'any',
  ratingWeight: '0.5',
  ratios: 'none',
  from: null,
};

/** The numbers of the draft, and what may stand there. */
const NUMBERS = {
  epochs: { low: 1, high: 1000, isWhole: true },
  minimumPoints: { low: 0, high: 10, isWhole: false },
  topPercent: { low: 1, high: 100, isWhole: false },
  ratingWeight: { low: 0, high: 1, isWhole: false },
} as const;
export type NumberName = keyof typeof NUMBERS;

/** Why the text cannot stand there; null when it can. */
export function numberError(name: NumberName, text: string): string | null {
  const { low, high, isWhole } = NUMBERS[name];
  const value = text.trim() === '' ? NaN : Number(text);
  if (value >= low && value <= high && (!isWhole || Number.isInteger(value))) return null;
  return `Enter a ${isWhole ? 'whole number' : 'number'}: ${low}–${high}.`;
}

/** A run as it is ordered: a config, and what lies outside it. */
export interface OrderedRun {
  readonly config: RunConfig;
  readonly dialogues: readonly Dialogue[];
  readonly from: string | null;
  /** Of the dialogues; null where the run only plays. */
  readonly selection: Selection | null;
}

/** Why a run cannot be ordered, with what is known of the dialogues all the same. */
export interface LessonRefusal extends Explanation {
  readonly selection: Selection | null;
}

/** @param set what was chosen; null while nothing is, or it is being read */
export function orderOf(
  config: RunConfig,
  draft: LessonDraft,
  set: DialogueSet | null,
): Result<OrderedRun, LessonRefusal> {
  const { from, learnFrom } = draft;
  if (learnFrom === 'play') return ok({ config, dialogues: [], from, selection: null });
  if (!set) {
    return err({
      what: 'There are no dialogues to learn from yet.',
      why: learnFrom === 'file' ? 'No file is chosen.' : 'No run is chosen, or it is being read.',
      fix: 'Choose one.',
      selection: null,
    });
  }
  const names = Object.keys(NUMBERS) as NumberName[]; // the keys of the table
  const wrong = names.find((name) => usesNumber(draft, name) && numberError(name, draft[name]) !== null);
  if (wrong) {
    const fix = numberError(wrong, draft[wrong]) ?? '';
    return err({ what: 'The lesson cannot be read.', why: 'A number in it is wrong.', fix, selection: null });
  }
  const rule = {
    recipe: draft.recipe,
    ratingWeight: usesNumber(draft, 'ratingWeight') ? Number(draft.ratingWeight) : 0,
    ratios: draft.recipe === 'own' ? draft.ratios : ('none' as const),
    filter: {
      minimumPoints: Number(draft.minimumPoints),
      topShare: Number(draft.topPercent) / 100,
      readableOnly: draft.readable === 'only',
      ratedOnly: learnFrom === 'rated',
    },
  };
  const about = { origin: set.origin, scores: set.scores, ...rule, epochs: Number(draft.epochs) };
  try {
    const planned = planLesson(config, set.dialogues, about, draft.then === 'play' ? config.updates : 0);
    const { selection } = planned;
    return ok({ config: planned.config, dialogues: selection.dialogues, from, selection });
  } catch (thrown) {
    return err({ ...explain(thrown), selection: selectDialogues(set.dialogues, rule) });
  }
}

/** Ratings are rewards, which supervised learning has none of. */
export function usesNumber({ learnFrom, recipe }: LessonDraft, name: NumberName): boolean {
  return name !== 'ratingWeight' || (recipe !== 'sft' && learnFrom === 'rated');
}
