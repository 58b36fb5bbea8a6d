import { rulePlayer } from '../src/agent/rulePlayers.ts';
import type { AskedAgent, Deed } from '../src/agent/askedAgent.ts';
import type { Chat } from '../src/agent/chat/chat.ts';
import { AppError, assertNever } from '../src/base/errors.ts';
import { Owner } from '../src/base/owner.ts';
import type { RandomStream } from '../src/base/random.ts';
import { expectEnvironmentFor, type AnyEnvironment } from '../src/environment/registry.ts';
import type { ChatFormat } from '../src/policy/chatFormat.ts';
import type { FrozenWeights, Speaker } from '../src/policy/engine.ts';
import { imposed, runWriters, type Writer } from '../src/policy/generate.ts';
import type { Checkpoint } from '../src/record/checkpoint.ts';
import { isEnvironmentName } from '../src/record/environmentName.ts';
import { otherSeat, type SeatIndex } from '../src/record/scenario.ts';
import { castOf } from '../src/training/cast.ts';
import { contextCount, playEpisode, type EpisodePlan, type PlayedTurn, type Table } from '../src/training/rollout.ts';
import { serverMissing, thoughtless, worldSeat, type SeatPlan } from '../src/training/seatPlan.ts';
import { assertSuits, trainedIn } from '../src/training/trainerState.ts';
import type { PlayOrder, PlayTurn } from './playProtocol.ts';
import type { OpenModel } from './workbench.ts';

/** The text so far of what the turn's strategist or agent is writing. */
export type TellText = (role: 'strategist' | 'agent', text: string) => void;

interface Players {
  readonly open: Pick<OpenModel, 'model' | 'engine'>;
  readonly base: FrozenWeights;
  /** The strategist's weights; null: the base. */
  readonly checkpoint: Checkpoint | null;
  /** null: the agent is on no chat server, and not the browser's own. */
  readonly chat: Chat | null;
}

/**
 * The next turn of one seat of a play: whole where its agent is a model, a rule or a chat server, and only its strategy where a
 * person sits there. The dialogue so far is played again by the trainer's own `playEpisode`, with every earlier draw and word
 * put in its place, so that a play reads exactly as a rollout does.
 *
 * @throws AppError `scenario-unknown`, `play-over`, `player-unknown`, `agent-thoughtless`, `checkpoint-model`, `chat-…`; the
 *   signal's reason when it is aborted
 */
export async function takeTurn(
  order: PlayOrder,
  { open: { model, engine }, base, checkpoint, chat }: Players,
  signal: AbortSignal,
  tell: TellText,
): Promise<PlayTurn> {
  const { scenario, seat, turns, turnLimit, strategyTokenLimit, actionTokenLimit } = order;
  const environment = expectEnvironmentFor(scenario);
  if (checkpoint) assertSuits(checkpoint, model.config);
  using resources = new Owner();
  const policy = checkpoint ? resources.own(engine.createPolicy(base, trainedIn(checkpoint))) : base;
  const { chatFormat, tokenizer } = model;
  const deeds: Deed[] = [];
  const own = ownSeat(order, environment, { base, policy, chat }, deeds);
  const other: SeatPlan<unknown> = worldSeat(environment) ?? {
    strategist: null,
    agent: recital(order, otherSeat(seat)),
  };
  const plan: EpisodePlan<unknown> = {
    episodeId: 'play',
    scenario,
    seats: seat === 0 ? [own, other] : [other, own],
    seed: order.seed,
    coordinates: ['play'],
  };
  const table: Table<unknown> = {
    environment,
    tokenizer,
    chatFormat,
    contextLength: model.config.contextLength,
    turnLimit,
    strategyTokenLimit,
    actionTokenLimit,
  };
  const speakers = policy === base ? [base] : [policy, base];
  const slotCount = contextCount(plan);
  using decoder = engine.createDecoder(speakers, Math.max(1, slotCount));
  const taken: { turn: PlayedTurn | null; draws: (readonly number[])[] } = { turn: null, draws: [] };
  const now = (turnIndex: number) => turnIndex === turns.length;
  const dialogue = (desk: Parameters<typeof playEpisode>[2]) =>
    playEpisode(table, plan, desk, {
      onStrategy: (turnIndex, _seat, text) => now(turnIndex) && tell('strategist', text),
      onUtterance: (turnIndex, _seat, text) => now(turnIndex) && tell('agent', text),
      onTurn: (turn) => {
        if (now(turn.turnIndex)) taken.turn = turn;
      },
    });
  const earlier = earlierDraws(order, own, chatFormat);
  const job = {
    slotCount,
    start: (desk: Parameters<typeof playEpisode>[2]) =>
      oneMore(dialogue(desk), earlier, taken.draws, () => taken.turn !== null),
  };
  for await (const step of runWriters(decoder, [job], signal)) void step;
  const { turn, draws } = taken;
  if (!turn || turn.seat !== seat) throw playOver();
  const { strategy, utterance } = turn;
  const unreadable = deeds.at(-1)?.unreadable ?? null;
  return { seat, strategy, utterance, unreadable, draws: draws.map((ids) => [...ids]) };
}

