import type { Yardstick } from '../environment.ts';
import { worth } from '../negotiation/division.ts';
import { ALL_SHARES, nashShare, pointsOfRaw, RAW_OF_ALL, RAW_WITHOUT_DEAL, restOf } from './division.ts';
import { allScenarios, valuesOf } from './scenarios.ts';

const TURN_LIMIT = 10;

let yardsticks: readonly Yardstick[] | undefined;

/** What points mean: chance, half of everything, and the fair optimum of somebody who knows both rankings. */
export function priorityYardsticks(): readonly Yardstick[] {
  yardsticks ??= [
    { label: 'random legal play', points: randomPlayPoints(), source: 'computed' },
    { label: 'half of everything', points: pointsOfRaw(RAW_OF_ALL / 2), source: 'computed' },
    { label: 'Nash split, both rankings known', points: nashSplitPoints(), source: 'computed' },
  ];
  return yardsticks;
}

/**
 * Exact expected points per seat when both seats draw uniformly among the 64 proposals, walking away and, once there is
 * an offer, accepting it. A uniformly drawn share is worth half of everything whatever the ranking.
 */
export function randomPlayPoints(turnLimit = TURN_LIMIT): number {
  const shareCount = ALL_SHARES.length;
  let agreement = 0;
  let goesOn = shareCount / (shareCount + 1); // the first turn can only propose or leave
  for (let turn = 1; turn < turnLimit; turn++) {
    agreement += goesOn / (shareCount + 2);
    goesOn *= shareCount / (shareCount + 2);
  }
  return pointsOfRaw(agreement * (RAW_OF_ALL / 2) + (1 - agreement) * RAW_WITHOUT_DEAL);
}

/** Mean over all scenarios and both seats of the division with the largest product of gains. */
function nashSplitPoints(): number {
  const scenarios = allScenarios();
  const total = scenarios.reduce((sum, scenario) => {
    const [first, second] = [valuesOf(scenario, 0), valuesOf(scenario, 1)];
    const share = nashShare(first, second);
    return sum + (worth(first, share) + worth(second, restOf(share))) / 2;
  }, 0);
  return pointsOfRaw(total / scenarios.length);
}
