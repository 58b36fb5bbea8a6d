import type { Chats } from '../src/agent/chat/chat.ts';
import { AppError } from '../src/base/errors.ts';
import { Owner } from '../src/base/owner.ts';
import { expectEnvironmentFor } from '../src/environment/registry.ts';
import type { Decoder } from '../src/policy/engine.ts';
import { loadFrozen } from '../src/policy/frozenWeights.ts';
import { drawn, runWriters, sampleRequest, type Job, type Writer } from '../src/policy/generate.ts';
import type { Checkpoint } from '../src/record/checkpoint.ts';
import type { SeatIndex } from '../src/record/scenario.ts';
import { forkOf, playOn, recordedDraws } from '../src/training/gather/playOn.ts';
import { contextCount, type EpisodePlan, type PlayedEpisode, type Table } from '../src/training/rollout.ts';
import { seatAgentModel } from '../src/training/agentModel.ts';
import { castOf } from '../src/training/cast.ts';
import { assertSuits, trainedIn } from '../src/training/trainerState.ts';
import { seatsOf, type Seats } from './forkSeats.ts';
import type { EngineMessage, Fork, ForkArm, ForkReplay } from './protocol.ts';
import type { RunModels } from './workbench.ts';

/** News of one fork, without its id. */
export type ForkNews =
  | Omit<Extract<EngineMessage, { kind: 'fork.opened' }>, 'forkId'>
  | Omit<Extract<EngineMessage, { kind: 'fork.progressed' }>, 'forkId'>;

/** Dialogues at once: as many as keep a batch full. */
const AT_ONCE = 64;

/** What all dialogues of a fork share. */
interface Stage {
  readonly fork: Fork;
  readonly table: Table<unknown>;
  /** Of the recorded dialogue. */
  readonly plan: EpisodePlan<unknown>;
  /** What models wrote before the turn. */
  readonly draws: readonly (readonly number[])[];
  readonly decoder: Decoder;
  readonly signal: AbortSignal;
}

/** A strategy to be tried, as the tokens that stand in the turn. */
interface Arm extends ForkArm {
  readonly tokenIds: readonly number[];
}

/**
 * Puts other strategies into one turn of a saved dialogue and plays its rest again and again: what a strategy is worth there,
 * measured instead of credited. The recorded strategy is always the first that is tried. Replays of one number draw the same
 * random numbers with every strategy, so that their differences are paired; whoever answers from outside the engine draws as
 * it likes. In the turns before, everybody does what is on record: nobody is asked.
 *
 * @param checkpoint plays the trained seats; null: the base does
 * @throws AppError `scenario-unknown`, `checkpoint-model`, `fork-no-strategist`, `fork-strategy-long`, or
 *   `fork-differs`; the signal's reason when it is aborted
 */
export async function playForks(
  fork: Fork,
  { model, engine, agentModel, chats }: RunModels & { readonly chats: Chats },
  checkpoint: Checkpoint | null,
  signal: AbortSignal,
  tell: (news: ForkNews) => void,
): Promise<void> {
  const { config, episode, traces, turnIndex } = fork;
  const environment = expectEnvironmentFor(episode.scenario);
  if (checkpoint) assertSuits(checkpoint, model.config);
  using resources = new Owner();
  const base = resources.own(await loadFrozen(engine, model, config.basePrecision));
  const policy = checkpoint ? resources.own(engine.createPolicy(base, trainedIn(checkpoint))) : base;
  const acting = await seatAgentModel(environment, agentModel, config, resources);
  const cast = castOf(environment, config, base, chats.agent, chats.browser, acting);
  const seats = seatsOf(fork, environment, policy, cast);
  const plan = recordedPlan(fork, seats);
  const most = Math.max(fork.drawCount, fork.replays * (1 + fork.strategies.length));
  const slotCount = Math.min(engine.slotLimit, contextCount(plan) * Math.min(AT_ONCE, most));
  const speakers = policy === base ? [base] : [policy, base];
  const { chatFormat, tokenizer } = model;
  const stage: Stage = {
    fork,
    table: {
      environment,
      tokenizer,
      chatFormat,
      contextLength: model.config.contextLength,
      turnLimit: config.turnLimit || environment.turnLimit,
      strategyTokenLimit: config.strategyTokenLimit,
      actionTokenLimit: config.actionTokenLimit,
    },
    plan,
    draws: recordedDraws(episode, traces, turnIndex, seats, chatFormat),
    decoder: resources.own(engine.createDecoder(speakers, slotCount)),
    signal,
  };
  const arms = await armsOf(stage);
  const total = arms.length * fork.replays;
  tell({ kind: 'fork.opened', arms: arms.map(({ by, strategy, drawn }) => ({ by, strategy, drawn })), total });
  await replay(stage, arms, tell);
}

/** The plan with the coordinates that the run gave it (`collect.ts`, `branches.ts`): rules that spoke in it speak alike again. */
function recordedPlan({ config, episode }: Fork, seats: Seats): EpisodePlan<unknown> {
  const { episodeId, scenario, origin } = episode;
  const [place = '', name] = episodeId.split('.');
  const coordinates = place.split('-').map(Number);
  const whole = { episodeId: place, scenario, seats, seed: config.seed, coordinates };
  if (name === undefined) return whole;
  return origin ? forkOf(whole, origin.turnIndex, name) : { ...whole, coordinates: [...coordinates, 'anew', name] };
}

