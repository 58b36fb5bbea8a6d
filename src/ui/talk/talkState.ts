import { assertNever } from '../../base/errors.ts';
import { environmentOf } from '../../environment/registry.ts';
import { defaultRunConfig } from '../../record/runConfig.ts';
import type { AnswerKind, Talk, TalkAnswer, TalkTurn } from '../../../workers/protocol.ts';
import type { Failure } from '../engineStore.ts';
import { scenarioOf, seatOf, type TalkSettings } from './talkSettings.ts';

/** One of the two answers as it is on screen, while it is written and after. */
export interface ShownAnswer {
  readonly strategy: string | null;
  readonly utterance: string;
  /** Whose words are coming in; null before the first, and when the answer is complete. */
  readonly writing: 'strategist' | 'agent' | null;
  /** Tokens drawn so far, strategy and utterance together. */
  readonly tokenCount: number;
  /** null until it is complete. */
  readonly reply: TalkAnswer | null;
}

export interface PersonEntry {
  readonly by: 'person';
  readonly utterance: string;
}

export interface ModelEntry {
  readonly by: 'model';
  readonly askId: string;
  readonly answers: Readonly<Record<AnswerKind, ShownAnswer>>;
  /** The answer that goes on into the dialogue; the person may change it until they speak again. */
  readonly chosen: AnswerKind;
}

export type TalkEntry = PersonEntry | ModelEntry;

/** A dialogue between a person and the model. Whose turn it is, and what lies on the table, follows (`readTalk`). */
export interface TalkState {
  readonly entries: readonly TalkEntry[];
  readonly failure: Failure | null;
}

export const NO_TALK: TalkState = { entries: [], failure: null };

export type TalkChange =
  | { readonly kind: 'spoke'; readonly utterance: string }
  | { readonly kind: 'asked'; readonly askId: string }
  | {
      readonly kind: 'talk.streamed';
      readonly askId: string;
      readonly answer: AnswerKind;
      readonly role: 'strategist' | 'agent';
      readonly text: string;
      readonly tokenCount: number;
    }
  | {
      readonly kind: 'talk.answered';
      readonly askId: string;
      readonly answer: AnswerKind;
      readonly reply: TalkAnswer;
    }
  | { readonly kind: 'talk.failed'; readonly askId: string; readonly failure: Failure }
  | { readonly kind: 'chose'; readonly answer: AnswerKind };

const EMPTY_ANSWER: ShownAnswer = { strategy: null, utterance: '', writing: null, tokenCount: 0, reply: null };

/** The talk after a change. News of a question that is not the last one changes nothing. */
export function applyToTalk(state: TalkState, change: TalkChange): TalkState {
  switch (change.kind) {
    case 'spoke':
      return { entries: [...state.entries, { by: 'person', utterance: change.utterance }], failure: null };
    case 'asked': {
      const answers = { plain: EMPTY_ANSWER, advised: EMPTY_ANSWER };
      const entry: ModelEntry = { by: 'model', askId: change.askId, answers, chosen: 'advised' };
      return { entries: [...state.entries, entry], failure: null };
    }
    case 'talk.streamed':
      return changeAnswer(state, change.askId, change.answer, (answer) => withText(answer, change));
    case 'talk.answered':
      return changeAnswer(state, change.askId, change.answer, () => completed(change.reply));
    case 'talk.failed':
      if (pendingEntry(state)?.askId !== change.askId) return state;
      return { entries: state.entries.slice(0, -1), failure: change.failure };
    case 'chose': {
      const last = state.entries.at(-1);
      if (last?.by !== 'model') return state;
      return { ...state, entries: [...state.entries.slice(0, -1), { ...last, chosen: change.answer }] };
    }
    default:
      return assertNever(change);
  }
}

/** The answers that are still being written; null when nothing is awaited. */
export function pendingEntry({ entries }: TalkState): ModelEntry | null {
  const last = entries.at(-1);
  return last?.by === 'model' && !isComplete(last) ? last : null;
}

export function isComplete({ answers }: ModelEntry): boolean {
  return answers.plain.reply !== null && answers.advised.reply !== null;
}

/** The whole dialogue as the worker wants it. */
export function talkOrder(state: TalkState, settings: TalkSettings): Talk {
  const { strategyTokenLimit, actionTokenLimit } = defaultRunConfig();
  const { model, seed, strategistTemperature, agentTemperature, strategy } = settings;
  return {
    model,
    scenario: scenarioOf(settings),
    personSeat: seatOf(settings),
    turns: state.entries.flatMap(turnOf),
    turnLimit: environmentOf(settings.environment).turnLimit,
    advice: strategy.trim() === '' ? null : strategy.trim(),
    strategistTemperature,
    agentTemperature,
    strategyTokenLimit,
    actionTokenLimit,
    seed,
  };
}

function turnOf(entry: TalkEntry): TalkTurn[] {
  if (entry.by === 'person') return [entry];
  const reply = entry.answers[entry.chosen].reply;
  return reply ? [{ by: 'model', strategyIds: reply.strategyIds, utteranceIds: reply.utteranceIds }] : [];
}

function changeAnswer(
  state: TalkState,
  askId: string,
  kind: AnswerKind,
  change: (answer: ShownAnswer) => ShownAnswer,
): TalkState {
  const pending = pendingEntry(state);
  if (pending?.askId !== askId) return state;
  const answers = { ...pending.answers, [kind]: change(pending.answers[kind]) };
  return { ...state, entries: [...state.entries.slice(0, -1), { ...pending, answers }] };
}

function withText(answer: ShownAnswer, change: Extract<TalkChange, { kind: 'talk.streamed' }>): ShownAnswer {
  const { answer: kind, role, text, tokenCount } = change;
  if (role === 'agent') return { ...answer, utterance: text, writing: role, tokenCount };
  // Nothing was thought in the plain answer: its empty strategy is not shown as one.
  return kind === 'plain' ? answer : { ...answer, strategy: text, writing: role, tokenCount };
}

function completed(reply: TalkAnswer): ShownAnswer {
  const { strategy, utterance, strategyIds, utteranceIds } = reply;
  const tokenCount = utteranceIds.length + (strategy === null ? 0 : strategyIds.length);
  return { strategy, utterance, writing: null, tokenCount, reply };
}
