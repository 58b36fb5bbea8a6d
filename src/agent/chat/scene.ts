import { oneLine } from '../../base/oneLine.ts';
import type { BoardLine, Environment } from '../../environment/environment.ts';
import type { Action } from '../../record/episode.ts';
import type { Scenario, SeatIndex } from '../../record/scenario.ts';
import { otherSeat } from '../../record/scenario.ts';

/** What a seat knows from the start. Nothing private of the other seat is in it. */
export interface SeatBrief {
  /** How the prompts call the two: `Ann`, `buyer`. */
  readonly name: string;
  readonly partnerName: string;
  /** What the interaction is, and what both know of it. */
  readonly situation: string;
  /** What the seat alone knows and wants; null when it has nothing private. */
  readonly goal: string | null;
  /** `dialogue`: with somebody. `task`: with a world, a shop or a house, that answers actions. */
  readonly form: 'dialogue' | 'task';
}

/** One turn before this one. A seat remembers its own strategies, and of the other only the words. */
export type PastTurn =
  | { readonly by: 'self'; readonly strategy: string | null; readonly utterance: string }
  | { readonly by: 'partner'; readonly utterance: string };

/** `own`: the agent thinks of a strategy itself before it acts (ReAct). */
export type Advice =
  { readonly kind: 'strategy'; readonly text: string } | { readonly kind: 'own' } | { readonly kind: 'none' };

/** How somebody speaks or acts here so that the rules understand it. */
export interface Manner {
  /** Sentences that the rules read, from other situations. */
  readonly examples: readonly string[];
  /** What is said to leave, and to let a turn pass; null where the rules have no such act. */
  readonly leave: string | null;
  readonly pass: string | null;
}

/** Everything that an agent may see when it is to act. */
export interface AgentScene {
  readonly brief: SeatBrief;
  readonly manner: Manner;
  readonly history: readonly PastTurn[];
  /** What lies on the table now, as the seat may see it. */
  readonly board: readonly BoardLine[];
  /** Own turns left, this one included. */
  readonly turnsLeft: number;
  readonly advice: Advice;
}

/** A seat's brief in the words that the environment has for people. */
export function seatBrief<State, S extends Scenario>(
  { description, worldReply }: Pick<Environment<State, S>, 'description' | 'worldReply'>,
  scenario: S,
  seat: SeatIndex,
): SeatBrief {
  return {
    name: description.seat(scenario, seat),
    partnerName: description.seat(scenario, otherSeat(seat)),
    situation: `${description.about} ${description.table(scenario)}.`,
    goal: description.goal(scenario, seat),
    form: worldReply ? 'task' : 'dialogue',
  };
}

const LONGEST_STRATEGY = 200;
const LONGEST_UTTERANCE = 600;

/** As it stands in a history: one line, or it could pose as the next turn. */
export const strategyLine = (text: string) => oneLine(text, LONGEST_STRATEGY);
export const utteranceLine = (text: string) => oneLine(text, LONGEST_UTTERANCE);

/** The scene of a turn: what the seat to move may see now, with those examples that the rules would read now. */
export function sceneOf<State>(
  environment: Pick<Environment<State>, 'description' | 'turnsLeft' | 'readAction'>,
  state: State,
  seat: SeatIndex,
  known: Pick<AgentScene, 'brief' | 'manner' | 'history' | 'advice'>,
): AgentScene {
  const check = checkBy(environment, state);
  return {
    ...known,
    manner: { ...known.manner, examples: known.manner.examples.filter((example) => check(example) === null) },
    board: environment.description.board(state, seat),
    turnsLeft: environment.turnsLeft(state, seat),
  };
}

/** Why the rules cannot read an utterance of the seat to move; null when they can. */
export function checkBy<State>({ readAction }: Pick<Environment<State>, 'readAction'>, state: State): CheckUtterance {
  return (utterance) => {
    const action: Action & { readonly reason?: unknown } = readAction(state, utterance);
    if (action.kind !== 'invalid') return null;
    return typeof action.reason === 'string' ? action.reason : 'The rules cannot read it.';
  };
}

/** Why the rules cannot read an utterance here, in words for whoever said it; null when they can. */
export type CheckUtterance = (utterance: string) => string | null;
