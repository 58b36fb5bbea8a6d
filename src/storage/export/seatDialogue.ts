import type { Episode, Turn } from '../../record/episode.ts';
import { otherSeat, type SeatIndex } from '../../record/scenario.ts';

/** What the strategist of a seat was told before one own turn, and what it wrote. */
export interface StrategistExchange {
  /** What was said since its last turn, in order, and the table as it saw it. */
  readonly told: string;
  readonly strategy: string;
  readonly turn: Turn;
}

/**
 * An episode as the strategist of one seat met it, in plain words that any chat model can read. These are texts for other
 * trainers: the ids that the lab itself trains on are in the traces. Turns without a strategist are heard, not answered.
 */
export function exchangesOf({ turns }: Episode, seat: SeatIndex): StrategistExchange[] {
  const exchanges: StrategistExchange[] = [];
  let heard: string[] = [];
  for (const turn of turns) {
    if (turn.seat === seat && turn.strategy !== null) {
      exchanges.push({ told: [...heard, turn.board].join('\n'), strategy: turn.strategy, turn });
      heard = [`You said: ${turn.utterance}`];
    } else {
      heard.push(`${turn.seat === otherSeat(seat) ? 'Partner' : 'You'} said: ${turn.utterance}`);
    }
  }
  return exchanges;
}

/** As chat messages, which alternate and begin with the user's. */
export function chatMessages(exchanges: readonly StrategistExchange[]): ChatMessage[] {
  return exchanges.flatMap(({ told, strategy }) => [
    { role: 'user' as const, content: told },
    { role: 'assistant' as const, content: strategy },
  ]);
}

export interface ChatMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** One JSON value a line. */
export function jsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

/** Every trained seat of every episode that has something to learn from. */
export function trainedDialogues(episodes: readonly Episode[]) {
  return episodes.flatMap((episode) =>
    episode.trainedSeats.flatMap((seat) => {
      const exchanges = exchangesOf(episode, seat);
      return exchanges.length === 0 ? [] : [{ episode, seat, exchanges }];
    }),
  );
}
