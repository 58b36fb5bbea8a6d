import { wallClockMs } from '../../base/clock.ts';
import type { Checkpoint } from '../../record/checkpoint.ts';
import { dialoguesOf } from '../../record/dialogueSet.ts';
import type { Episode } from '../../record/episode.ts';
import { planLesson, type LessonPlan } from '../../record/planLesson.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import type { Trace } from '../../record/trace.ts';
import { train, type TrainingNews, type TrainingPorts } from '../train.ts';
import { nameOfStart, startingCheckpoint } from './startFrom.ts';

/** Episodes to learn from, as a run records them. */
export interface EpisodesToLearn {
  readonly runId: string;
  /** Sizes, rates, seed and model; its `updates` and `dialogues` are replaced. */
  readonly config: RunConfig;
  readonly episodes: readonly Episode[];
  /** Of these episodes: strategies that have one are learned token by token as they were sampled. */
  readonly traces: readonly Trace[];
  readonly plan: LessonPlan;
  /** Whose weights are taught; null: the base model's. */
  readonly from: Checkpoint | null;
}

/**
 * Learns from these episodes for N epochs: the learn step of whoever collects dialogues by themselves. An ordinary run, with
 * its checkpoints, metrics and alarms as news; it can be stopped and resumed like any other.
 *
 * @returns the last checkpoint; null where the run was stopped before it had one
 * @throws AppError `dialogues-none`, and everything that a run throws
 */
export async function* learnFromEpisodes<State>(
  { runId, config, episodes, traces, plan, from }: EpisodesToLearn,
  ports: TrainingPorts<State>,
): AsyncGenerator<TrainingNews, Checkpoint | null> {
  const dialogues = dialoguesOf(episodes, traces, { turnLimit: config.turnLimit || ports.environment.turnLimit });
  const planned = planLesson(config, dialogues, plan, 0);
  const own = { ...planned.config, startedFrom: from && nameOfStart(from) };
  const { modelName, model } = ports;
  const about = { runId, modelName, model: model.config, nowMs: wallClockMs() };
  const resumeFrom = from && startingCheckpoint(from, own, about);
  const newest: { checkpoint: Checkpoint | null } = { checkpoint: null };
  const checkpoints: TrainingPorts<State>['checkpoints'] = {
    save: async (checkpoint) => {
      // Kept before it is handed on: a store may take the bytes along.
      newest.checkpoint = { manifest: checkpoint.manifest, tensors: checkpoint.tensors.slice() };
      await ports.checkpoints.save(checkpoint);
    },
  };
  const run = { runId, config: own, resumeFrom };
  yield* train(run, { ...ports, checkpoints, dialogues: planned.selection.dialogues });
  return newest.checkpoint;
}
