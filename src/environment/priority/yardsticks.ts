import { RandomStream } from '../../base/random.ts';
import type { Yardstick } from '../environment.ts';
import { worth } from '../negotiation/division.ts';
import { ALL_SHARES, nashShare, pointsOfRaw, RAW_OF_ALL, RAW_WITHOUT_DEAL, restOf } from './division.ts';
import { createPlayer } from './players.ts';
import { allScenarios, scenariosOf, valuesOf } from './scenarios.ts';
import { advisedTable } from './seat.ts';
import { seatToMove, startCamp, takeTurn } from './state.ts';
import { targetOf } from './strategies.ts';

const TURN_LIMIT = 10;
const PLAYED_SCENARIOS = 360;

let yardsticks: readonly Yardstick[] | undefined;

/** What points mean: chance, half of everything, and the fair optimum of somebody who knows both rankings. */
export function priorityYardsticks(): readonly Yardstick[] {
  yardsticks ??= [
    { label: 'random legal play', points: randomPlayPoints(), source: 'computed' },
    { label: 'rule-made players', points: playerPoints(), source: 'computed' },
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

/** Mean points per seat of two players of any temperament, in some validation scenarios; a fixed stream for each. */
function playerPoints(): number {
  const points = scenariosOf('validation')
    .slice(0, PLAYED_SCENARIOS)
    .map((scenario) => {
      const random = new RandomStream(1, 'priority-negotiation', 'yardstick', scenario.id);
      const players = [createPlayer(0, random), createPlayer(1, random)] as const;
      let state = startCamp(scenario, TURN_LIMIT);
      for (let seat = seatToMove(state); seat !== null; seat = seatToMove(state)) {
        const target = targetOf(players[seat].chooseStrategy(state, random), advisedTable(state, seat));
        if (target.kind === 'inapplicable') throw new Error('playerPoints: a strategy that does not apply');
        state = takeTurn(state, target.kind === 'act' ? target.action : { kind: 'propose', share: target.share });
      }
      return state.phase === 'over' ? (state.outcome.points[0] + state.outcome.points[1]) / 2 : 0;
    });
  return points.reduce((sum, value) => sum + value, 0) / points.length;
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
