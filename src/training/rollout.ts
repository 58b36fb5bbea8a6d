import type { Environment, Outcome } from '../environment/environment.ts';
import type { Action, StrategyReading } from '../record/episode.ts';
import type { Judgement } from '../record/judgement.ts';
import { otherSeat, type Scenario, type SeatIndex } from '../record/scenario.ts';
import type { SocialEvaluation } from '../record/socialEvaluation.ts';
import type { ChatFormat } from '../policy/chatFormat.ts';
import type { Desk, Sample, Writer } from '../policy/generate.ts';
import type { Tokenizer } from '../policy/tokenizer.ts';
import { closeCourse, forkCourse, markTurn, openCourse, rolesOf, tokensLeftOut, type Course } from './course.ts';
import type { Source } from './objective/batch.ts';
import { playTurn } from './playTurn.ts';
import { isTrained, type SeatPlan } from './seatPlan.ts';

/** What every dialogue of a batch shares. */
export interface Table<State, S extends Scenario = Scenario, A extends Action = Action> {
  readonly environment: Environment<State, S, A>;
  readonly tokenizer: Tokenizer;
  readonly chatFormat: ChatFormat;
  readonly contextLength: number;
  readonly turnLimit: number;
  readonly strategyTokenLimit: number;
  readonly actionTokenLimit: number;
}

export interface EpisodePlan<State, S extends Scenario = Scenario> {
  readonly episodeId: string;
  readonly scenario: S;
  readonly seats: readonly [SeatPlan<State>, SeatPlan<State>];
  /** Coordinates of the episode's random streams; the same coordinates draw the same numbers. */
  readonly seed: number;
  readonly coordinates: readonly (string | number)[];
  /** Where the trained strategies come from; from the policy as it is trained, if nothing is said. */
  readonly source?: Source;
  /** The episode whose turns before `turnIndex` this one repeats: it draws that episode's numbers in them, and its own after. */
  readonly origin?: { readonly plan: EpisodePlan<State, S>; readonly turnIndex: number };
  /** The state whose strategies are compared with one another; turns before it are read, but not learned from. */
  readonly stem?: TurnOfEpisode;
}

/** A moment: before this turn of this episode. */
export interface TurnOfEpisode {
  readonly episodeId: string;
  /** Both seats counted, from 0. */
  readonly turnIndex: number;
}

/** One decision as it was played, with the tokens that were drawn for it. */
export interface PlayedTurn<A extends Action = Action> {
  readonly turnIndex: number;
  readonly seat: SeatIndex;
  readonly board: string;
  readonly strategy: string | null;
  readonly strategyReading: StrategyReading | null;
  readonly utterance: string;
  readonly action: A;
  readonly offerValue: number | null;
  readonly proposalValue: number | null;
  /** Whether it put a proposal on the table. */
  readonly isProposal: boolean;
  readonly turnsLeft: number;
  /** Drawn strategy tokens and where they begin in the seat's strategist context; null when no model drew it. */
  readonly sample: (Sample & { readonly firstIndex: number }) | null;
  /** Where the utterance begins in the seat's agent context: everything before it was the agent's prompt; null for scripts. */
  readonly utteranceIndex: number | null;
}

export interface PlayedEpisode<S extends Scenario = Scenario, A extends Action = Action> {
  readonly episodeId: string;
  readonly scenario: S;
  readonly outcome: Outcome;
  readonly turns: readonly PlayedTurn<A>[];
  readonly source: Source;
  /** The episode that it shares its first turns with; null when it began anew. */
  readonly origin: TurnOfEpisode | null;
  /** See `EpisodePlan`; null: it is compared from its beginning. */
  readonly stem: TurnOfEpisode | null;
  /**
   * Strategist contexts per seat, all tokens in order: what is trained on. Help that is left out of training is not in
   * them, and `firstIndex` counts without it. Null where no model is strategist.
   */
  readonly contexts: readonly [readonly number[] | null, readonly number[] | null];
  /** What each strategist read before that and only while it sampled; empty without such help. */
  readonly helps: readonly [readonly number[], readonly number[]];
  /** Agent contexts per seat; null for scripts. */
  readonly agentContexts: readonly [readonly number[] | null, readonly number[] | null];
  readonly trainedSeats: readonly SeatIndex[];
  /** Of each seat, how likely the policy holds its best outcome before each own turn; absent where nobody asked. */
  readonly beliefs?: readonly [readonly number[] | null, readonly number[] | null];
  /** What the dialogue was worth to both seats before each turn and at its end; absent where nobody asked. */
  readonly worths?: readonly Worth[];
  /** What others made of it afterwards; absent where nobody was asked. */
  readonly verdicts?: Verdicts;
}

