import type { RandomStream } from '../../../base/random.ts';
import { writeText } from '../../grammar.ts';
import type { Lessons } from '../../lessons.ts';
import { kuhnPoker } from './kuhnPoker.ts';
import { FOREIGN_STRATEGIES, NOISE, STRATEGIES } from './language.ts';
import { createPlayer } from './players.ts';
import { claimIn } from './readAction.ts';
import type { KuhnScenario } from './scenarios.ts';
import { say, writeUtterance } from './speech.ts';
import { situationOf } from './state.ts';
import type { KuhnAction, KuhnState } from './state.ts';
import { applicableStrategies, everyStrategy, isApplicable, parseStrategy } from './strategies.ts';
import type { KuhnStrategy } from './strategies.ts';

/** How Kuhn poker is taught. The own card is the one private fact: only the strategies that say a card may tell it. */
export const kuhnPokerLessons: Lessons<KuhnState, KuhnStrategy, KuhnScenario, KuhnAction> = {
  environment: kuhnPoker,
  createPlayer: (_scenario, _seat, random) => createPlayer(random),

  drawStrategy(state, random) {
    const applicable = applicableStrategies(situationOf(state));
    const family = random.pick([...new Set(applicable.map((strategy) => strategy.family))]);
    return random.pick(applicable.filter((strategy) => strategy.family === family));
  },

  drawMisfit(state, random) {
    if (random.uniform() < 0.3) return writeText(random.pick(FOREIGN_STRATEGIES), random);
    const situation = situationOf(state);
    return textOf(random.pick(everyStrategy.filter((strategy) => !isApplicable(strategy, situation))), random);
  },

  strategyText: textOf,

  utterance: writeUtterance,
  noise: (state, random) => say(state, random, [random.pick(NOISE)], null),

  isLeak(state, strategy, utterance) {
    const claim = claimIn(utterance);
    const isAdvised = strategy !== null && claim !== null && parseStrategy(strategy)?.card === claim;
    return claim === situationOf(state).card && !isAdvised;
  },
};

function textOf({ family, card }: KuhnStrategy, random: RandomStream): string {
  return writeText(random.pick(STRATEGIES[family]), random, { card: card ?? '' });
}
