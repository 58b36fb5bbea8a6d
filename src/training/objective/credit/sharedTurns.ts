import type { Trajectory } from '../batch.ts';

/**
 * ARPO's hard advantage attribution (arXiv 2507.19849): a turn that several branches share gets the mean of their
 * advantages there, each branch counted once; turns after the branching keep their own.
 *
 * @param advantages [trajectory][turn]
 * @returns [trajectory][turn]
 */
export function attributeSharedTurns(
  batch: readonly Pick<Trajectory, 'fork'>[],
  advantages: readonly (readonly number[])[],
): number[][] {
  return advantages.map((turns, index) =>
    turns.map((own, turn) => {
      const root = ownerOf(batch, index, turn);
      const sharing = advantages.filter(
        (values, other) => turn < values.length && ownerOf(batch, other, turn) === root,
      );
      return sharing.length > 1 ? sharing.reduce((sum, values) => sum + (values[turn] ?? 0), 0) / sharing.length : own;
    }),
  );
}

/** The trajectory in which a turn was first played. */
export function ownerOf(batch: readonly Pick<Trajectory, 'fork'>[], index: number, turn: number): number {
  let owner = index;
  for (;;) {
    const fork = batch[owner]?.fork;
    if (!fork || turn >= fork.sharedTurns) return owner;
    owner = fork.parent;
  }
}
