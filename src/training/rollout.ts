import { drawKey, RandomStream } from '../base/random.ts';
import type { Environment, Outcome } from '../environment/environment.ts';
import type { Action, StrategyReading } from '../record/episode.ts';
import type { Scenario, SeatIndex } from '../record/scenario.ts';
import type { ChatFormat } from '../policy/chatFormat.ts';
import type { Speaker } from '../policy/engine.ts';
import type { Context, Desk, Sample, SampleRequest, Writer } from '../policy/generate.ts';
import type { Tokenizer } from '../policy/tokenizer.ts';
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
  /** Strategist contexts per seat, all tokens in order; null where no model is strategist. */
  readonly contexts: readonly [readonly number[] | null, readonly number[] | null];
  /** Agent contexts per seat; null for scripts. */
  readonly agentContexts: readonly [readonly number[] | null, readonly number[] | null];
  readonly trainedSeats: readonly SeatIndex[];
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
    const speakers = [strategist, agent].map((player) => (player?.kind === 'model' ? player.speaker : null));
    return count + new Set(speakers.filter((speaker) => speaker !== null)).size;
  }, 0);
}

/**
 * The contexts of one seat: what its strategist reads and what its agent reads (arXiv 2502.12486, equations 1 and 2).
 * The same context twice where both are the same weights: they would read the same text.
 */
interface SeatContexts {
  readonly strategist: Context | null;
  readonly agent: Context | null;
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
  const { environment, chatFormat } = table;
  let state = environment.start(plan.scenario, table.turnLimit);
  const contexts = ([0, 1] as const).map((seat) => openSeat(table, plan, seat, desk)) as [SeatContexts, SeatContexts]; // one per seat
  const turns: PlayedTurn<A>[] = [];
  for (;;) {
    const seat = environment.seatToMove(state);
    if (seat === null || !hasRoom(table, contexts, environment.board(state, seat))) break;
    const turn = yield* playTurn(table, plan, state, seat, contexts[seat], turns.length, listener);
    turns.push(turn);
    listener.onTurn?.(turn);
    state = environment.step(state, turn.action);
    const heard = chatFormat.partnerTurn(turn.utterance);
    const listeners = rolesOf(contexts[seat === 0 ? 1 : 0]);
    if (listeners.some((context) => context.tokenIds.length + heard.length > table.contextLength)) break;
    for (const context of listeners) context.append(heard);
  }
  return {
    episodeId: plan.episodeId,
    scenario: plan.scenario,
    outcome: environment.outcome(state) ?? { endReason: 'context-full', points: [0, 0], isParetoOptimal: false },
    turns,
    contexts: [contexts[0].strategist?.tokenIds ?? null, contexts[1].strategist?.tokenIds ?? null],
    agentContexts: [contexts[0].agent?.tokenIds ?? null, contexts[1].agent?.tokenIds ?? null],
    trainedSeats: ([0, 1] as const).filter((seat) => isTrained(plan.seats[seat])),
  };
}

function openSeat<State, S extends Scenario, A extends Action>(
  table: Table<State, S, A>,
  plan: EpisodePlan<State, S>,
  seat: SeatIndex,
  desk: Desk,
): SeatContexts {
  const { strategist, agent } = plan.seats[seat];
  const view = table.chatFormat.openView(table.environment.view(plan.scenario, seat));
  const open = (speaker: Speaker) => {
    const context = desk.open(speaker);
    context.append(view);
    return context;
  };
  const advised = strategist?.kind === 'model' ? open(strategist.speaker) : null;
  if (agent.kind === 'script') return { strategist: advised, agent: null };
  return { strategist: advised, agent: advised?.speaker === agent.speaker ? advised : open(agent.speaker) };
}

/** The seat's contexts, each once. */
const rolesOf = ({ strategist, agent }: SeatContexts): Context[] => [
  ...new Set([strategist, agent].filter((context) => context !== null)),
];

