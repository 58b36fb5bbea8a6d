import { assertNever } from '../../base/errors.ts';
import type { RatingValue } from '../../record/rating.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { PlayTurn } from '../../../workers/playProtocol.ts';
import type { Failure } from '../engineStore.ts';

/** What is being waited for: the partner's turn, or the whisper of the person's adviser. */
export interface Awaited {
  readonly askId: string;
  readonly wanted: 'turn' | 'whisper';
  readonly strategy: string | null;
  readonly utterance: string;
}

/** A play. Whose turn it is, and what lies on the table, follows (`playReading.ts`). */
export interface PlayState {
  /** Null until somebody has begun. It names the dialogue wherever it is kept. */
  readonly episodeId: string | null;
  readonly turns: readonly PlayTurn[];
  readonly awaited: Awaited | null;
  /** For the person's turn that comes next; null: none yet, or nobody whispers. */
  readonly whisper: Pick<PlayTurn, 'strategy' | 'draws'> | null;
  readonly failure: Failure | null;
  /** By turn. */
  readonly ratings: Readonly<Record<number, RatingValue>>;
  readonly isKept: boolean;
}

export const NO_PLAY: PlayState = {
  episodeId: null,
  turns: [],
  awaited: null,
  whisper: null,
  failure: null,
  ratings: {},
  isKept: false,
};

export type PlayChange =
  | { readonly kind: 'begun'; readonly episodeId: string }
  | { readonly kind: 'spoke'; readonly seat: SeatIndex; readonly utterance: string }
  /** The world has answered. */
  | { readonly kind: 'world.answered'; readonly utterance: string }
  | { readonly kind: 'asked'; readonly askId: string; readonly wanted: Awaited['wanted'] }
  | {
      readonly kind: 'play.streamed';
      readonly askId: string;
      readonly role: 'strategist' | 'agent';
      readonly text: string;
    }
  | { readonly kind: 'play.answered'; readonly askId: string; readonly turn: PlayTurn }
  | { readonly kind: 'play.failed'; readonly askId: string; readonly failure: Failure }
  | { readonly kind: 'retried' }
  | { readonly kind: 'rated'; readonly turnIndex: number; readonly value: RatingValue | null }
  /** The last turn of the person, and all after it, are taken back. */
  | { readonly kind: 'undone'; readonly personSeat: SeatIndex }
  | { readonly kind: 'kept' };

/** The play after a change. News of a question that is not the last one changes nothing. */
export function applyToPlay(state: PlayState, change: PlayChange): PlayState {
  switch (change.kind) {
    case 'begun':
      return { ...NO_PLAY, episodeId: change.episodeId };
    case 'spoke': {
      const turn: PlayTurn = {
        seat: change.seat,
        strategy: state.whisper?.strategy ?? null,
        utterance: change.utterance,
        unreadable: null,
        draws: state.whisper?.draws ?? [],
      };
      return { ...state, turns: [...state.turns, turn], whisper: null };
    }
    case 'world.answered': {
      const turn: PlayTurn = { seat: 1, strategy: null, utterance: change.utterance, unreadable: null, draws: [] };
      return { ...state, turns: [...state.turns, turn] };
    }
    case 'asked':
      return {
        ...state,
        awaited: { askId: change.askId, wanted: change.wanted, strategy: null, utterance: '' },
        failure: null,
      };
    case 'play.streamed': {
      if (state.awaited?.askId !== change.askId) return state;
      const text = change.role === 'strategist' ? { strategy: change.text } : { utterance: change.text };
      return { ...state, awaited: { ...state.awaited, ...text } };
    }
    case 'play.answered': {
      if (state.awaited?.askId !== change.askId) return state;
      const { strategy, draws } = change.turn;
      return state.awaited.wanted === 'whisper'
        ? { ...state, awaited: null, whisper: { strategy, draws } }
        : { ...state, awaited: null, turns: [...state.turns, change.turn] };
    }
    case 'play.failed':
      return state.awaited?.askId === change.askId ? { ...state, awaited: null, failure: change.failure } : state;
    case 'retried':
      return { ...state, failure: null };
    case 'rated': {
      const others = Object.entries(state.ratings).filter(([turnIndex]) => Number(turnIndex) !== change.turnIndex);
      const own = change.value === null ? {} : { [change.turnIndex]: change.value };
      return { ...state, ratings: { ...Object.fromEntries(others), ...own } };
    }
    case 'undone': {
      const last = state.turns.findLastIndex(({ seat }) => seat === change.personSeat);
      if (last < 0 || state.isKept) return state;
      const ratings = Object.fromEntries(
        Object.entries(state.ratings).filter(([turnIndex]) => Number(turnIndex) < last),
      );
      const taken = state.turns[last];
      const whisper = taken && taken.draws.length > 0 ? { strategy: taken.strategy, draws: taken.draws } : null;
      return { ...state, turns: state.turns.slice(0, last), awaited: null, whisper, failure: null, ratings };
    }
    case 'kept':
      return { ...state, isKept: true };
    default:
      return assertNever(change);
  }
}
