import type { Yardstick } from '../environment.ts';
import { frontier } from './outcome.ts';
import type { SotopiaScenario } from './scenario.ts';
import { startTalk, takeTurn } from './state.ts';
import { TURN_LIMIT } from './talk.ts';

/** What points mean, exact over the validation scenarios that rules check; nothing where there are none. */
export function sotopiaYardsticks(all: readonly SotopiaScenario[]): readonly Yardstick[] {
  const scenarios = all.filter(({ split, scoring }) => split === 'validation' && scoring.kind === 'checks');
  if (scenarios.length === 0) return [];
  return [
    { label: 'nobody says a word', points: mean(scenarios.map(silentPoints)), source: 'computed' },
    { label: 'best ending for both together', points: mean(scenarios.map(bestPoints)), source: 'computed' },
  ];
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
