import type { Environment, Yardstick } from '../environment.ts';
import { oncePerSplit } from '../splits.ts';
import { readUtterance, SotopiaAction } from './action.ts';
import { sotopiaDescription } from './description.ts';
import { pointsNow, unscoredIn } from './outcome.ts';
import { ownScenarios } from './ownPack.ts';
import { SotopiaScenario } from './scenario.ts';
import { boardOf, viewOf } from './sight.ts';
import { seatToMove, startTalk, takeTurn, turnsLeft } from './state.ts';
import type { SotopiaState } from './state.ts';
import { isFitting, parseStrategy, readStrategyIn, utteranceFor } from './strategies.ts';
import { offersTo, TURN_LIMIT } from './talk.ts';
import { settledIn } from './terms.ts';
import { sotopiaYardsticks } from './yardsticks.ts';

/**
 * SOTOPIA's dialogues (Zhou et al., arXiv 2310.11667) with EPO's three actions: speak, none, leave. Lists those scenarios
 * whose goals rules can check, so that every episode that is drawn has known points; it plays any other as well.
 */
export const sotopia = createSotopia(() => ownScenarios().filter(({ scoring }) => scoring.kind === 'checks'));

/** The same over other scenarios: an imported pack. Where no rule checks the goals, its outcomes say so (`unscored`). */
export function createSotopia(
  scenarios: () => readonly SotopiaScenario[],
): Environment<SotopiaState, SotopiaScenario, SotopiaAction> {
  let yardsticks: readonly Yardstick[] | undefined;
  const scenariosOf = oncePerSplit((split) => scenarios().filter((scenario) => scenario.split === split));
  return {
    name: 'sotopia',
    description: sotopiaDescription,
    scenarioSchema: SotopiaScenario,
    actionSchema: SotopiaAction,
    turnLimit: TURN_LIMIT,
    scenarios: scenariosOf,
    sampleScenario: (random, split) => random.pick(scenariosOf(split)),
    start: startTalk,
    seatToMove,
    view: viewOf,
    board: boardOf,
    readAction: (_state, utterance) => readUtterance(utterance),
    readStrategy: readStrategyIn,
    carryOut(state, text, random) {
      const strategy = parseStrategy(text);
      return strategy && isFitting(strategy, state) ? utteranceFor(strategy, state, random) : null;
    },
    step: takeTurn,
    turnsLeft,
    outcome: (state) => (state.phase === 'over' ? state.outcome : null),
    yardsticks: () => (yardsticks ??= sotopiaYardsticks(scenarios())),
    unscored: unscoredIn,

    /** Own points if it took up all that the other has named; null when that is nothing, or nobody can say. */
    offerValue(state, seat) {
      const offers = offersTo(state, seat);
      if (offers.size === 0 || state.phase === 'over' || state.scenario.scoring.kind !== 'checks') return null;
      return pointsNow(state, { ...settledIn(state.terms), ...Object.fromEntries(offers) })[seat];
    },
  };
}
