import type { RandomStream } from '../../../base/random.ts';
import { otherSeat } from '../../../record/scenario.ts';
import { asSentence, writeText } from '../../grammar.ts';
import type { Lessons } from '../../lessons.ts';
import { kuhnPoker } from './kuhnPoker.ts';
import { ACT_PHRASES, CLAIMS, CLOSERS, FOREIGN_STRATEGIES, NOISE, OPENERS, STRATEGIES } from './language.ts';
import { createPlayer } from './players.ts';
import { claimIn } from './readAction.ts';
import type { KuhnScenario } from './scenarios.ts';
import { seatToMove, situationOf } from './state.ts';
import type { KuhnAction, KuhnState } from './state.ts';
import { actOf, applicableStrategies, everyStrategy, isApplicable, parseStrategy } from './strategies.ts';
import type { KuhnStrategy } from './strategies.ts';

/** A hand is at most check, bet, call. */
const TURN_LIMIT = 3;

/** How Kuhn poker is taught. The own card is the one private fact: only the strategies that say a card may tell it. */
export const kuhnPokerLessons: Lessons<KuhnState, KuhnStrategy, KuhnScenario, KuhnAction> = {
  environment: kuhnPoker,
  turnLimit: TURN_LIMIT,
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

  utterance(strategy, state, random) {
    const act = actOf(strategy);
    const acting = [random.pick(ACT_PHRASES[act])];
    const claiming = strategy.card === null ? [] : [random.pick(CLAIMS)];
    const body = random.uniform() < 0.5 ? [...claiming, ...acting] : [...acting, ...claiming];
    const closer = strategy.card === null ? random.pick(CLOSERS[act]) : '';
    return say(state, random, [random.pick(OPENERS), ...body, closer], strategy.card);
  },

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

/** One text of the templates in a row, each sentence with its capital. The other seat is named now and then. */
function say(state: KuhnState, random: RandomStream, templates: readonly string[], card: string | null): string {
  const seat = seatToMove(state);
  const name = asSentence(seat === null ? '' : state.scenario.names[otherSeat(seat)]);
  const vocative = random.uniform() < 0.2 ? `, ${name}` : '';
  const slots = { name, vocative, card: card ?? '', tooMuch: String(2 + random.index(20)) };
  const texts = templates.map((template) => writeText(template, random, slots)).filter((text) => text !== '');
  return texts.join(' ').replace(/(?:^|[.?!] )[a-z]/g, (start) => start.toUpperCase());
}
