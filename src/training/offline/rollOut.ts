import type { Checkpoint } from '../../record/checkpoint.ts';
import { dialoguesOf, type Dialogue } from '../../record/dialogueSet.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import { episodeRows } from '../score.ts';
import { openSession } from '../session.ts';
import { tracesOf } from '../traces.ts';
import type { TrainingPorts } from '../train.ts';
import { assertSameAdaptation } from './startFrom.ts';

/** Dialogues to be played with weights that do not change. */
export interface RolloutOrder {
  readonly runId: string;
  /** Who plays, how, and what turns earn, as in a run; its `dialogues` and `startedFrom` do not count. */
  readonly config: RunConfig;
  /** Whose weights play; null: the base's. */
  readonly by: Checkpoint | null;
  /** Batches of `episodesPerUpdate`, by number: each draws numbers of its own. */
  readonly batches: readonly number[];
}

export type RolloutNews =
  | { readonly kind: 'progressed'; readonly share: number }
  /** Scores are what the turns earned. */
  | { readonly kind: 'played'; readonly batch: number; readonly dialogues: readonly Dialogue[] };

/**
 * Plays batches of dialogues as updates of such a run would, with the same weights throughout, and learns nothing. A batch is
 * a function of config, weights and its number, whichever are played before it.
 *
 * @throws whatever a session throws; the reason of `control` when it is stopped
 */
export async function* rollOut<State>(
  { runId, config, by, batches }: RolloutOrder,
  ports: Omit<TrainingPorts<State>, 'checkpoints' | 'dialogues'>,
): AsyncGenerator<RolloutNews, void> {
  const playing: RunConfig = { ...config, dialogues: null, startedFrom: null };
  const { environment, control } = ports;
  const turnLimit = config.turnLimit || environment.turnLimit;
  if (by) assertSameAdaptation(by, config);
  const unsaved = { save: () => Promise.resolve() };
  using session = await openSession({ runId, config: playing, resumeFrom: by }, { ...ports, checkpoints: unsaved });
  for await (const news of session.prepare()) {
    if (news.kind === 'engine.prepared') yield { kind: 'progressed', share: 0 };
  }
  for (const [place, batch] of batches.entries()) {
    control.signal.throwIfAborted();
    const rolling = session.rollOut({ ...session.state, updatesDone: batch }, playing);
    let step = await rolling.next();
    for (; !step.done; step = await rolling.next()) {
      if (step.value.kind !== 'phase.progressed') continue;
      yield { kind: 'progressed', share: (place + step.value.share) / batches.length };
    }
    const { allSides, sides, examples } = step.value.rewarded;
    const episodes = episodeRows(allSides, batch);
    const unlearned = sides.map(() => null);
    const dialogues = dialoguesOf(episodes, tracesOf({ episodes, sides, examples }, unlearned, batch), { turnLimit });
    yield { kind: 'played', batch, dialogues };
  }
}