/** Mean points of both seats, 0–10; null where nobody can tell. */
export type Worth = readonly [number | null, number | null];

export interface Verdicts {
  /** Of each seat's turns; null where it was not judged. */
  readonly judgements: readonly [Judgement | null, Judgement | null];
  /** Where its goals had to be scored by an evaluator, and could be. */
  readonly evaluation: SocialEvaluation | null;
}

/** What a streamed episode tells while it is played. */
export interface Listener<A extends Action = Action> {
  onStrategy?(turnIndex: number, seat: SeatIndex, text: string): void;
  onUtterance?(turnIndex: number, seat: SeatIndex, text: string): void;
  onTurn?(turn: PlayedTurn<A>): void;
}

/** Cache slots that an episode needs: one per context that its seats open. */
export function contextCount<State>({ seats }: Pick<EpisodePlan<State>, 'seats'>): number {
  return seats.reduce((count, { strategist, agent }) => {
    const reads = strategist?.kind === 'model' || strategist?.kind === 'expert';
    const isShared =
      reads &&
      agent.kind === 'model' &&
      agent.speaker === strategist.speaker &&
      !(strategist.kind === 'model' && strategist.help);
    return count + (reads ? 1 : 0) + (agent.kind === 'model' && !isShared ? 1 : 0);
  }, 0);
}

/**
 * Plays one episode: observation → strategy → action, seat after seat. A seat's contexts hold its own view only; text
 * that crosses from one role to another is tokenised once, by its receiver.
 */
export function* playEpisode<State, S extends Scenario = Scenario, A extends Action = Action>(
  table: Table<State, S, A>,
  plan: EpisodePlan<State, S>,
  desk: Desk,
  listener: Listener<A> = {},
): Writer<PlayedEpisode<S, A>> {
  return yield* playToEnd(table, plan, openCourse(table, plan, desk), listener);
}

/**
 * What is done with a dialogue that is over, while its contexts are still there to be forked.
 * @returns the episode as it goes on record
 */
export type Afterwards<State, S extends Scenario = Scenario, A extends Action = Action> = (
  played: PlayedEpisode<S, A>,
  plan: EpisodePlan<State, S>,
  course: Course<State, A>,
) => Writer<PlayedEpisode<S, A>>;

/**
 * Plays an episode, then others that branch off from it, one after the other: what a branch shares with the episode is
 * copied within the cache and not fed again. A branch without an origin begins anew. Takes twice the slots of an episode,
 * and what `afterwards` takes.
 *
 * @param branchesOf the plans of the branches, once the episode is over; origins must be turns of the episode
 * @returns the episode and its branches, in order
 */
export function* playBranches<State, S extends Scenario = Scenario, A extends Action = Action>(
  table: Table<State, S, A>,
  plan: EpisodePlan<State, S>,
  branchesOf: (played: PlayedEpisode<S, A>) => readonly EpisodePlan<State, S>[],
  desk: Desk,
  listener: Listener<A> = {},
  afterwards: Afterwards<State, S, A> = keepAsIs,
): Writer<readonly PlayedEpisode<S, A>[]> {
  const trunk = openCourse(table, plan, desk);
  const played = yield* playToEnd(table, plan, trunk, listener);
  const episodes = [yield* afterwards(played, plan, trunk)];
  for (const branch of branchesOf(played)) {
    const course = branch.origin ? forkCourse(trunk, branch.origin.turnIndex) : openCourse(table, branch, desk);
    episodes.push(yield* afterwards(yield* playToEnd(table, branch, course, {}), branch, course));
    closeCourse(course);
  }
  return episodes;
}

