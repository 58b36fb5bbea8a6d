import type { RandomStream } from '../../../base/random.ts';
import { otherSeat } from '../../../record/scenario.ts';
import { asSentence, writeText } from '../../grammar.ts';
import { ACT_PHRASES, CLAIMS, CLOSERS, OPENERS } from './language.ts';
import { seatToMove } from './state.ts';
import type { KuhnState } from './state.ts';
import { actOf } from './strategies.ts';
import type { KuhnStrategy } from './strategies.ts';

/** What carries the strategy out. */
export function writeUtterance(strategy: KuhnStrategy, state: KuhnState, random: RandomStream): string {
  const act = actOf(strategy);
  const acting = [random.pick(ACT_PHRASES[act])];
  const claiming = strategy.card === null ? [] : [random.pick(CLAIMS)];
  const body = random.uniform() < 0.5 ? [...claiming, ...acting] : [...acting, ...claiming];
  const closer = strategy.card === null ? random.pick(CLOSERS[act]) : '';
  return say(state, random, [random.pick(OPENERS), ...body, closer], strategy.card);
}

/** One text of the templates in a row, each sentence with its capital. The other seat is named now and then. */
export function say(state: KuhnState, random: RandomStream, templates: readonly string[], card: string | null): string {
  const seat = seatToMove(state);
  const name = asSentence(seat === null ? '' : state.scenario.names[otherSeat(seat)]);
  const vocative = random.uniform() < 0.2 ? `, ${name}` : '';
  const slots = { name, vocative, card: card ?? '', tooMuch: String(2 + random.index(20)) };
  const texts = templates.map((template) => writeText(template, random, slots)).filter((text) => text !== '');
  return texts.join(' ').replace(/(?:^|[.?!] )[a-z]/g, (start) => start.toUpperCase());
}
