import { z } from 'zod';
import type { SeatIndex } from '../../../record/scenario.ts';

/** From the lowest to the highest. */
export const CARDS = ['jack', 'queen', 'king'] as const;
export const Card = z.enum(CARDS);
export type Card = z.infer<typeof Card>;
/** Each seat's card. */
export type Deal = readonly [Card, Card];

/** The six ways to give two of the three cards. */
export const DEALS: readonly Deal[] = CARDS.flatMap((first) =>
  CARDS.filter((second) => second !== first).map((second): Deal => [first, second]),
);

export const ACTS = ['check', 'bet', 'call', 'fold'] as const;
export type Act = (typeof ACTS)[number];

/** What was done so far, while somebody is still to act. */
export const HISTORIES = ['none', 'check', 'bet', 'check bet'] as const;
export type History = (typeof HISTORIES)[number];

export function historyOf(acts: readonly Act[]): History {
  const history = HISTORIES.find((candidate) => candidate === (acts.join(' ') || 'none'));
  if (history === undefined) throw new Error(`historyOf: nobody is to act after ${acts.join(' ')}`);
  return history;
}

/** What the seat to act may do: the quiet act first, the brave one, which costs a chip, second. */
export function actsAfter(history: History): readonly [Act, Act] {
  return history === 'none' || history === 'check' ? ['check', 'bet'] : ['fold', 'call'];
}

export function seatAfter(history: History): SeatIndex {
  return history === 'none' || history === 'check bet' ? 0 : 1;
}

/** Chips that seat 0 wins, -2 to 2, when the hand ends with these acts; null while it goes on. Seat 1 wins the opposite. */
export function chipsWon(acts: readonly Act[], deal: Deal): number | null {
  const winnerSign = CARDS.indexOf(deal[0]) > CARDS.indexOf(deal[1]) ? 1 : -1;
  switch (acts.join(' ')) {
    case 'check check':
      return winnerSign;
    case 'bet call':
    case 'check bet call':
      return 2 * winnerSign;
    case 'bet fold':
      return 1;
    case 'check bet fold':
      return -1;
    default:
      return null;
  }
}
