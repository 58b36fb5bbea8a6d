import { RandomStream } from '../base/random.ts';
import type { Environment, Outcome } from '../environment/environment.ts';
import type { Action, StrategyReading } from '../record/episode.ts';
import type { Scenario, SeatIndex } from '../record/scenario.ts';
import type { ChatFormat } from '../policy/chatFormat.ts';
import type { Decoder } from '../policy/engine.ts';
import { Context, type Sample, type SampleRequest, type Writer } from '../policy/generate.ts';
import type { Tokenizer } from '../policy/tokenizer.ts';

/** What every dialogue of a batch shares. */
export interface Table<State> {
  readonly environment: Environment<State>;
  readonly tokenizer: Tokenizer;
  readonly chatFormat: ChatFormat;
  readonly contextLength: number;
  readonly turnLimit: number;
  readonly strategyTokenLimit: number;
  readonly actionTokenLimit: number;
}

/** Who decides for a seat: a strategist (or nobody), and an agent that carries the strategy out. */
export interface SeatPlan<State> {
  readonly strategist: { readonly decoder: Decoder; readonly temperature: number; readonly isTrained: boolean } | null;
  readonly agent:
    | { readonly kind: 'model'; readonly decoder: Decoder; readonly temperature: number }
    | { readonly kind: 'script'; readonly speak: (state: State, seat: SeatIndex, random: RandomStream) => string };
}

export interface EpisodePlan<State> {
  readonly episodeId: string;
  readonly scenario: Scenario;
  readonly seats: readonly [SeatPlan<State>, SeatPlan<State>];
  /** Coordinates of the episode's random streams; the same coordinates draw the same numbers. */
  readonly seed: number;
  readonly coordinates: readonly (string | number)[];
}

/** One decision as it was played, with the tokens that were drawn for it. */
export interface PlayedTurn {
  readonly turnIndex: number;
  readonly seat: SeatIndex;
  readonly board: string;
  readonly strategy: string | null;
  readonly strategyReading: StrategyReading | null;
  readonly utterance: string;
  readonly action: Action;
  readonly offerValue: number | null;
  readonly proposalValue: number | null;
  readonly turnsLeft: number;
  /** Drawn strategy tokens and where they begin in the seat's strategist context; null without a strategist. */
  readonly sample: (Sample & { readonly firstIndex: number }) | null;
  /** Where the utterance begins in the seat's agent context: everything before it was the agent's prompt; null for scripts. */
  readonly utteranceIndex: number | null;
}

export interface PlayedEpisode {
  readonly episodeId: string;
  readonly scenario: Scenario;
  readonly outcome: Outcome;
  readonly turns: readonly PlayedTurn[];
  /** Strategist contexts per seat, all tokens in order; null without a strategist. */
  readonly contexts: readonly [readonly number[] | null, readonly number[] | null];
  /** Agent contexts per seat; null for scripts. */
  readonly agentContexts: readonly [readonly number[] | null, readonly number[] | null];
  readonly trainedSeats: readonly SeatIndex[];
}

/** What a streamed episode tells while it is played. */
export interface Listener {
  onStrategy?(turnIndex: number, seat: SeatIndex, text: string): void;
  onUtterance?(turnIndex: number, seat: SeatIndex, text: string): void;
  onTurn?(turn: PlayedTurn): void;
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

/** The contexts of one seat: what its strategist reads and what its agent reads (arXiv 2502.12486, equations 1 and 2). */
interface SeatContexts {
  readonly strategist: Context | null;
  readonly agent: Context | null;
}

/**
 * Plays one episode: observation → strategy → action, seat after seat. A seat's contexts hold its own view only; text
 * that crosses from one role to another is tokenised once, by its receiver.
 */
export function* playEpisode<State>(
  table: Table<State>,
  plan: EpisodePlan<State>,
  slots: SlotCounter,
  listener: Listener = {},
): Writer<PlayedEpisode> {
  const { environment, chatFormat } = table;
  let state = environment.start(plan.scenario, table.turnLimit);
  const contexts = ([0, 1] as const).map((seat) => openSeat(table, plan, seat, slots)) as [SeatContexts, SeatContexts]; // one per seat
  const turns: PlayedTurn[] = [];
  for (;;) {
    const seat = environment.seatToMove(state);
    if (seat === null || !hasRoom(table, contexts, environment.board(state, seat))) break;
    const turn = yield* playTurn(table, plan, state, seat, contexts[seat], turns.length, listener);
    turns.push(turn);
    listener.onTurn?.(turn);
    for (const context of bothRoles(contexts[seat === 0 ? 1 : 0]))
      context.append(chatFormat.partnerTurn(turn.utterance));
    state = environment.step(state, turn.action);
  }
  return {
    episodeId: plan.episodeId,
    scenario: plan.scenario,
    outcome: environment.outcome(state) ?? { endReason: 'context-full', points: [0, 0], isParetoOptimal: false },
    turns,
    contexts: [contexts[0].strategist?.tokenIds ?? null, contexts[1].strategist?.tokenIds ?? null],
    agentContexts: [contexts[0].agent?.tokenIds ?? null, contexts[1].agent?.tokenIds ?? null],
    trainedSeats: ([0, 1] as const).filter((seat) => plan.seats[seat].strategist?.isTrained),
  };
}

function openSeat<State>(
  table: Table<State>,
  plan: EpisodePlan<State>,
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
  return {
    strategist: strategist && open(strategist.decoder),
    agent: agent.kind === 'model' ? open(agent.decoder) : null,
  };
}

const bothRoles = ({ strategist, agent }: SeatContexts): Context[] =>
  [strategist, agent].filter((context) => context !== null);

/** Whether every context can hold one more turn of the longest kind; a few tokens are the format's own. */
function hasRoom<State>(table: Table<State>, contexts: readonly SeatContexts[], board: string): boolean {
  const formatTokens = 8;
  const boardTokens = table.chatFormat.openOwnTurn(board).length;
  const turnTokens = boardTokens + table.strategyTokenLimit + table.actionTokenLimit + formatTokens;
  return contexts.flatMap(bothRoles).every((context) => context.tokenIds.length + turnTokens <= table.contextLength);
}

function* playTurn<State>(
  table: Table<State>,
  plan: EpisodePlan<State>,
  state: State,
  seat: SeatIndex,
  { strategist, agent }: SeatContexts,
  turnIndex: number,
  listener: Listener,
): Generator<SampleRequest, PlayedTurn, Sample> {
  const { environment, chatFormat, tokenizer } = table;
  const players = plan.seats[seat];
  const random = (purpose: string) => new RandomStream(plan.seed, purpose, ...plan.coordinates, seat, turnIndex);
  const board = environment.board(state, seat);
  for (const context of bothRoles({ strategist, agent })) context.append(chatFormat.openOwnTurn(board));

  let strategy: string | null = null;
  let sample: PlayedTurn['sample'] = null;
  if (strategist && players.strategist) {
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
    agent.append(chatFormat.strategy(strategy ?? ''));
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
  strategist?.append(chatFormat.action(utterance));

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
