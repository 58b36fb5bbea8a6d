import { RandomStream } from '../../base/random.ts';
import type { RunConfig } from '../../record/runConfig.ts';

/** What one update takes of the dialogues. */
export interface MiniBatch {
  /** Counted from 0. */
  readonly epoch: number;
  /** Which dialogues, by their place in the set. */
  readonly indices: readonly number[];
}

/**
 * Every dialogue once per epoch, as many at a time as an update has episodes, in an order that the seed draws anew for every
 * epoch; the last mini-batch of an epoch may be smaller, and a single one keeps the order. A function of its arguments, so
 * that a resumed run takes the same.
 */
export function miniBatchAt(
  { seed, episodesPerUpdate }: Pick<RunConfig, 'seed' | 'episodesPerUpdate'>,
  count: number,
  updateIndex: number,
): MiniBatch {
  const perEpoch = Math.ceil(count / episodesPerUpdate);
  const epoch = Math.floor(updateIndex / perEpoch);
  const all = Array.from({ length: count }, (_, index) => index);
  const order = perEpoch === 1 ? all : new RandomStream(seed, 'dialogues', epoch).shuffled(all);
  const first = (updateIndex % perEpoch) * episodesPerUpdate;
  return { epoch, indices: order.slice(first, first + episodesPerUpdate) };
}
