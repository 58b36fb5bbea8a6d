import { AppError } from '../../base/errors.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import type { DialogueLesson } from '../../record/dialogueLesson.ts';
import { needsOf } from '../objective/needs.ts';
import { trainableObjective } from '../objective/trainable.ts';

/** The lesson that an update learns from dialogues that exist already; null where it plays. */
export function lessonAt({ dialogues }: Pick<RunConfig, 'dialogues'>, updateIndex: number): DialogueLesson | null {
  return dialogues && updateIndex < dialogues.updates ? dialogues : null;
}

/** An objective of the policy term alone. */
const NOTHING_ELSE = {
  klPenaltyPerNat: 'preset',
  klEstimator: 'preset',
  klTargetNats: 0,
  klSchedule: 'constant',
  clipLow: 'preset',
  clipHigh: 'preset',
  entropyBonusPerNat: 'preset',
  entropyTargetNats: 0,
  minimumPoints: 0,
  dynamicSampling: 'preset',
} as const satisfies Partial<RunConfig>;

/** `A_t = r_t`: what a turn is given is what its tokens are multiplied with. */
const AS_GIVEN = { preset: 'epo', advantage: 'none', turnDiscount: 0, ...NOTHING_ELSE } as const;

/** One pass, one step: the mini-batch is the update, and its log-probs are those of the weights before it. */
const ONE_STEP = {
  epochsPerBatch: 1,
  stepsPerEpoch: 1,
  sampleKlLimit: 0,
  curriculum: 'off',
  hints: 'off',
  turnReward: 'terminal', // what a turn earned is in the record: nobody is asked
  rewardNormalisation: 'none',
} as const satisfies Partial<RunConfig>;

/** What an update that learns by this lesson is trained with: a recipe is a setting of the same knobs. */
export function lessonConfig(config: RunConfig, { recipe, scores }: DialogueLesson): RunConfig {
  const plain = { ...config, ...ONE_STEP };
  switch (recipe) {
    case 'sft':
      return { ...plain, ...AS_GIVEN, aggregation: 'token-mean' };
    case 'epo':
      return scores === 'weights'
        ? { ...plain, ...AS_GIVEN, aggregation: 'preset' }
        : { ...plain, ...NOTHING_ELSE, preset: 'epo', advantage: 'preset', aggregation: 'preset' };
    case 'own':
      return plain;
  }
}

/**
 * Whether the run could learn by its lesson.
 * @throws AppError `lesson-long`, `lesson-objective`, and those of an objective that cannot be trained
 */
export function assertTeachable(config: RunConfig): void {
  const lesson = config.dialogues;
  if (!lesson) return;
  if (lesson.updates > config.updates) {
    throw new AppError('lesson-long', {
      what: 'The run ends before it has learned from its dialogues.',
      why: `They are to be learned from for ${lesson.updates} updates, and the run has ${config.updates}.`,
      fix: `Give the run ${lesson.updates} updates or more, or take fewer epochs.`,
    });
  }
  const objective = trainableObjective(lessonConfig(config, lesson));
  const needs = needsOf(objective);
  const unmet = (['forks', 'guided', 'demonstration', 'tempered'] as const).find((need) => needs.has(need));
  if (lesson.recipe === 'own' && unmet) {
    throw refused(config.preset, `It wants dialogues of a kind that a record does not hold (${unmet}).`);
  }
  const hasRatios = objective.kind === 'policy-gradient' && objective.likelihood.kind === 'ratio';
  if (lesson.ratios === 'recorded' && !hasRatios) {
    throw refused(config.preset, 'Importance ratios are asked for, and it has none.');
  }
}

function refused(preset: string, why: string): AppError {
  return new AppError('lesson-objective', {
    what: `The objective "${preset}" cannot learn from these dialogues.`,
    why,
    fix: 'Take the recipe "sft" or "epo", or a preset such as "ppo" with the advantage "paper".',
  });
}