/** Plays on until `isTaken`: earlier requests get what was drawn then, and what is drawn now is put into `draws`. */
function* oneMore(
  dialogue: Writer<unknown>,
  earlier: readonly (readonly number[])[],
  draws: (readonly number[])[],
  isTaken: () => boolean,
): Writer<void> {
  let nextEarlier = 0;
  let step = dialogue.next(undefined);
  while (!step.done && !isTaken()) {
    const request = step.value;
    const known = 'work' in request ? undefined : earlier[nextEarlier++];
    if (!('work' in request) && known) {
      step = dialogue.next(imposed(request, known));
      continue;
    }
    const sample = yield request;
    if (sample) draws.push(sample.tokenIds);
    step = dialogue.next(sample);
  }
}

interface Voices {
  readonly base: Speaker;
  readonly policy: Speaker;
  readonly chat: Chat | null;
}

/** @param deeds gets what an agent on a server has done now */
function ownSeat(
  order: PlayOrder,
  environment: AnyEnvironment,
  { base, policy, chat }: Voices,
  deeds: Deed[],
): SeatPlan<unknown> {
  const { strategist, agent, seat, turns } = order;
  const thinks = strategist.kind === 'own';
  if (thinks && agent.kind !== 'chat' && agent.kind !== 'browser') throw thoughtless();
  const temperature = order.strategistTemperature;
  const adviser: SeatPlan<unknown>['strategist'] =
    strategist.kind === 'model'
      ? { kind: 'model', speaker: policy, temperature, isTrained: false }
      : strategist.kind === 'fixed'
        ? { kind: 'script', write: () => strategist.text }
        : null;
  switch (agent.kind) {
    case 'model':
      return { strategist: adviser, agent: { kind: 'model', speaker: base, temperature: order.agentTemperature } };
    case 'person':
      return { strategist: adviser, agent: recital(order, seat) };
    case 'script':
      return { strategist: adviser, agent: recital(order, seat, speakerOf(order, environment, agent.name)) };
    case 'browser':
    case 'chat': {
      const act = castOf(environment, order, base, chat).chat;
      if (!act) throw serverMissing('agent', 'The partner is on a chat server.');
      return { strategist: adviser, agent: { kind: 'asked', act: remembered(act, turns, deeds), thinks } };
    }
    default:
      return assertNever(agent);
  }
}

/** An agent that did in earlier turns what it did: nobody is asked twice. */
function remembered(act: AskedAgent<unknown>, turns: readonly PlayTurn[], deeds: Deed[]): AskedAgent<unknown> {
  return async (moment, signal) => {
    const known = turns[moment.history.length];
    if (known) {
      const ownStrategy = moment.advice.kind === 'own' ? known.strategy : null;
      return { utterance: known.utterance, ownStrategy, unreadable: known.unreadable };
    }
    const deed = await act(moment, signal);
    deeds.push(deed);
    return deed;
  };
}

/** Says what the seat has said, turn by turn; then what `goOn` says, or nothing. */
function recital(
  { turns }: Pick<PlayOrder, 'turns'>,
  seat: SeatIndex,
  goOn: (state: unknown, random: RandomStream) => string = () => '',
): SeatPlan<unknown>['agent'] {
  const utterances = turns.flatMap((turn) => (turn.seat === seat ? [turn.utterance] : []));
  let next = 0;
  return { kind: 'script', speak: (state, _seat, random) => utterances[next++] ?? goOn(state, random) };
}

function speakerOf({ scenario, seat, seed }: PlayOrder, environment: AnyEnvironment, name: string) {
  const speak = isEnvironmentName(environment.name) ? rulePlayer(environment.name, name, scenario, seat, seed) : null;
  if (!speak) throw playerUnknown(name);
  return (state: unknown, random: RandomStream) => speak(state, seat, random);
}

/**
 * What models drew in the seat's earlier turns, in the order in which they were asked. Turns in which somebody else sat there,
 * before an adviser came for example, are tokenised as their hearer reads them.
 */
function earlierDraws(
  { turns, seat }: PlayOrder,
  { strategist, agent }: SeatPlan<unknown>,
  chatFormat: Pick<ChatFormat, 'strategy' | 'action'>,
): (readonly number[])[] {
  const isAdvised = strategist?.kind === 'model';
  const isSpoken = agent.kind === 'model';
  const expected = (isAdvised ? 1 : 0) + (isSpoken ? 1 : 0);
  return turns.flatMap((turn) => {
    if (turn.seat !== seat) return [];
    if (turn.draws.length === expected) return turn.draws;
    return [
      ...(isAdvised ? [chatFormat.strategy(turn.strategy ?? '')] : []),
      ...(isSpoken ? [chatFormat.action(turn.utterance)] : []),
    ];
  });
}

function playOver(): AppError {
  return new AppError('play-over', {
    what: 'Nothing more can be said in this play.',
    why: 'It is over, it is another seat’s turn, or it has grown longer than the model can read.',
    fix: 'Start again, and use fewer words.',
  });
}

function playerUnknown(name: string): AppError {
  return new AppError('player-unknown', {
    what: `Nobody plays as “${name}” here.`,
    why: 'This environment has no rule-made player of that name.',
    fix: 'Choose another partner.',
  });
}
