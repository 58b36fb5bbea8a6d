import { RandomStream } from '../../base/random.ts';
import type { AnyLessons } from '../../environment/registry.ts';
import type { SeatIndex } from '../../record/scenario.ts';

/** Enough for most kinds of strategy to come up, few enough not to be noticed. */
const DRAWS = 80;
const MOST_PHRASES = 4;

/** A few phrases that fit the moment, each doing something else: a way in for who has never played. */
export function suggestPhrases(lessons: AnyLessons, state: unknown, seed: number): string[] {
  const { environment } = lessons;
  const byKind = new Map<string, string>();
  for (let draw = 0; draw < DRAWS && byKind.size < MOST_PHRASES; draw++) {
    const random = new RandomStream(seed, 'talk', 'phrase', draw);
    const phrase = lessons.utterance(lessons.drawStrategy(state, random), state, random);
    const { kind } = environment.readAction(state, phrase);
    if (!byKind.has(kind)) byKind.set(kind, phrase);
  }
  return [...byKind.values()];
}

/** Strategies that the seat might follow in its next turn, as the game words them; none when it has no turn left. */
export function strategyTexts(lessons: AnyLessons, state: unknown, seat: SeatIndex, seed: number): string[] {
  const next = stateOfSeat(lessons, state, seat, seed);
  if (next === null) return [];
  const texts = Array.from({ length: DRAWS }, (_, draw) => {
    const random = new RandomStream(seed, 'talk', 'wording', draw);
    return lessons.strategyText(lessons.drawStrategy(next, random), random);
  });
  return [...new Set(texts)].sort();
}

/** Whether the text is in the language of strategies, fitting or not; null when nobody is to move. */
export function isStrategy({ environment }: AnyLessons, state: unknown, text: string): boolean | null {
  if (environment.seatToMove(state) === null) return null;
  return environment.readStrategy(state, text, environment.readAction(state, '')).family !== null;
}

/** Some turns end the talk: then another is tried. */
const TRIES = 10;

/** This state, or one that may follow it, in which the seat is to move; null when there is none. */
function stateOfSeat({ environment, ...lessons }: AnyLessons, state: unknown, seat: SeatIndex, seed: number): unknown {
  const mover = environment.seatToMove(state);
  if (mover === null || mover === seat) return mover === null ? null : state;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const random = new RandomStream(seed, 'talk', 'turn before', attempt);
    const utterance =
      environment.worldReply?.(state) ?? lessons.utterance(lessons.drawStrategy(state, random), state, random);
    const next = environment.step(state, environment.readAction(state, utterance));
    if (environment.seatToMove(next) === seat) return next;
  }
  return null;
}
