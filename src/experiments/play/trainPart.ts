import type { Chats } from '../../agent/chat/chat.ts';
import { AppError } from '../../base/errors.ts';
import { environmentOf } from '../../environment/registry.ts';
import type { Checkpoint, CheckpointStore } from '../../record/checkpoint.ts';
import type { Milestone, Training, UpdatePoint } from '../../record/experiment.ts';
import { assertStartable } from '../../training/gather/assertGatherable.ts';
import { RunControl } from '../../training/runControl.ts';
import { train } from '../../training/train.ts';
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
  readonly chats?: Chats;
}

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
  { open, checkpoints, origin, signal, chats }: TrainingPlace,
): AsyncGenerator<TrainingProgress, Milestone> {
  const { config, runId } = training;
  assertStartable(config);
  const saved = (await checkpoints.list(runId)).toSorted((one, two) => two.updatesDone - one.updatesDone);
  const newest = saved.find(({ updatesDone }) => updatesDone <= updates);
  if (newest?.updatesDone !== updates) {
    const resumeFrom = newest ? await checkpoints.load(newest.checkpointId) : origin;
    const from = resumeFrom?.manifest.updatesDone ?? 0;
    const control = new RunControl();
    const stop = () => control.stop();
    signal.addEventListener('abort', stop);
    try {
      signal.throwIfAborted();
      const news = train(
        { runId, config, resumeFrom },
        {
          environment: environmentOf(config.environment),
          modelName: open.modelName,
          model: open.model,
          engine: open.engine,
          control,
          // Kept: partners of later trainings, and points of curves.
          checkpoints: { save: (checkpoint) => checkpoints.save(keptAt(checkpoint, updates)) },
          ...(chats && { chats }),
        },
      );
      for await (const event of news) {
        if (event.kind === 'run.paused' && event.failure) throw new AppError(event.failure.code, event.failure);
        if (event.kind === 'phase.progressed') {
          yield { kind: 'progressed', share: (event.updateIndex + event.share / 2 - from) / (updates - from) };
        }
        if (event.kind !== 'update.finished') continue;
        const { pointsTrained, agreementShare, entropy, klToBase, readableShare } = event.metrics;
        const { updateIndex } = event;
        const point = { updateIndex, pointsTrained, agreementShare, entropy, klToBase, readableShare };
        yield { kind: 'updated', point };
        // The schedule is that of the whole training: a part ends by being stopped, with a checkpoint.
        if (updateIndex + 1 >= updates) control.stop();
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
    signal.throwIfAborted();
  }
  const checkpoint = await checkpoints.load(checkpointIdOf(runId, updates));
  if (!checkpoint.manifest.isKept) await checkpoints.save(keptAt(copyOf(checkpoint), updates));
  return { runId, updates, sha256: await sha256Of(checkpoint.tensors) };
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
