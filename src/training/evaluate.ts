import { monotonicMs } from '../base/clock.ts';
import type { Chats } from '../agent/chat/chat.ts';
import { AppError } from '../base/errors.ts';
import { Owner } from '../base/owner.ts';
import { RandomStream } from '../base/random.ts';
import type { Environment } from '../environment/environment.ts';
import type { Decoder, Engine, FrozenWeights, Policy, Speaker, Trainable } from '../policy/engine.ts';
import type { AnyCheckpoint } from '../policy/formats/huggingFace.ts';
import { loadFrozen, weightsOf } from '../policy/frozenWeights.ts';
import { runWriters, type Desk } from '../policy/generate.ts';
import type { Evaluation } from '../record/evaluation.ts';
import type { Action } from '../record/episode.ts';
import type { Scenario, SeatIndex } from '../record/scenario.ts';
import { seatAgentModel, type AgentModelPorts } from './agentModel.ts';
import { castOf } from './cast.ts';
import { evaluationEpisode, evaluationSeats, measuredSeatIn, type EvaluationPlan } from './evaluationPlan.ts';
import { assertKnown, summarise } from './evaluationSummary.ts';
import { policyMeasures, type PolicyMeasures } from './policyMeasures.ts';
import { contextCount, playEpisode, type PlayedEpisode, type Table } from './rollout.ts';
import { withRulePoints, type AskRule } from './rulePoints.ts';
import type { Cast } from './seatPlan.ts';
import { evaluateSocially } from './socialSummary.ts';
import type { LeakRule } from './speech.ts';

export interface EvaluationPorts<State, S extends Scenario = Scenario, A extends Action = Action> {
  readonly environment: Environment<State, S, A>;
  readonly isLeak?: LeakRule<State> | undefined;
  readonly model: AnyCheckpoint;
  readonly engine: Engine;
  /** Acts for seats whose agent is `other-model`; nobody, if nothing is said. */
  readonly agentModel?: AgentModelPorts | null;
  /** The trained strategist beside the base; null where none is loaded. */
  readonly trained: Trainable | null;
  readonly signal: AbortSignal;
  /** Who is asked outside the engine. A judge evaluates SOTOPIA dialogues whose points nobody knows. */
  readonly chats?: Chats;
  /** Whether it evaluates all of them. */
  readonly isEvaluated?: boolean;
  /** Scores dialogues by the rules of their scenarios' authors. */
  readonly askRule?: AskRule | undefined;
}

interface Evaluated<S extends Scenario, A extends Action> {
  readonly evaluation: Evaluation;
  readonly episodes: PlayedEpisode<S, A>[];
}

/** Who plays, open on the device; the caller frees them. */
export interface Players<State> {
  readonly cast: Cast<State>;
  readonly measured: Speaker;
  readonly decoder: Decoder;
}

/** Episodes at once: as many as keep a batch full. */
const AT_ONCE = 128;
/** Of an evaluation that ends with an evaluator's questions, as it is told. */
const SHARE_OF_PLAYING = 0.7;

/** Opens the players, lets them play, and frees them. Yields the share that is done. */
export async function* evaluate<State, S extends Scenario = Scenario, A extends Action = Action>(
  plan: EvaluationPlan<State>,
  ports: EvaluationPorts<State, S, A>,
): AsyncGenerator<number, Evaluated<S, A>> {
  const { model, engine } = ports;
  using resources = new Owner();
  const base = resources.own(await loadFrozen(engine, model));
  const measured = plan.strategist === 'trained' ? resources.own(openTrained(ports, base)) : base;
  const speakers = measured === base ? [base] : [measured, base];
  const sampling = { ...plan, strategistTemperature: plan.temperature };
  const ofAgentModel = { ...plan, basePrecision: 'f32', episodesPerUpdate: plan.episodeCount } as const;
  const acting = await seatAgentModel(ports.environment, ports.agentModel ?? null, ofAgentModel, resources);
  const cast = castOf<State>(ports.environment, sampling, base, ports.chats?.agent ?? null, null, acting);
  const { own, partner } = evaluationSeats(plan, ports.environment, measured, cast);
  const slotCount = Math.max(1, Math.min(AT_ONCE, plan.episodeCount) * contextCount({ seats: [own, partner] }));
  const decoder = resources.own(engine.createDecoder(speakers, Math.min(slotCount, engine.slotLimit)));
  const { evaluation, episodes } = yield* playEvaluation(plan, ports, { cast, measured, decoder });
  const measures = await measuresOf(plan, ports, measured, resources);
  return { evaluation: { ...evaluation, ...(measures && { measures }) }, episodes };
}

