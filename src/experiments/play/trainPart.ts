import type { Chats } from '../../agent/chat/chat.ts';
import { wallClockMs } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { environmentOf } from '../../environment/registry.ts';
import type { Checkpoint, CheckpointStore } from '../../record/checkpoint.ts';
import type { Dialogue } from '../../record/dialogueSet.ts';
import type { Milestone, Training, UpdatePoint } from '../../record/experiment.ts';
import { planLesson } from '../../record/planLesson.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import { assertStartable } from '../../training/gather/assertGatherable.ts';
import { startingCheckpoint } from '../../training/offline/startFrom.ts';
import type { OpponentPool } from '../../training/opponents.ts';
import { RunControl } from '../../training/runControl.ts';
import { train, type TrainingPorts } from '../../training/train.ts';
import { playedDialogues, type PlayedPlace } from './playedDialogues.ts';
import type { OpenModel } from './stage.ts';

/** News of a training part. */
export type TrainingProgress =
  { readonly kind: 'updated'; readonly point: UpdatePoint } | { readonly kind: 'progressed'; readonly share: number };

export interface TrainingPlace {
  readonly open: OpenModel;
  /** Of this training. */
  readonly checkpoints: CheckpointStore;
  /** Where it begins, if not at the base: the checkpoint of another training. */
  readonly origin: Checkpoint | null;
  readonly signal: AbortSignal;
  /** What it learns from, where others have played that before. */
  readonly played: PlayedPlace;
  readonly opponents?: OpponentPool<unknown>;
  readonly chats?: Chats;
}

/** How much of a part playing is, where everything is played before the first update: for the bar, not for any result. */
const PLAYING_SHARE = 0.5;

/**
 * Learns on until so many updates are done: from the newest checkpoint, which an interruption leaves, from the training's
 * origin, or from the base. The checkpoint of its end is kept.
 *
 * @returns what the weights have become
 * @throws AppError of the trainer, and the signal's reason when it is aborted, with a checkpoint behind it
 */
export async function* learnTo(
  training: Training,
  updates: number,
  { open, checkpoints, origin, signal, played, opponents, chats }: TrainingPlace,
): AsyncGenerator<TrainingProgress, Milestone> {
  const { config, runId } = training;
  assertStartable(config);
  const saved = (await checkpoints.list(runId)).toSorted((one, two) => two.updatesDone - one.updatesDone);
  const newest = saved.find(({ updatesDone }) => updatesDone <= updates);
  if (newest?.updatesDone !== updates) {
    const control = new RunControl();
    const stop = () => control.stop();
    signal.addEventListener('abort', stop);
    try {
      signal.throwIfAborted();
      const ports = {
        environment: environmentOf(config.environment),
        modelName: open.modelName,
        model: open.model,
        engine: open.engine,
        control,
        ...(opponents && { opponents }),
        ...(chats && { chats }),
      };
      const lesson = yield* lessonFor(training, played, ports);
      const resumeFrom = newest ? await checkpoints.load(newest.checkpointId) : beginning(training, origin, open);
      const from = resumeFrom?.manifest.updatesDone ?? 0;
      const before = lesson.dialogues.length > 0 ? PLAYING_SHARE : 0;
      const news = train(
        { runId, config: lesson.config, resumeFrom },
        {
          ...ports,
          dialogues: lesson.dialogues,
          // Kept: partners of later trainings, and points of curves.
          checkpoints: { save: (checkpoint) => checkpoints.save(keptAt(checkpoint, updates)) },
        },
      );
      for await (const event of news) {
        if (event.kind === 'run.paused' && event.failure) throw new AppError(event.failure.code, event.failure);
        if (event.kind === 'phase.progressed') {
          const share = (event.updateIndex + event.share / 2 - from) / (updates - from);
          yield { kind: 'progressed', share: before + (1 - before) * share };
        }
        if (event.kind !== 'update.finished') continue;
        const { pointsTrained, agreementShare, entropy, klToBase, readableShare } = event.metrics;
        const { updateIndex } = event;
        const point = { updateIndex, pointsTrained, agreementShare, entropy, klToBase, readableShare };
        yield { kind: 'updated', point };
        // The schedule is that of the whole training: a part ends by being stopped, with a checkpoint.
        if (updateIndex + 1 >= updates) control.stop();
      }
    } catch (thrown) {
      signal.throwIfAborted(); // whatever the interruption was noticed by
      throw thrown;
    } finally {
      signal.removeEventListener('abort', stop);
    }
    signal.throwIfAborted();
  }
  const checkpoint = await checkpoints.load(checkpointIdOf(runId, updates));
  if (!checkpoint.manifest.isKept) await checkpoints.save(keptAt(copyOf(checkpoint), updates));
  return { runId, updates, sha256: await sha256Of(checkpoint.tensors) };
}

/** The config of the training and what it learns from, which is played now if it is not there yet; nothing where it plays itself. */
async function* lessonFor(
  { runId, config, playedBy }: Training,
  played: PlayedPlace,
  ports: Omit<TrainingPorts<unknown>, 'checkpoints' | 'dialogues'>,
): AsyncGenerator<TrainingProgress, { config: RunConfig; dialogues: readonly Dialogue[] }> {
  if (playedBy === undefined || !config.dialogues) return { config, dialogues: [] };
  const playing = playedDialogues({ runId, config }, played, ports);
  let step = await playing.next();
  for (; !step.done; step = await playing.next()) yield { kind: 'progressed', share: PLAYING_SHARE * step.value };
  const planned = planLesson(config, step.value, config.dialogues, 0);
  return { config: planned.config, dialogues: planned.selection.dialogues };
}

/** What a training of which nothing is saved begins with: another one, or its weights alone. */
function beginning({ runId, config }: Training, origin: Checkpoint | null, open: OpenModel): Checkpoint | null {
  if (!origin || config.startedFrom === null) return origin;
  const { modelName, model } = open;
  return startingCheckpoint(origin, config, { runId, modelName, model: model.config, nowMs: wallClockMs() });
}

/** As the trainer names it. */
export function checkpointIdOf(runId: string, updates: number): string {
  return `${runId}-${updates}`;
}

function keptAt(checkpoint: Checkpoint, updates: number): Checkpoint {
  const isKept = checkpoint.manifest.isKept || checkpoint.manifest.updatesDone === updates;
  return { ...checkpoint, manifest: { ...checkpoint.manifest, isKept } };
}

/** A store may take the bytes along. */
function copyOf({ manifest, tensors }: Checkpoint): Checkpoint {
  return { manifest, tensors: tensors.slice() };
}

async function sha256Of(bytes: Uint8Array): Promise<string> {
  // A copy has a buffer of its own, which the digest asks for.
  const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
