import type { Yardstick } from '../environment.ts';
import { allocations, complement, nashShare, worth } from './division.ts';
import { allScenarios } from './scenarios.ts';

/** Mean points per seat of people in Deal-or-No-Deal, no-deal dialogues included (Lewis et al. 2017, all its dialogues). */
const HUMAN_POINTS = 5.82;
const TURN_LIMIT = 10;
const POINTS_OF_RANDOM_SHARE = 5;

let yardsticks: readonly Yardstick[] | undefined;

/** What points mean: chance, people, and the fair optimum of somebody who knows both goals. Computed once. */
export function negotiationYardsticks(): readonly Yardstick[] {
  yardsticks ??= [
    { label: 'random legal play', points: randomPlayPoints(), source: 'computed' },
    { label: 'people', points: HUMAN_POINTS, source: 'recorded' },
    { label: 'Nash split, both goals known', points: nashSplitPoints(), source: 'computed' },
  ];
  return yardsticks;
}

/**
 * Expected points per seat when both seats draw uniformly from every legal proposal and, once there is an offer,
 * accepting it. Exact: with n possible shares each of the `TURN_LIMIT − 1` later turns accepts with probability
 * 1/(n + 1), and a uniformly drawn share is worth half of everything. 1.74 over our scenarios; on the published ones,
 * which have fewer items and so fewer shares, about 1.85.
 */
function randomPlayPoints(): number {
  const agreementShares = allScenarios().map(({ counts }) => {
    const shareCount = allocations(counts).length;
    return 1 - (shareCount / (shareCount + 1)) ** (TURN_LIMIT - 1);
  });
  return POINTS_OF_RANDOM_SHARE * mean(agreementShares);
}

/** Mean over scenarios and seats of the split with the largest product of points. */
function nashSplitPoints(): number {
  return mean(
    allScenarios().map(({ counts, values: [first, second] }) => {
      const share = nashShare(counts, first, second);
      return (worth(first, share) + worth(second, complement(counts, share))) / 2;
    }),
  );
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