/** Plays on from before a turn of a dialogue, as `plan` says, and gives the slots back. */
export function* playFrom<State, S extends Scenario = Scenario, A extends Action = Action>(
  table: Table<State, S, A>,
  plan: EpisodePlan<State, S>,
  course: Course<State, A>,
  turnIndex: number,
): Writer<PlayedEpisode<S, A>> {
  const fork = forkCourse(course, turnIndex);
  const played = yield* playToEnd(table, plan, fork, {});
  closeCourse(fork);
  return played;
}

/** Asks nothing of anybody. */
function* keepAsIs<Played>(played: Played): Writer<Played> {
  return played;
}

function* playToEnd<State, S extends Scenario, A extends Action>(
  table: Table<State, S, A>,
  plan: EpisodePlan<State, S>,
  course: Course<State, A>,
  listener: Listener<A>,
): Writer<PlayedEpisode<S, A>> {
  const { environment, chatFormat } = table;
  const { contexts, turns } = course;
  for (;;) {
    const seat = environment.seatToMove(course.state);
    if (seat === null || !hasRoom(table, course, environment.board(course.state, seat))) break;
    markTurn(course);
    const turn = yield* playTurn(table, plan, course.state, seat, contexts[seat], turns, listener);
    turns.push(turn);
    listener.onTurn?.(turn);
    course.state = environment.step(course.state, turn.action);
    const heard = chatFormat.partnerTurn(turn.utterance);
    const listeners = rolesOf(contexts[otherSeat(seat)]);
    if (listeners.some((context) => context.tokenIds.length + heard.length > table.contextLength)) break;
    for (const context of listeners) context.append(heard);
  }
  return ended(table, plan, course);
}

function ended<State, S extends Scenario, A extends Action>(
  { environment }: Table<State, S, A>,
  plan: EpisodePlan<State, S>,
  { state, turns, contexts }: Course<State, A>,
): PlayedEpisode<S, A> {
  const { episodeId, scenario, seats, source = 'policy', origin, stem = null } = plan;
  const trainedOn = (seat: SeatIndex) => contexts[seat].strategist?.tokenIds.slice(tokensLeftOut(seats[seat])) ?? null;
  const readOnly = (seat: SeatIndex) => contexts[seat].strategist?.tokenIds.slice(0, tokensLeftOut(seats[seat])) ?? [];
  return {
    episodeId,
    scenario,
    outcome: environment.outcome(state) ?? contextFull(environment, scenario),
    turns,
    source,
    origin: origin ? { episodeId: origin.plan.episodeId, turnIndex: origin.turnIndex } : null,
    stem,
    contexts: [trainedOn(0), trainedOn(1)],
    helps: [readOnly(0), readOnly(1)],
    agentContexts: [contexts[0].agent?.tokenIds ?? null, contexts[1].agent?.tokenIds ?? null],
    trainedSeats: ([0, 1] as const).filter((seat) => isTrained(seats[seat])),
  };
}

/** Nothing was reached, as far as rules can tell. */
function contextFull<State, S extends Scenario, A extends Action>(
  { unscored }: Pick<Environment<State, S, A>, 'unscored'>,
  scenario: S,
): Outcome {
  const unknown = unscored?.(scenario) ?? [];
  const outcome = { endReason: 'context-full', points: [0, 0], isParetoOptimal: false } as const;
  return unknown.length > 0 ? { ...outcome, unscored: unknown } : outcome;
}

/** Whether every context can hold one more turn of the longest kind; a few tokens are the format's own. */
function hasRoom<State, S extends Scenario, A extends Action>(
  table: Table<State, S, A>,
  { contexts }: Course<State, A>,
  board: string,
): boolean {
  const formatTokens = 8 + table.chatFormat.openAction.length;
  const boardTokens = table.chatFormat.openOwnTurn(board).length;
  const turnTokens = boardTokens + table.strategyTokenLimit + table.actionTokenLimit + formatTokens;
  return contexts.flatMap(rolesOf).every((context) => context.tokenIds.length + turnTokens <= table.contextLength);
}
