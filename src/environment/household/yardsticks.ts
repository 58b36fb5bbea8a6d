import { RandomStream } from '../../base/random.ts';
import type { Yardstick } from '../environment.ts';
import type { Player } from '../lessons.ts';
import type { HouseholdScenario, HouseholdState } from './house.ts';
import { createPlayerOf, drawFitting } from './players.ts';
import { scenariosOf } from './scenarios.ts';
import { seatToMove, startHousehold, takeTurn } from './state.ts';
import { actionFor, strategy } from './strategies.ts';
import type { Strategy } from './strategies.ts';

const TURN_LIMIT = 80;
const EPISODES = 120;

let yardsticks: readonly Yardstick[] | undefined;

/** What points mean: chance, and somebody who knows houses; both by playing validation tasks. Computed once. */
export function householdYardsticks(): readonly Yardstick[] {
  yardsticks ??= [
    {
      label: 'random fitting strategies',
      points: meanPoints({ temperament: 'random', chooseStrategy: drawAny }),
      source: 'computed',
    },
    { label: 'expert', points: meanPoints(createPlayerOf('expert')), source: 'computed' },
  ];
  return yardsticks;
}

/** Points of seat 0 when the player's strategies are carried out to the letter. */
export function playPoints(
  player: Player<HouseholdState, Strategy>,
  scenario: HouseholdScenario,
  turnLimit: number,
  random: RandomStream,
): number {
  let state = startHousehold(scenario, turnLimit);
  for (let seat = seatToMove(state); seat !== null; seat = seatToMove(state)) {
    const action =
      seat === 0 ? actionFor(player.chooseStrategy(state, random), state) : ({ kind: 'observation' } as const);
    state = takeTurn(state, action);
  }
  return state.outcome?.points[0] ?? 0;
}

function meanPoints(player: Player<HouseholdState, Strategy>): number {
  const scenarios = scenariosOf('validation');
  const step = Math.max(1, Math.floor(scenarios.length / EPISODES));
  const played = scenarios.filter((_, index) => index % step === 0);
  const points = played.map((scenario) =>
    playPoints(player, scenario, TURN_LIMIT, new RandomStream(1, 'household yardstick', scenario.id)),
  );
  return points.reduce((sum, value) => sum + value, 0) / points.length;
}

function drawAny(state: HouseholdState, random: RandomStream): Strategy {
  return drawFitting(state, random) ?? strategy('look', null, null);
}
