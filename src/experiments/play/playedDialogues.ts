import type { Checkpoint } from '../../record/checkpoint.ts';
import type { Dialogue } from '../../record/dialogueSet.ts';
import type { PlayedBatch, Training } from '../../record/experiment.ts';
import { rollOut } from '../../training/offline/rollOut.ts';
import type { TrainingPorts } from '../../training/train.ts';

/** Where the dialogues are kept that a training learns from. */
export interface PlayedPlace {
  /** Who plays; null: the base. */
  readonly by: Checkpoint | null;
  read(): Promise<readonly PlayedBatch[]>;
  append(batch: PlayedBatch): Promise<void>;
}

/**
 * The dialogues that a training learns from: those of its journal, and what is missing there is played first, batch after
 * batch. An interruption costs a batch. Yields the share that is done.
 *
 * @returns in order of batches, as the journal has them: what was read again later is the same
 */
export async function* playedDialogues(
  { runId, config }: Pick<Training, 'runId' | 'config'>,
  { by, read, append }: PlayedPlace,
  ports: Omit<TrainingPorts<unknown>, 'checkpoints' | 'dialogues'>,
): AsyncGenerator<number, readonly Dialogue[]> {
  const count = Math.ceil((config.dialogues?.count ?? 0) / config.episodesPerUpdate);
  const there = new Set((await read()).map(({ batch }) => batch));
  const missing = Array.from({ length: count }, (_, batch) => batch).filter((batch) => !there.has(batch));
  if (missing.length > 0) {
    for await (const news of rollOut({ runId, config, by, batches: missing }, ports)) {
      if (news.kind === 'progressed') yield news.share;
      else await append({ batch: news.batch, dialogues: [...news.dialogues] });
    }
  }
  const batches = new Map((await read()).map(({ batch, dialogues }) => [batch, dialogues]));
  return Array.from({ length: count }, (_, batch) => {
    const dialogues = batches.get(batch);
    if (!dialogues) throw new Error(`playedDialogues: batch ${batch} of ${runId} is not in its journal`);
    return dialogues;
  }).flat();
}
