import { otherSeat } from '../../../record/scenario.ts';
import type { Environment } from '../../environment.ts';
import { bareAct, kuhnBareForm } from './bareForm.ts';
import { actsAfter, CARDS, historyOf } from './cards.ts';
import { kuhnDescription } from './description.ts';
import { readUtterance } from './readAction.ts';
import { KuhnScenario, sampleScenario, scenariosOf } from './scenarios.ts';
import { writeUtterance } from './speech.ts';
import { chipsIn, KuhnAction, seatToMove, situationOf, startHand, takeTurn, turnsLeft } from './state.ts';
import type { KuhnState } from './state.ts';
import { isApplicable, parseStrategy, readStrategyIn } from './strategies.ts';
import { kuhnYardsticks } from './yardsticks.ts';

/**
 * Kuhn poker (Kuhn 1950) in words: two seats, three cards, an ante of 1 chip, one bet of 1 chip, at most three acts.
 * Points are 5 + 2.5 for every chip won, so equals earn 5. Small enough that `exploitability.ts` says exactly how good
 * any policy is. Players may say which card they hold, truly or not; the rules take no notice.
 */
export const kuhnPoker: Environment<KuhnState, KuhnScenario, KuhnAction> = {
  name: 'kuhn-poker',
  description: kuhnDescription,
  scenarioSchema: KuhnScenario,
  actionSchema: KuhnAction,
  /** Check, bet, call. */
  turnLimit: 3,
  scenarios: scenariosOf,
  sampleScenario,
  start: startHand,
  seatToMove,

  /** `cards jack queen king you maria hold king against tom at the bar`. */
  view({ names, place, deal }, seat) {
    return `cards ${CARDS.join(' ')} you ${names[seat]} hold ${deal[seat]} against ${names[otherSeat(seat)]} ${place}`;
  },

  /**
   * `hold king pot 3 own 1 done check bet told none can fold call`: own card, all chips and own chips in, what was done,
   * the card the other says it holds, what the seat may do.
   */
  board(state, seat) {
    const card = state.scenario.deal[seat];
    const own = chipsIn(state, seat);
    const other = otherSeat(seat);
    const told = state.claims[other] ?? 'none';
    const done = state.acts.join(' ') || 'none';
    const can = state.phase === 'over' ? 'nothing' : actsAfter(historyOf(state.acts)).join(' ');
    return `hold ${card} pot ${own + chipsIn(state, other)} own ${own} done ${done} told ${told} can ${can}`;
  },

  readAction: (state, utterance) => readUtterance(utterance, situationOf(state).history),
  readStrategy: (state, strategy, action) => readStrategyIn(situationOf(state), strategy, action),

  carryOut(state, text, random) {
    const [strategy, situation] = [parseStrategy(text), situationOf(state)];
    if (strategy && isApplicable(strategy, situation)) return writeUtterance(strategy, state, random);
    return bareAct(text, situation.history);
  },

  step: takeTurn,
  turnsLeft,
  outcome: (state) => (state.phase === 'over' ? state.outcome : null),
  yardsticks: kuhnYardsticks,
  bareForm: kuhnBareForm,
};
