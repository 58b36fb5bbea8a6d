import type { Action } from '../record/episode.ts';
import type { Scenario, SeatIndex } from '../record/scenario.ts';
import type { Speaker } from '../policy/engine.ts';
import type { Context, Desk } from '../policy/generate.ts';
import type { EpisodePlan, PlayedTurn, Table } from './rollout.ts';
import type { SeatPlan } from './seatPlan.ts';

/**
 * The contexts of one seat: what its strategist reads and what its agent reads (arXiv 2502.12486, equations 1 and 2).
 * The same context twice where both are the same weights: they would read the same text.
 */
export interface SeatContexts {
  readonly strategist: Context | null;
  readonly agent: Context | null;
}
type BothSeats = readonly [SeatContexts, SeatContexts];

/** Where a turn began: what was the case, and how long every context was. */
interface Mark<State> {
  readonly state: State;
  /** Per seat, in the order of `rolesOf`. */
  readonly lengths: readonly [readonly number[], readonly number[]];
}

/** An episode under way. Owns its contexts; whoever goes back in it forks them. */
export interface Course<State, A extends Action = Action> {
  readonly contexts: BothSeats;
  readonly turns: PlayedTurn<A>[];
  readonly marks: Mark<State>[];
  state: State;
}

/** The beginning: every context holds its view, and before it whatever its strategist is helped with. */
export function openCourse<State, S extends Scenario, A extends Action>(
  table: Table<State, S, A>,
  plan: EpisodePlan<State, S>,
  desk: Desk,
): Course<State, A> {
  const state = table.environment.start(plan.scenario, table.turnLimit);
  const contexts: BothSeats = [openSeat(table, plan, 0, desk), openSeat(table, plan, 1, desk)];
  return { contexts, turns: [], marks: [], state };
}

/** To be called when a turn is about to begin. */
export function markTurn<State, A extends Action>(course: Course<State, A>): void {
  const lengthsOf = (seat: SeatContexts) => rolesOf(seat).map(({ tokenIds }) => tokenIds.length);
  const [first, second] = course.contexts;
  course.marks.push({ state: course.state, lengths: [lengthsOf(first), lengthsOf(second)] });
}

/**
 * A second course that has the turns before `turnIndex` in common with this one. What they fed need not be fed again.
 * @throws RangeError when the course never came to that turn
 */
export function forkCourse<State, A extends Action>(course: Course<State, A>, turnIndex: number): Course<State, A> {
  const mark = course.marks[turnIndex];
  if (!mark)
    throw new RangeError(`forkCourse: the episode has ${course.marks.length} turns, none is number ${turnIndex}`);
  const [first, second] = course.contexts;
  return {
    contexts: [forkSeat(first, mark.lengths[0]), forkSeat(second, mark.lengths[1])],
    turns: course.turns.slice(0, turnIndex),
    marks: course.marks.slice(0, turnIndex),
    state: mark.state,
  };
}

/** Gives the slots back. */
export function closeCourse<State, A extends Action>({ contexts }: Course<State, A>): void {
  for (const context of contexts.flatMap(rolesOf)) context.close();
}

/** Names the streams of random numbers of a turn: turns that are shared with another episode draw that one's numbers. */
export function coordinatesAt<State, S extends Scenario>(
  { origin, coordinates }: Pick<EpisodePlan<State, S>, 'origin' | 'coordinates'>,
  turnIndex: number,
): readonly (string | number)[] {
  return origin && turnIndex < origin.turnIndex ? coordinatesAt(origin.plan, turnIndex) : coordinates;
}

/** How many tokens at the beginning of the strategist's context its training sequence does not have. */
export function tokensLeftOut<State>({ strategist }: SeatPlan<State>): number {
  const help = strategist?.kind === 'model' ? strategist.help : undefined;
  return help && !help.isTrainedWith ? help.tokenIds.length : 0;
}

/** The seat's contexts, each once. */
export const rolesOf = ({ strategist, agent }: SeatContexts): Context[] => [
  ...new Set([strategist, agent].filter((context) => context !== null)),
];

function forkSeat(seat: SeatContexts, lengths: readonly number[]): SeatContexts {
  const copies = new Map(rolesOf(seat).map((context, index) => [context, context.fork(lengths[index])]));
  const copyOf = (context: Context | null) => (context && copies.get(context)) ?? null;
  return { strategist: copyOf(seat.strategist), agent: copyOf(seat.agent) };
}

function openSeat<State, S extends Scenario, A extends Action>(
  table: Table<State, S, A>,
  plan: EpisodePlan<State, S>,
  seat: SeatIndex,
  desk: Desk,
): SeatContexts {
  const { strategist, agent } = plan.seats[seat];
  const view = table.chatFormat.openView(table.environment.view(plan.scenario, seat));
  const open = (speaker: Speaker, help: readonly number[] = []) => {
    const context = desk.open(speaker);
    context.append(help);
    context.append(view);
    return context;
  };
  const help = strategist?.kind === 'model' ? strategist.help : undefined;
  const writes = strategist?.kind === 'model' || strategist?.kind === 'expert';
  const advised = writes ? open(strategist.speaker, help?.tokenIds) : null;
  if (agent.kind !== 'model') return { strategist: advised, agent: null };
  const isShared = advised?.speaker === agent.speaker && help === undefined;
  return { strategist: advised, agent: isShared ? advised : open(agent.speaker) };
}
