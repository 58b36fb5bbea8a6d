import type { Fork } from '../../../workers/protocol.ts';
import { hash32 } from '../../base/hash.ts';
import type { ListedCheckpoint } from '../../record/checkpoint.ts';
import { configAt } from '../../record/knobChange.ts';
import type { Episode } from '../../record/episode.ts';
import type { Trace } from '../../record/trace.ts';
import type { RunRow } from '../../storage/rows.ts';

/** What a person can choose about a fork, as texts of its form. */
export interface ForkDraft {
  /** One per line; empty lines count for nothing. */
  readonly strategies: string;
  readonly drawCount: number;
  readonly replays: number;
  /** `base`: the model as it was before the first update. */
  readonly playedBy: string;
}

export const BASE = 'base';
export const MOST_STRATEGIES = 8;

/** The strategies of a person, each once. */
export function strategiesOf({ strategies }: Pick<ForkDraft, 'strategies'>): string[] {
  const lines = strategies.split('\n').map((line) => line.trim());
  return [...new Set(lines)].filter(Boolean);
}

/** Who had played the episode, as nearly as the saved checkpoints allow: the newest from before its update, else the base. */
export function sampler(checkpoints: readonly ListedCheckpoint[], updateIndex: number): string {
  const before = checkpoints.filter(({ updatesDone }) => updatesDone <= updateIndex);
  const newest = before.reduce<ListedCheckpoint | null>(
    (best, one) => (best === null || one.updatesDone > best.updatesDone ? one : best),
    null,
  );
  return newest?.checkpointId ?? BASE;
}

/** What the worker is asked. The same fork of the same turn draws the same numbers. */
export function forkOrder(
  draft: ForkDraft,
  { config, changes = [], modelName }: Pick<RunRow, 'config' | 'changes' | 'modelName'>,
  episode: Episode,
  traces: readonly Trace[],
  turnIndex: number,
): Fork {
  return {
    modelName,
    config: configAt(config, changes, episode.updateIndex),
    checkpointId: draft.playedBy === BASE ? null : draft.playedBy,
    episode,
    traces: [...traces],
    turnIndex,
    strategies: strategiesOf(draft).slice(0, MOST_STRATEGIES),
    drawCount: draft.drawCount,
    replays: draft.replays,
    seed: hash32(`${episode.episodeId} ${turnIndex}`),
  };
}