/** Whether every context can hold one more turn of the longest kind; a few tokens are the format's own. */
function hasRoom<State, S extends Scenario, A extends Action>(
  table: Table<State, S, A>,
  contexts: readonly SeatContexts[],
  board: string,
): boolean {
  const formatTokens = 8;
  const boardTokens = table.chatFormat.openOwnTurn(board).length;
  const turnTokens = boardTokens + table.strategyTokenLimit + table.actionTokenLimit + formatTokens;
  return contexts.flatMap(rolesOf).every((context) => context.tokenIds.length + turnTokens <= table.contextLength);
}

/** What the receiver keeps of a text: at most `limit` tokens and the end. Read anew, a text may have grown. */
function clipped(tokenIds: readonly number[], limit: number): readonly number[] {
  return tokenIds.length <= limit + 1 ? tokenIds : [...tokenIds.slice(0, limit), ...tokenIds.slice(-1)];
}

function* playTurn<State, S extends Scenario, A extends Action>(
  table: Table<State, S, A>,
  plan: EpisodePlan<State, S>,
  state: State,
  seat: SeatIndex,
  { strategist, agent }: SeatContexts,
  turnIndex: number,
  listener: Listener<A>,
): Generator<SampleRequest, PlayedTurn<A>, Sample> {
  const { environment, chatFormat, tokenizer } = table;
  const players = plan.seats[seat];
  const random = (purpose: string) => new RandomStream(plan.seed, purpose, ...plan.coordinates, seat, turnIndex);
  const key = (purpose: string) => drawKey(plan.seed, purpose, ...plan.coordinates, seat, turnIndex);
  const board = environment.board(state, seat);
  for (const context of rolesOf({ strategist, agent })) context.append(chatFormat.openOwnTurn(board));

  let strategy: string | null = null;
  let sample: PlayedTurn['sample'] = null;
  if (players.strategist?.kind === 'script') {
    strategy = players.strategist.write(state, seat, random('given strategy'));
    listener.onStrategy?.(turnIndex, seat, strategy);
  } else if (strategist && players.strategist) {
    const firstIndex = strategist.tokenIds.length;
    const drawn = yield {
      context: strategist,
      stopToken: chatFormat.strategyEnd,
      tokenLimit: table.strategyTokenLimit,
      temperature: players.strategist.temperature,
      key: key('strategy'),
      onToken: listener.onStrategy && ((ids) => listener.onStrategy?.(turnIndex, seat, tokenizer.decode(ids))),
    };
    sample = { ...drawn, firstIndex };
    strategy = tokenizer.decode(drawn.tokenIds);
    // The cut strategy still needs its end in the context; that token was not drawn, so it is never trained on.
    if (!drawn.isComplete) strategist.append([chatFormat.strategyEnd]);
  }

  let utterance: string;
  let utteranceIndex: number | null = null;
  if (agent && players.agent.kind === 'model') {
    if (agent !== strategist) agent.append(clipped(chatFormat.strategy(strategy ?? ''), table.strategyTokenLimit));
    utteranceIndex = agent.tokenIds.length;
    const spoken = yield {
      context: agent,
      stopToken: chatFormat.actionEnd,
      tokenLimit: table.actionTokenLimit,
      temperature: players.agent.temperature,
      key: key('utterance'),
      onToken: listener.onUtterance && ((ids) => listener.onUtterance?.(turnIndex, seat, tokenizer.decode(ids))),
    };
    utterance = tokenizer.decode(spoken.tokenIds);
    if (!spoken.isComplete) agent.append([chatFormat.actionEnd]);
  } else if (players.agent.kind === 'script') {
    utterance = players.agent.speak(state, seat, random('script'), strategy);
  } else throw new Error('a model agent has a context');
  if (agent !== strategist) strategist?.append(clipped(chatFormat.action(utterance), table.actionTokenLimit));

  const action = environment.readAction(state, utterance);
  return {
    turnIndex,
    seat,
    board,
    strategy,
    strategyReading: strategy === null ? null : environment.readStrategy(state, strategy, action),
    utterance,
    action,
    offerValue: environment.offerValue?.(state, seat) ?? null,
    proposalValue: environment.proposalValue?.(state, seat) ?? null,
    isProposal: environment.isProposal?.(action) ?? false,
    turnsLeft: environment.turnsLeft(state, seat),
    sample,
    utteranceIndex,
  };
}
