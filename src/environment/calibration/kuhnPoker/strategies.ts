import type { StrategyReading } from '../../../record/episode.ts';
import { createReader } from '../../grammar.ts';
import { bareAct } from './bareForm.ts';
import { actsAfter, CARDS } from './cards.ts';
import type { Act, Card } from './cards.ts';
import { FAMILIES, STRATEGIES } from './language.ts';
import type { StrategyFamily } from './language.ts';
import type { KuhnAction, Situation } from './state.ts';

/** A strategy that was understood; the four that talk name the card to be told, true or not. */
export interface KuhnStrategy {
  readonly family: StrategyFamily;
  readonly card: Card | null;
}

interface Meaning {
  readonly act: Act;
  /** The own cards with which it makes sense. */
  readonly with: readonly Card[];
}

/** What each family does. */
const MEANINGS: Readonly<Record<StrategyFamily, Meaning>> = {
  check: { act: 'check', with: CARDS },
  trap: { act: 'check', with: ['king'] },
  valueBet: { act: 'bet', with: ['queen', 'king'] },
  bluff: { act: 'bet', with: ['jack', 'queen'] },
  bet: { act: 'bet', with: CARDS },
  call: { act: 'call', with: CARDS },
  callLight: { act: 'call', with: ['jack', 'queen'] },
  callStrong: { act: 'call', with: ['king'] },
  fold: { act: 'fold', with: CARDS },
  sayAndCheck: { act: 'check', with: CARDS },
  sayAndBet: { act: 'bet', with: CARDS },
  sayAndCall: { act: 'call', with: CARDS },
  sayAndFold: { act: 'fold', with: CARDS },
};

const readText = createReader<StrategyFamily>(
  FAMILIES.map((family) => ({ meaning: family, templates: STRATEGIES[family] })),
  { card: CARDS.join('|').replace(/.+/, '(?:$&)') },
);

/** Understands a strategy text; null when it is not in the language of strategies. */
export function parseStrategy(text: string): KuhnStrategy | null {
  const reading = readText(text);
  if (!reading) return null;
  return { family: reading.meaning, card: CARDS.find((card) => card === reading.slots['card']) ?? null };
}

/** Every family, the talking ones with every card, that makes sense in the situation. */
export function applicableStrategies(situation: Situation): KuhnStrategy[] {
  return everyStrategy.filter((strategy) => isApplicable(strategy, situation));
}

export function isApplicable({ family }: KuhnStrategy, { card, history }: Situation): boolean {
  return MEANINGS[family].with.includes(card) && actsAfter(history).includes(MEANINGS[family].act);
}

export function actOf({ family }: KuhnStrategy): Act {
  return MEANINGS[family].act;
}

/** Reads a strategy that was given in a situation; `action` is what then was said. */
export function readStrategyIn(situation: Situation, text: string, action: KuhnAction): StrategyReading {
  const strategy = parseStrategy(text);
  if (!strategy) return readBareWord(situation, text, action);
  const { family, card } = strategy;
  if (!isApplicable(strategy, situation)) return { family, isApplicable: false, isFollowed: null };
  const isFollowed = action.kind === actOf(strategy) && action.claim === card;
  return { family, isApplicable: true, isFollowed };
}

function readBareWord({ history }: Situation, text: string, action: KuhnAction): StrategyReading {
  const act = bareAct(text, history);
  if (act === null) return { family: null, isApplicable: false, isFollowed: null };
  return { family: text, isApplicable: true, isFollowed: action.kind === act };
}

export const everyStrategy: readonly KuhnStrategy[] = FAMILIES.flatMap((family): KuhnStrategy[] =>
  family.startsWith('sayAnd') ? CARDS.map((card) => ({ family, card })) : [{ family, card: null }],
);
