import { monotonicMs } from '../base/clock.ts';
import type { Chats } from '../agent/chat/chat.ts';
import { AppError, assertNever, type Explanation } from '../base/errors.ts';
import { Owner } from '../base/owner.ts';
import { RandomStream } from '../base/random.ts';
import { isScored, type Environment } from '../environment/environment.ts';
import type { Decoder, Engine, FrozenWeights, Policy, Speaker, Trainable } from '../policy/engine.ts';
import type { LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import { runWriters, type Desk } from '../policy/generate.ts';
import type { Evaluation } from '../record/evaluation.ts';
import type { Action } from '../record/episode.ts';
import type { AgentKind } from '../record/runConfig.ts';
import { otherSeat, type Scenario, type SeatIndex, type Split } from '../record/scenario.ts';
import { castOf } from './cast.ts';
import { policyMeasures, type PolicyMeasures } from './policyMeasures.ts';
import { contextCount, playEpisode, type EpisodePlan, type PlayedEpisode, type Table } from './rollout.ts';
import { advisedSeat, agentPlan, worldSeat, type Adviser, type Cast, type Script, type SeatPlan } from './seatPlan.ts';
import { evaluateSocially } from './socialSummary.ts';
import { measureSpeech, type LeakRule, type Measured } from './speech.ts';
import { clusteredMean } from '../base/statistics.ts';

/** Who is measured, against whom, on what. */
export interface EvaluationPlan<State> {
  readonly label: string;
  readonly split: Split;
  readonly episodeCount: number;
  readonly seed: number;
  readonly strategist: 'trained' | Adviser<State>;
  readonly temperature: number;
  readonly agent: AgentKind;
  readonly agentTemperature: number;
  readonly chatTokenLimit: number;
  readonly partner:
    | {
        readonly kind: 'advised';
        readonly strategist: Adviser<State>;
        /** Of a strategist that is a model. */
        readonly temperature: number;
        readonly agent: AgentKind;
      }
    | { readonly kind: 'self' }
    | { readonly kind: 'script'; readonly name: string; readonly speak: Script<State> };
  readonly turnLimit: number;
  readonly strategyTokenLimit: number;
  readonly actionTokenLimit: number;
}

export interface EvaluationPorts<State, S extends Scenario = Scenario, A extends Action = Action> {
  readonly environment: Environment<State, S, A>;
  readonly isLeak?: LeakRule<State> | undefined;
  readonly model: LoadedCheckpoint;
  readonly engine: Engine;
  /** The trained strategist beside the base; null where none is loaded. */
  readonly trained: Trainable | null;
  readonly signal: AbortSignal;
  /** Who is asked outside the engine. A judge evaluates SOTOPIA dialogues whose points nobody knows. */
  readonly chats?: Chats;
  /** Whether it evaluates all of them. */
  readonly isEvaluated?: boolean;
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
  const base = resources.own(engine.loadWeights(model.weights));
  const measured = plan.strategist === 'trained' ? resources.own(openTrained(ports, base)) : base;
  const speakers = measured === base ? [base] : [measured, base];
  const sampling = { ...plan, strategistTemperature: plan.temperature };
  const cast = castOf<State>(ports.environment, sampling, base, ports.chats?.agent ?? null);
  const { own, partner } = seatPlans(plan, ports, measured, cast);
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
  const seats = seatPlans(plan, ports, measured, cast);
  // Where seat 1 is the world, seat 0 is always the measured one.
  const measuredSeat = (index: number): SeatIndex => (environment.worldReply || index % 2 === 0 ? 0 : 1);
  const scenarios = new RandomStream(plan.seed, 'evaluation order').shuffled(environment.scenarios(plan.split));
  const jobs = Array.from({ length: plan.episodeCount }, (_, index) => {
    const episode = episodePlan(plan, seats, measuredSeat, scenarios, index);
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
      : resources.own(engine.createPolicy(measured, { kind: 'full', parameters: model.weights }));
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

/** The measured seat's plan, and its partner's. */
function seatPlans<State, S extends Scenario, A extends Action>(
  plan: EvaluationPlan<State>,
  { environment }: Pick<EvaluationPorts<State, S, A>, 'environment'>,
  measured: Speaker,
  cast: Cast<State>,
) {
  const own = measuredPlan(plan, measured, cast);
  return { own, partner: worldSeat(environment) ?? partnerPlan(plan, own, cast) };
}

function measuredPlan<State>(
  { strategist, agent, temperature }: EvaluationPlan<State>,
  speaker: Speaker,
  cast: Cast<State>,
): SeatPlan<State> {
  if (strategist !== 'trained') return advisedSeat({ ...cast, strategistTemperature: temperature }, strategist, agent);
  return { strategist: { kind: 'model', speaker, temperature, isTrained: false }, agent: agentPlan(cast, agent) };
}

function partnerPlan<State>({ partner }: EvaluationPlan<State>, own: SeatPlan<State>, cast: Cast<State>) {
  switch (partner.kind) {
    case 'self':
      return own;
    case 'script':
      return scripted(partner.speak);
    case 'advised': {
      const { strategist, temperature, agent } = partner;
      return advisedSeat({ ...cast, strategistTemperature: temperature }, strategist, agent);
    }
    default:
      return assertNever(partner);
  }
}

function scripted<State>(speak: Script<State>): SeatPlan<State> {
  return { strategist: null, agent: { kind: 'script', speak } };
}

function episodePlan<State, S extends Scenario>(
  plan: EvaluationPlan<State>,
  { own, partner }: { own: SeatPlan<State>; partner: SeatPlan<State> },
  measuredSeat: (index: number) => SeatIndex,
  scenarios: readonly S[],
  index: number,
): EpisodePlan<State, S> {
  // The same seat would meet the same scenario again after an even number of scenarios: then shift by one each round.
  const shift = scenarios.length % 2 === 0 ? Math.floor(index / scenarios.length) : 0;
  const scenario = scenarios[(index + shift) % scenarios.length];
  if (!scenario) throw new Error(`the ${plan.split} split is empty`);
  return {
    episodeId: `${plan.split}-${index}`,
    scenario,
    seats: measuredSeat(index) === 0 ? [own, partner] : [partner, own],
    seed: plan.seed,
    coordinates: ['evaluation', index],
  };
}

function summarise<State, S extends Scenario, A extends Action>(
  plan: EvaluationPlan<State>,
  { environment, isLeak }: Pick<EvaluationPorts<State, S, A>, 'environment' | 'isLeak'>,
  measured: readonly Measured<S, A>[],
  seconds: number,
): Evaluation {
  const episodes = measured.map(({ episode }) => episode);
  const mean = (value: (episode: PlayedEpisode<S, A>, seat: SeatIndex) => number) =>
    clusteredMean(
      measured.map(({ episode, seat }) => ({ value: value(episode, seat), cluster: episode.scenario.canonicalId })),
    );
  const meanPoints = (of: (seat: SeatIndex) => SeatIndex) => {
    const known = measured.filter(({ episode, seat }) => isScored(episode.outcome, of(seat)));
    const samples = known.map(({ episode, seat }) => ({
      value: episode.outcome.points[of(seat)],
      cluster: episode.scenario.canonicalId,
    }));
    return clusteredMean(samples);
  };
  const unscored = measured.filter(({ episode, seat }) => !isScored(episode.outcome, seat)).length;
  const agreed = episodes.filter(({ outcome }) => outcome.endReason === 'agreement');
  return {
    label: plan.label,
    environment: environment.name,
    split: plan.split,
    episodes: episodes.length,
    scenarios: new Set(episodes.map(({ scenario }) => scenario.canonicalId)).size,
    seed: plan.seed,
    strategist: nameOf(plan.strategist),
    partner: environment.worldReply ? 'world' : partnerName(plan),
    agent: plan.agent,
    temperature: plan.temperature,
    points: meanPoints((seat) => seat),
    partnerPoints: meanPoints(otherSeat),
    ...(unscored > 0 && { unscored }),
    agreementShare: mean(({ outcome }) => (outcome.endReason === 'agreement' ? 1 : 0)),
    paretoShare:
      agreed.length === 0
        ? null
        : clusteredMean(
            agreed.map(({ outcome, scenario }) => ({
              value: outcome.isParetoOptimal ? 1 : 0,
              cluster: scenario.canonicalId,
            })),
          ),
    speech: measureSpeech(environment, plan.turnLimit, measured, isLeak ?? null),
    turnsPerEpisode: episodes.reduce((sum, { turns }) => sum + turns.length, 0) / Math.max(1, episodes.length),
    seconds,
  };
}

function nameOf<State>(strategist: EvaluationPlan<State>['strategist']): Evaluation['strategist'] {
  return typeof strategist === 'object' ? strategist.name : strategist;
}

/** `frozen-base`, `none + chat`, `scripted:fair`: who advises, and who acts where it is not the measured seat's agent. */
function partnerName<State>({ partner, agent }: EvaluationPlan<State>): string {
  if (partner.kind === 'self') return 'self';
  if (partner.kind === 'script') return `scripted:${partner.name}`;
  const name = partner.strategist === 'base' ? 'frozen-base' : nameOf(partner.strategist);
  return partner.agent === agent ? name : `${name} + ${partner.agent}`;
}

/** Where nobody knows a single seat's points there is no mean. @throws AppError `chat-nothing-scored` */
function assertKnown(
  episodes: readonly PlayedEpisode[],
  measuredSeat: (index: number) => SeatIndex,
  failure: Explanation | null,
): void {
  const isKnown = (of: (seat: SeatIndex) => SeatIndex) =>
    episodes.some(({ outcome }, index) => isScored(outcome, of(measuredSeat(index))));
  if (isKnown((seat) => seat) && isKnown(otherSeat)) return;
  throw new AppError('chat-nothing-scored', {
    what: 'Nobody knows how well these dialogues went.',
    why: failure ? `${failure.what} ${failure.why}` : 'No rule checks the goals of their scenarios.',
    fix: failure?.fix ?? 'Name an evaluator (--judge), or play scenarios whose goals rules check.',
  });
}
