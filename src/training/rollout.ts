import { RandomStream } from '../base/random.ts';
import type { AnyAction, AnyScenario, Environment, Outcome } from '../environment/environment.ts';
import type { Action, StrategyReading } from '../record/episode.ts';
import type { Scenario, SeatIndex } from '../record/scenario.ts';
import type { ChatFormat } from '../policy/chatFormat.ts';
import type { Decoder } from '../policy/engine.ts';
import { Context, type Sample, type SampleRequest, type Writer } from '../policy/generate.ts';
import type { Tokenizer } from '../policy/tokenizer.ts';

/** What every dialogue of a batch shares. */
export interface Table<State, S extends AnyScenario = Scenario, A extends AnyAction = Action> {
  readonly environment: Environment<State, S, A>;
  readonly tokenizer: Tokenizer;
  readonly chatFormat: ChatFormat;
  readonly contextLength: number;
  readonly turnLimit: number;
  readonly strategyTokenLimit: number;
  readonly actionTokenLimit: number;
}

/** A rule that writes: what a script says, or the strategy that is given to an agent. */
export type Script<State> = (state: State, seat: SeatIndex, random: RandomStream) => string;

/** Who decides for a seat: a strategist (or nobody), and an agent that carries the strategy out. */
export interface SeatPlan<State> {
  readonly strategist:
    | {
        readonly kind: 'model';
        readonly decoder: Decoder;
        readonly temperature: number;
        readonly isTrained: boolean;
      }
    | { readonly kind: 'script'; readonly write: Script<State> }
    | null;
  readonly agent:
    | { readonly kind: 'model'; readonly decoder: Decoder; readonly temperature: number }
    | { readonly kind: 'script'; readonly speak: Script<State> };
}

export interface EpisodePlan<State, S extends AnyScenario = Scenario> {
  readonly episodeId: string;
  readonly scenario: S;
  readonly seats: readonly [SeatPlan<State>, SeatPlan<State>];
  /** Coordinates of the episode's random streams; the same coordinates draw the same numbers. */
  readonly seed: number;
  readonly coordinates: readonly (string | number)[];
}

/** One decision as it was played, with the tokens that were drawn for it. */
export interface PlayedTurn<A extends AnyAction = Action> {
  readonly turnIndex: number;
  readonly seat: SeatIndex;
  readonly board: string;
  readonly strategy: string | null;
  readonly strategyReading: StrategyReading | null;
  readonly utterance: string;
  readonly action: A;
  readonly offerValue: number | null;
  readonly proposalValue: number | null;
  readonly turnsLeft: number;
  /** Drawn strategy tokens and where they begin in the seat's strategist context; null when no model drew it. */
  readonly sample: (Sample & { readonly firstIndex: number }) | null;
  /** Where the utterance begins in the seat's agent context: everything before it was the agent's prompt; null for scripts. */
  readonly utteranceIndex: number | null;
}

export interface PlayedEpisode<S extends AnyScenario = Scenario, A extends AnyAction = Action> {
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
export interface Listener<A extends AnyAction = Action> {
  onStrategy?(turnIndex: number, seat: SeatIndex, text: string): void;
  onUtterance?(turnIndex: number, seat: SeatIndex, text: string): void;
  onTurn?(turn: PlayedTurn<A>): void;
}

/** Slots of decoders, handed out once each per batch. */
export class SlotCounter {
  private readonly next = new Map<Decoder, number>();

  open(decoder: Decoder): Context {
    const slot = this.next.get(decoder) ?? 0;
    if (slot >= decoder.slotCount) throw new RangeError(`a batch needs more than ${decoder.slotCount} cache slots`);
    this.next.set(decoder, slot + 1);
    return new Context(decoder, slot);
  }
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
export function* playEpisode<State, S extends AnyScenario = Scenario, A extends AnyAction = Action>(
  table: Table<State, S, A>,
  plan: EpisodePlan<State, S>,
  slots: SlotCounter,
  listener: Listener<A> = {},
): Writer<PlayedEpisode<S, A>> {
  const { environment, chatFormat } = table;
  let state = environment.start(plan.scenario, table.turnLimit);
  const contexts = ([0, 1] as const).map((seat) => openSeat(table, plan, seat, slots)) as [SeatContexts, SeatContexts]; // one per seat
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

/** Whether the seat's strategies are drawn from the policy in training. */
export function isTrained<State>({ strategist }: SeatPlan<State>): boolean {
  return strategist?.kind === 'model' && strategist.isTrained;
}

function openSeat<State, S extends AnyScenario, A extends AnyAction>(
  table: Table<State, S, A>,
  plan: EpisodePlan<State, S>,
  seat: SeatIndex,
  slots: SlotCounter,
): SeatContexts {
  const { strategist, agent } = plan.seats[seat];
  const view = table.chatFormat.openView(table.environment.view(plan.scenario, seat));
  const open = (decoder: Decoder) => {
    const context = slots.open(decoder);
    context.append(view);
    return context;
  };
  const advised = strategist?.kind === 'model' ? open(strategist.decoder) : null;
  if (agent.kind === 'script') return { strategist: advised, agent: null };
  return { strategist: advised, agent: advised?.decoder === agent.decoder ? advised : open(agent.decoder) };
}

/** The seat's contexts, each once. */
const rolesOf = ({ strategist, agent }: SeatContexts): Context[] => [
  ...new Set([strategist, agent].filter((context) => context !== null)),
];

/** Whether every context can hold one more turn of the longest kind; a few tokens are the format's own. */
function hasRoom<State, S extends AnyScenario, A extends AnyAction>(
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

function* playTurn<State, S extends AnyScenario, A extends AnyAction>(
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
      random: random('strategy'),
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
      random: random('utterance'),
      onToken: listener.onUtterance && ((ids) => listener.onUtterance?.(turnIndex, seat, tokenizer.decode(ids))),
    };
    utterance = tokenizer.decode(spoken.tokenIds);
    if (!spoken.isComplete) agent.append([chatFormat.actionEnd]);
  } else if (players.agent.kind === 'script') {
    utterance = players.agent.speak(state, seat, random('script'));
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
    offerValue: environment.offerValue(state, seat),
    proposalValue: environment.proposalValue(state, seat),
    turnsLeft: environment.turnsLeft(state, seat),
    sample,
    utteranceIndex,
  };
}
