import { AppError } from '../../base/errors.ts';
import { zeroMoments } from '../../policy/adamW.ts';
import type { ModelConfig } from '../../policy/modelConfig.ts';
import type { Checkpoint } from '../../record/checkpoint.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import { assertSuits, INITIAL_STATE, learnerStateOf, toCheckpoint } from '../trainerState.ts';

/** What people call a checkpoint of another run. @param place where its run has no name of its own */
export function nameOfStart({ manifest }: Pick<Checkpoint, 'manifest'>, place: string | null = null): string {
  return `${place ?? manifest.runId}, update ${manifest.updatesDone}`.slice(-200);
}

/**
 * The first checkpoint of a run that begins with the weights of another one's: its weights, and nothing else of it. Moments
 * are zero, the objective remembers nothing, KL is still measured against the base model. A run that goes on from this is
 * that run's beginning, however often it is resumed.
 *
 * @throws AppError `checkpoint-model` where the base model is another one, `checkpoint-adaptation` where something else is trained
 */
export function startingCheckpoint(
  from: Checkpoint,
  config: RunConfig,
  { runId, modelName, model, nowMs }: StartingRun,
): Checkpoint {
  assertSuits(from, model);
  assertSameAdaptation(from, config);
  const { parameters } = learnerStateOf(from);
  return toCheckpoint(
    INITIAL_STATE,
    { parameters, moments: zeroMoments(parameters) },
    {
      checkpointId: `${runId}-0`,
      runId,
      label: `start: ${nameOfStart(from)}`,
      createdAtMs: nowMs,
      modelName,
      config,
      validation: null,
      vitals: [],
      isKept: false,
    },
  );
}

export interface StartingRun {
  readonly runId: string;
  readonly modelName: string;
  readonly model: ModelConfig;
  readonly nowMs: number;
}

/** @throws AppError `checkpoint-adaptation` */
export function assertSameAdaptation({ manifest }: Pick<Checkpoint, 'manifest'>, config: RunConfig): void {
  const [there, here] = [manifest.config, config].map(({ adaptation, loraRank, loraAlpha }) =>
    adaptation === 'full' ? 'all weights' : `LoRA of rank ${loraRank} and alpha ${loraAlpha}`,
  );
  if (there === here) return;
  throw new AppError('checkpoint-adaptation', {
    what: `The run cannot begin with the checkpoint "${manifest.label}".`,
    why: `That one trained ${there}, and this run would train ${here}.`,
    fix: 'Set "Trained weights" and the LoRA knobs as they were there.',
  });
}

/**
 * Whether a run that was to begin with other weights has them: cut off before it had saved them, it must not go on without.
 * @throws AppError `start-missing`
 */
export function assertBegun({ startedFrom }: Pick<RunConfig, 'startedFrom'>, resumeFrom: Checkpoint | null): void {
  if (startedFrom === null || resumeFrom) return;
  throw new AppError('start-missing', {
    what: 'The weights that this run begins with are not here.',
    why: `It was to begin with ${startedFrom}, and was cut off before it had saved them as its own.`,
    fix: 'Start a run from that checkpoint again.',
  });
}
