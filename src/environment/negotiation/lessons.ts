import { RandomStream } from '../../base/random.ts';
import type { Lessons } from '../lessons.ts';
import { dealOrNoDeal, tableFor } from './dealOrNoDeal.ts';
import { KINDS } from './language.ts';
import type { Kind, StrategyFamily } from './language.ts';
import { createNegotiator, playerNamed } from './players.ts';
import { sayNoise, speak } from './speech.ts';
import type { NegotiationState } from './state.ts';
import { applicableStrategies, everyStrategy, strategyTarget } from './strategies.ts';
import { parseStrategy, writeStrategy } from './strategyText.ts';
import type { Strategy } from './strategyText.ts';
import type { MIXTURES } from './temperaments.ts';
import type { DealAction, DealScenario, Triple } from './schemas.ts';

/** Own values, own last proposal, the standing offer, halves: none of these numbers stands in the strategy. */
const HARD_FAMILIES: readonly StrategyFamily[] = [
  'keepOneSplitRest',
  'halve',
  'keepValued',
  'concede',
  'raise',
  'give',
  'trade',
  'reveal',
  'bluff',
];

/** How Deal-or-No-Deal is taught: by which mixture of players. */
export function createDealOrNoDealLessons(
  mixture: keyof typeof MIXTURES,
): Lessons<NegotiationState, Strategy, DealScenario, DealAction> {
  return {
    environment: dealOrNoDeal,
    createPlayer: (scenario, seat, random) => createNegotiator(mixture, scenario, seat, random),
    drawStrategy: (state, random) => drawFamilyFirst(applicableStrategies(tableFor(state)), random),
    hardFamilies: HARD_FAMILIES,
    drawMisfit,
    strategyText: writeStrategy,
    utterance: (strategy, state, random) => speak(strategy, tableFor(state), random),
    noise: (state, random) => sayNoise(state.scenario.counts, random),
    isLeak,
    negotiate(temperament, state, seat, random) {
      const { scenario } = state;
      const player = playerNamed(temperament, scenario, seat, new RandomStream(0, 'confusion', scenario.id, seat));
      return speak(player.chooseStrategy(state, random), tableFor(state), random);
    },
  };
}

/** The lessons of the built-in model: weak players, so that there is something left to learn. */
export const dealOrNoDealLessons = createDealOrNoDealLessons('weak');

/** Each family equally likely, however many strategies it has. */
function drawFamilyFirst(strategies: readonly Strategy[], random: RandomStream): Strategy {
  const family = random.pick([...new Set(strategies.map((strategy) => strategy.family))]);
  return random.pick(strategies.filter((strategy) => strategy.family === family));
}

/** A strategy for another moment, or more than lies on the table. */
function drawMisfit(state: NegotiationState, random: RandomStream): string {
  const table = tableFor(state);
  const kind = random.pick(KINDS);
  const tooMuch: Triple = [0, 0, 0];
  tooMuch[kind] = table.counts[kind] + 1 + random.index(2);
  const misfits = everyStrategy(table.counts).filter(
    (strategy) => strategyTarget(strategy, table).kind === 'inapplicable',
  );
  return writeStrategy(
    drawFamilyFirst([...misfits, { family: 'askFor', items: [], amounts: tooMuch }], random),
    random,
  );
}

const STATES_POINTS = /\b(?:worth|points?|values?)\b/i;

/** What an item is worth to a seat is for nobody else, unless the strategy is to reveal that very item. */
function isLeak(state: NegotiationState, strategy: string | null, utterance: string): boolean {
  const revealed = strategy === null ? null : parseStrategy(strategy);
  const mayTell = (item: Kind) => revealed?.family === 'reveal' && revealed.items[0] === item;
  const action = dealOrNoDeal.readAction(state, utterance);
  if (action.kind === 'tell' && action.item !== undefined && action.points !== undefined) {
    return action.points === tableFor(state).values[action.item] && !mayTell(action.item);
  }
  // Not understood, and yet it names a number of points.
  return revealed?.family !== 'reveal' && STATES_POINTS.test(utterance) && /\d/.test(utterance);
}
