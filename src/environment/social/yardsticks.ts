import { RandomStream } from '../../base/random.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { Yardstick } from '../environment.ts';
import { endingsOf } from './endings.ts';
import { scenariosOf } from './scenario.ts';
import { sightOf } from './sight.ts';
import { seatToMove, startTalk, takeTurn } from './state.ts';
import { actOf, FAMILIES, tonesOf, valuesOf } from './strategy.ts';

const TURN_LIMIT = 10;
let yardsticks: readonly Yardstick[] | undefined;

/** What points mean: random talk on every validation scenario, and the best ending for both together. */
export function socialYardsticks(): readonly Yardstick[] {
  yardsticks ??= [
    { label: 'random talk', points: randomPoints(), source: 'computed' },
    { label: 'best ending for both together', points: bestPoints(), source: 'computed' },
  ];
  return yardsticks;
}

/** Mean points per seat when every turn is a random applicable strategy; a fixed stream for each scenario. */
function randomPoints(): number {
  return mean(
    scenariosOf('validation').map((scenario) => {
      const random = new RandomStream(1, 'social', 'random talk', scenario.id);
      let state = startTalk(scenario, TURN_LIMIT);
      for (let seat = seatToMove(state); seat !== null; seat = seatToMove(state)) {
        state = takeTurn(state, drawAct(state, seat, random));
      }
      return state.phase === 'over' ? (state.outcome.points[0] + state.outcome.points[1]) / 2 : 0;
    }),
  );
}

function drawAct(state: ReturnType<typeof startTalk>, seat: SeatIndex, random: RandomStream) {
  const sight = sightOf(state, seat);
  for (;;) {
    const family = random.pick(FAMILIES);
    const act = actOf({ family, value: random.pick(valuesOf(family)), tone: random.pick(tonesOf(family)) }, sight);
    if (act) return act;
  }
}

function bestPoints(): number {
  return mean(
    scenariosOf('validation').map((scenario) =>
      Math.max(...endingsOf(startTalk(scenario, TURN_LIMIT)).map(([first, second]) => (first + second) / 2)),
    ),
  );
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