/**
 * Plays the scenarios of a split, one after the other (each at most once more than any other), the measured seat
 * alternating, and reports means with 95 % intervals clustered by canonical scenario. A function of the plan and the
 * weights, but for the seconds. Yields the share that is done.
 */
export async function* playEvaluation<State, S extends Scenario = Scenario, A extends Action = Action>(
  plan: EvaluationPlan<State>,
  ports: Omit<EvaluationPorts<State, S, A>, 'engine' | 'trained'>,
  { cast, measured, decoder }: Players<State>,
): AsyncGenerator<number, Evaluated<S, A>> {
  const { environment, signal } = ports;
  const startedAt = monotonicMs();
  const table = tableOf(plan, ports);
  const seats = evaluationSeats(plan, ports.environment, measured, cast);
  const measuredSeat = (index: number): SeatIndex => measuredSeatIn(environment, index);
  const scenarios = new RandomStream(plan.seed, 'evaluation order').shuffled(environment.scenarios(plan.split));
  const jobs = Array.from({ length: plan.episodeCount }, (_, index) => {
    const episode = evaluationEpisode(plan, seats, measuredSeat, scenarios, index);
    return { slotCount: contextCount(episode), start: (desk: Desk) => playEpisode(table, episode, desk) };
  });
  const judge = environment.name === 'sotopia' ? (ports.chats?.judge ?? null) : null;
  const isEvaluated = judge !== null && ports.isEvaluated === true;
  const episodes: PlayedEpisode<S, A>[] = [];
  let finishedCount = 0;
  for await (const { finished } of runWriters(decoder, jobs, signal)) {
    for (const { index, outcome } of finished) episodes[index] = outcome;
    finishedCount += finished.length;
    if (finished.length > 0) yield (finishedCount / plan.episodeCount) * (isEvaluated ? SHARE_OF_PLAYING : 1);
  }
  const ruled = await withRulePoints(ports.askRule, episodes, signal);
  ruled.forEach((episode, index) => (episodes[index] = episode));
  const isReader = isEvaluated || episodes.some(({ outcome }) => (outcome.unscored?.length ?? 0) > 0);
  const social =
    judge && isReader ? yield* evaluateSocially(judge, episodes, measuredSeat, signal, SHARE_OF_PLAYING) : null;
  social?.episodes.forEach((episode, index) => (episodes[index] = episode));
  assertKnown(episodes, measuredSeat, social?.failure ?? null);
  const seconds = (monotonicMs() - startedAt) / 1000;
  const sides = episodes.map((episode, index) => ({ episode, seat: measuredSeat(index) }));
  const evaluation = summarise(plan, ports, sides, seconds);
  return { evaluation: { ...evaluation, ...(social && { social: social.summary }) }, episodes };
}

function tableOf<State, S extends Scenario, A extends Action>(
  { turnLimit, strategyTokenLimit, actionTokenLimit }: EvaluationPlan<State>,
  { environment, model }: Pick<EvaluationPorts<State, S, A>, 'environment' | 'model'>,
): Table<State, S, A> {
  const { tokenizer, chatFormat, config } = model;
  const { contextLength } = config;
  return { environment, tokenizer, chatFormat, contextLength, turnLimit, strategyTokenLimit, actionTokenLimit };
}

/** What the strategist's words are worth if a script carries them out to the letter, whoever did so in the episodes. */
async function measuresOf<State, S extends Scenario, A extends Action>(
  plan: EvaluationPlan<State>,
  ports: EvaluationPorts<State, S, A>,
  measured: FrozenWeights | Policy,
  resources: Owner,
): Promise<PolicyMeasures | null> {
  const { model, engine } = ports;
  const table = tableOf(plan, ports);
  const isWriting = plan.strategist === 'trained' || plan.strategist === 'base';
  if (!table.environment.bareForm || !isWriting || plan.temperature === 0) return null;
  const policy =
    measured.kind === 'policy'
      ? measured
      : resources.own(engine.createPolicy(measured, { kind: 'full', parameters: await weightsOf(model) }));
  const learner = resources.own(engine.createLearner(policy, table.contextLength));
  return policyMeasures(table, learner, plan.temperature);
}

function openTrained<State, S extends Scenario, A extends Action>(
  { trained, engine }: EvaluationPorts<State, S, A>,
  base: FrozenWeights,
): Policy {
  if (!trained) {
    throw new AppError('no-trained-weights', {
      what: 'There is no trained strategist to evaluate.',
      why: 'No checkpoint was given.',
      fix: 'Name one with --checkpoint, or evaluate --strategist base.',
    });
  }
  return engine.createPolicy(base, trained);
}
