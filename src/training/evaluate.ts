import { monotonicMs } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { Owner } from '../base/owner.ts';
import { RandomStream } from '../base/random.ts';
import type { AnyAction, AnyScenario, Environment } from '../environment/environment.ts';
import type { Decoder, Engine } from '../policy/engine.ts';
import type { LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import { runWriters } from '../policy/generate.ts';
import type { Weights } from '../policy/weights.ts';
import type { Evaluation } from '../record/evaluation.ts';
import type { Action } from '../record/episode.ts';
import type { Scenario, SeatIndex, Split } from '../record/scenario.ts';
import {
  playEpisode,
  SlotCounter,
  type EpisodePlan,
  type PlayedEpisode,
  type Script,
  type SeatPlan,
  type Table,
} from './rollout.ts';
import { measureSpeech, type LeakRule, type Measured } from './speech.ts';
import { clusteredMean } from './statistics.ts';

/** Who is measured, against whom, on what. */
export interface EvaluationPlan<State> {
  readonly label: string;
  readonly split: Split;
  readonly episodeCount: number;
  readonly seed: number;
  /** A script gives the strategies instead of a model: `forced` ones, to test who carries them out. */
  readonly strategist: 'trained' | 'base' | 'none' | { readonly kind: 'script'; readonly write: Script<State> };
  readonly temperature: number;
  readonly agentTemperature: number;
  readonly partner:
    | { readonly kind: 'frozen-base' }
    | { readonly kind: 'self' }
    | { readonly kind: 'script'; readonly name: string; readonly speak: Script<State> };
  readonly turnLimit: number;
  readonly strategyTokenLimit: number;
  readonly actionTokenLimit: number;
}

export interface EvaluationPorts<State, S extends AnyScenario = Scenario, A extends AnyAction = Action> {
  readonly environment: Environment<State, S, A>;
  /** What the world says, where seat 1 is no player: then seat 0 is always the measured one. */
  readonly worldReply?: ((state: State) => string) | undefined;
  readonly isLeak?: LeakRule<State> | undefined;
  readonly model: LoadedCheckpoint;
  readonly engine: Engine;
  /** Effective weights of the trained strategist; null where none is loaded. */
  readonly trained: Weights | null;
  readonly signal: AbortSignal;
}

/** Episodes at once. */
const WAVE = 128;

/**
 * Plays the scenarios of a split, one after the other (each at most once more than any other), the measured seat
 * alternating, and reports means with 95 % intervals clustered by canonical scenario. Yields the share that is done.
 */
export async function* evaluate<State, S extends AnyScenario = Scenario, A extends AnyAction = Action>(
  plan: EvaluationPlan<State>,
  ports: EvaluationPorts<State, S, A>,
): AsyncGenerator<number, { evaluation: Evaluation; episodes: PlayedEpisode<S, A>[] }> {
  const { environment, model, engine, signal } = ports;
  const startedAt = monotonicMs();
  using resources = new Owner();
  const base = resources.own(engine.createDecoder(resources.own(engine.createWeightSet(model.weights)), 2 * WAVE));
  const measuredDecoder = plan.strategist === 'trained' ? openTrained(ports, resources) : base;
  const table: Table<State, S, A> = {
    environment,
    tokenizer: model.tokenizer,
    chatFormat: model.chatFormat,
    contextLength: model.config.contextLength,
    turnLimit: plan.turnLimit,
    strategyTokenLimit: plan.strategyTokenLimit,
    actionTokenLimit: plan.actionTokenLimit,
  };
  const seats = seatPlans(plan, ports, measuredDecoder, base);
  const measuredSeat = (index: number): SeatIndex => (ports.worldReply || index % 2 === 0 ? 0 : 1);
  const scenarios = new RandomStream(plan.seed, 'evaluation order').shuffled(environment.scenarios(plan.split));
  const episodes: PlayedEpisode<S, A>[] = [];
  while (episodes.length < plan.episodeCount) {
    const first = episodes.length;
    const count = Math.min(WAVE, plan.episodeCount - first);
    const slots = new SlotCounter();
    const writers = Array.from({ length: count }, (_, offset) =>
      playEpisode(table, episodePlan(plan, seats, measuredSeat, scenarios, first + offset), slots),
    );
    for await (const { finished } of runWriters(writers, signal)) {
      for (const { index, outcome } of finished) episodes[first + index] = outcome;
      if (finished.length > 0) yield episodes.filter(Boolean).length / plan.episodeCount;
    }
  }
  const seconds = (monotonicMs() - startedAt) / 1000;
  const measured = episodes.map((episode, index) => ({ episode, seat: measuredSeat(index) }));
  return { evaluation: summarise(plan, ports, measured, seconds), episodes };
}

function openTrained<State, S extends AnyScenario, A extends AnyAction>(
  { trained, engine }: EvaluationPorts<State, S, A>,
  resources: Owner,
): Decoder {
  if (!trained) {
    throw new AppError('no-trained-weights', {
      what: 'There is no trained strategist to evaluate.',
      why: 'No checkpoint was given.',
      fix: 'Name one with --checkpoint, or evaluate --strategist base.',
    });
  }
  return resources.own(engine.createDecoder(resources.own(engine.createWeightSet(trained)), 2 * WAVE));
}

/** The measured seat's plan, and its partner's. */
function seatPlans<State, S extends AnyScenario, A extends AnyAction>(
  plan: EvaluationPlan<State>,
  { worldReply }: EvaluationPorts<State, S, A>,
  measured: Decoder,
  base: Decoder,
) {
  const agent = { kind: 'model', decoder: base, temperature: plan.agentTemperature } as const;
  const own: SeatPlan<State> = { strategist: strategistOf(plan, measured), agent };
  if (worldReply) return { own, partner: scripted<State>((state) => worldReply(state)) };
  const partner: SeatPlan<State> =
    plan.partner.kind === 'self'
      ? own
      : plan.partner.kind === 'frozen-base'
        ? { strategist: { kind: 'model', decoder: base, temperature: 1, isTrained: false }, agent }
        : scripted(plan.partner.speak);
  return { own, partner };
}

function strategistOf<State>(plan: EvaluationPlan<State>, decoder: Decoder): SeatPlan<State>['strategist'] {
  if (plan.strategist === 'none') return null;
  if (typeof plan.strategist === 'object') return plan.strategist;
  return { kind: 'model', decoder, temperature: plan.temperature, isTrained: false };
}

function scripted<State>(speak: Script<State>): SeatPlan<State> {
  return { strategist: null, agent: { kind: 'script', speak } };
}

function episodePlan<State, S extends AnyScenario>(
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

function summarise<State, S extends AnyScenario, A extends AnyAction>(
  plan: EvaluationPlan<State>,
  { environment, isLeak, worldReply }: EvaluationPorts<State, S, A>,
  measured: readonly Measured<S, A>[],
  seconds: number,
): Evaluation {
  const episodes = measured.map(({ episode }) => episode);
  const mean = (value: (episode: PlayedEpisode<S, A>, seat: SeatIndex) => number) =>
    clusteredMean(
      measured.map(({ episode, seat }) => ({ value: value(episode, seat), cluster: episode.scenario.canonicalId })),
    );
  const agreed = episodes.filter(({ outcome }) => outcome.endReason === 'agreement');
  return {
    label: plan.label,
    environment: environment.name,
    split: plan.split,
    episodes: episodes.length,
    scenarios: new Set(episodes.map(({ scenario }) => scenario.canonicalId)).size,
    seed: plan.seed,
    strategist: typeof plan.strategist === 'object' ? 'forced' : plan.strategist,
    partner: worldReply
      ? 'world'
      : plan.partner.kind === 'script'
        ? `scripted:${plan.partner.name}`
        : plan.partner.kind,
    temperature: plan.temperature,
    points: mean(({ outcome }, seat) => outcome.points[seat]),
    partnerPoints: mean(({ outcome }, seat) => outcome.points[seat === 0 ? 1 : 0]),
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
