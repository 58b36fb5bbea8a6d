import type { SeatIndex } from '../../../record/scenario.ts';

/** Exponential moving average of the first returns of each seat; null for a seat that has not played yet. */
export type SeatAverages = readonly [number | null, number | null];

/**
 * The averages after one more batch. Read the old ones for the batch itself: a baseline that has seen the returns it is
 * subtracted from is biased. Per seat, because seats of self-play earn differently (SPIRAL, arXiv 2506.24119, calls it
 * role-conditioned advantage estimation).
 *
 * @param decay share of the old average that is kept, in [0, 1)
 */
export function learnSeatAverages(
  averages: SeatAverages,
  returns: readonly { readonly seat: SeatIndex; readonly value: number }[],
  decay: number,
): SeatAverages {
  const next = ([0, 1] as const).map((seat) => {
    const own = returns.filter((entry) => entry.seat === seat);
    const before = averages[seat];
    if (own.length === 0) return before;
    const mean = own.reduce((sum, { value }) => sum + value, 0) / own.length;
    return before === null ? mean : decay * before + (1 - decay) * mean;
  });
  return [next[0] ?? null, next[1] ?? null];
}