/** The recorded strategy, those of a person, and the different ones that the checkpoint writes, each once. */
async function armsOf(stage: Stage): Promise<Arm[]> {
  const { fork, table, plan, draws } = stage;
  const { episode, traces, turnIndex } = fork;
  const { chatFormat, tokenizer, strategyTokenLimit } = table;
  const turn = episode.turns[turnIndex];
  if (!turn || turn.strategy === null || plan.seats[turn.seat].strategist === null) throw noStrategist();
  const upToTurn = recordedDraws(episode, traces, turnIndex + 1, plan.seats, chatFormat);
  const recorded = upToTurn[draws.length] ?? chatFormat.strategy(turn.strategy);
  const arms = new Map<string, Arm>();
  const add = (by: Arm['by'], tokenIds: readonly number[], drawn: number) => {
    const known = arms.get(tokenIds.join());
    const arm = known ?? { by, strategy: tokenizer.decode(tokenIds), drawn: 0, tokenIds };
    arms.set(tokenIds.join(), { ...arm, drawn: arm.drawn + drawn });
  };
  add('record', recorded, 0);
  for (const text of fork.strategies) {
    const tokenIds = chatFormat.strategy(text);
    if (tokenIds.length > strategyTokenLimit + 1) throw tooLong(text, tokenIds.length - 1, strategyTokenLimit);
    add('person', tokenIds, 0);
  }
  for (const tokenIds of await drawStrategies(stage)) add('checkpoint', tokenIds, 1);
  return [...arms.values()];
}

/** What the checkpoint would write in the turn, as often as it was asked. */
async function drawStrategies({ fork, table, plan, draws, decoder, signal }: Stage): Promise<(readonly number[])[]> {
  const jobs = Array.from({ length: fork.drawCount }, (_, index): Job<readonly number[]> => {
    const own = forkOf(plan, fork.turnIndex, `${fork.seed} draw ${index}`);
    return { slotCount: contextCount(plan), start: (desk) => strategyOnly(playOn(table, own, draws, desk)) };
  });
  const strategies: (readonly number[])[] = [];
  for await (const { finished } of runWriters(decoder, jobs, signal)) {
    for (const { index, outcome } of finished) strategies[index] = outcome;
  }
  return strategies;
}

/** Stops after the first request of a model, which is the strategy of the turn. */
function* strategyOnly(dialogue: Writer<PlayedEpisode>): Writer<readonly number[]> {
  let step = dialogue.next(undefined);
  while (!step.done && 'work' in step.value) step = dialogue.next(yield step.value);
  if (step.done) throw differs();
  const { tokenIds } = yield* drawn(sampleRequest(step.value));
  return tokenIds;
}

/** Plays every strategy as often as was asked, one replay of all of them after the other. */
async function replay(stage: Stage, arms: readonly Arm[], tell: (news: ForkNews) => void): Promise<void> {
  const { fork, table, plan, draws, decoder, signal } = stage;
  const played = Array.from({ length: fork.replays }, (_, index) =>
    arms.map((arm, position) => ({ arm, position, index })),
  ).flat();
  const jobs = played.map(({ arm, index }): Job<PlayedEpisode> => {
    const own = forkOf(plan, fork.turnIndex, `${fork.seed} replay ${index}`);
    return {
      slotCount: contextCount(plan),
      start: (desk) => playOn(table, own, [...draws, arm.tokenIds], desk),
    };
  });
  for await (const { finished } of runWriters(decoder, jobs, signal)) {
    const replays = finished.flatMap(({ index, outcome }): ForkReplay[] => {
      const place = played[index];
      return place ? [replayOf(fork, outcome, place.position, place.index)] : [];
    });
    if (replays.length > 0) tell({ kind: 'fork.progressed', replays });
  }
}

/** @throws AppError `fork-differs` where the turns before the fork did not come out as they were recorded */
function replayOf(
  { episode, turnIndex }: Fork,
  { turns, outcome }: PlayedEpisode,
  arm: number,
  index: number,
): ForkReplay {
  const before = episode.turns.slice(0, turnIndex);
  const isRepeated = before.every(({ utterance }, at) => turns[at]?.utterance === utterance);
  if (!isRepeated || turns.length <= turnIndex) throw differs();
  const pointsOf = (seat: SeatIndex) => (outcome.unscored?.includes(seat) ? null : outcome.points[seat]);
  return {
    arm,
    replay: index,
    points: [pointsOf(0), pointsOf(1)],
    endReason: outcome.endReason,
    turns: turns.slice(turnIndex).map(({ seat, strategy, utterance }) => ({ seat, strategy, utterance })),
  };
}

function noStrategist(): AppError {
  return new AppError('fork-no-strategist', {
    what: 'This turn has no strategy that could be replaced.',
    why: 'Nobody advised the seat in it.',
    fix: 'Choose a turn of a seat with a strategist.',
  });
}

function tooLong(text: string, length: number, limit: number): AppError {
  return new AppError('fork-strategy-long', {
    what: `The strategy "${text}" is too long for this run.`,
    why: `It has ${length} tokens; strategies of the run end after ${limit}.`,
    fix: 'Use fewer words.',
  });
}

function differs(): AppError {
  return new AppError('fork-differs', {
    what: 'The turns before this one cannot be repeated.',
    why: 'Played again, they did not come out as they were recorded: another version of the environment, or of the model.',
    fix: 'Fork a turn of a dialogue that this version has played.',
  });
}
