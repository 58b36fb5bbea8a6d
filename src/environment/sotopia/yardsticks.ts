import type { Yardstick } from '../environment.ts';
import { frontier } from './outcome.ts';
import { ownScenarios } from './ownPack.ts';
import type { SotopiaScenario } from './scenario.ts';
import { startTalk, takeTurn } from './state.ts';
import { TURN_LIMIT } from './talk.ts';

let yardsticks: readonly Yardstick[] | undefined;

/** What points mean, exact over the validation scenarios that rules check. */
export function sotopiaYardsticks(): readonly Yardstick[] {
  const scenarios = ownScenarios().filter(({ split, scoring }) => split === 'validation' && scoring.kind === 'checks');
  yardsticks ??= [
    { label: 'nobody says a word', points: mean(scenarios.map(silentPoints)), source: 'computed' },
    { label: 'best ending for both together', points: mean(scenarios.map(bestPoints)), source: 'computed' },
  ];
  return yardsticks;
}

function silentPoints(scenario: SotopiaScenario): number {
  let state = startTalk(scenario, TURN_LIMIT);
  while (state.phase === 'talking') state = takeTurn(state, { kind: 'none' });
  return (state.outcome.points[0] + state.outcome.points[1]) / 2;
}

function bestPoints(scenario: SotopiaScenario): number {
  return Math.max(...frontier(scenario).map(([first, second]) => (first + second) / 2));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
