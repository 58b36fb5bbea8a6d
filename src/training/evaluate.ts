import { monotonicMs } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { Owner } from '../base/owner.ts';
import { RandomStream } from '../base/random.ts';
import type { Environment } from '../environment/environment.ts';
import type { Decoder, Engine } from '../policy/engine.ts';
import type { LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import { runWriters } from '../policy/generate.ts';
import type { Weights } from '../policy/weights.ts';
import type { Evaluation } from '../record/evaluation.ts';
import type { Scenario, SeatIndex, Split } from '../record/scenario.ts';
import {
  playEpisode,
  SlotCounter,
  type EpisodePlan,
  type PlayedEpisode,
  type SeatPlan,
  type Table,
} from './rollout.ts';
import { clusteredMean } from './statistics.ts';

export type ScriptedSpeaker<State> = (state: State, seat: SeatIndex, random: RandomStream) => string;

/** Who is measured, against whom, on what. */
export interface EvaluationPlan<State> {
  readonly label: string;
  readonly split: Split;
  readonly episodeCount: number;
  readonly seed: number;
  readonly strategist: 'trained' | 'base' | 'none';
  readonly temperature: number;
  readonly agentTemperature: number;
  readonly partner:
    | { readonly kind: 'frozen-base' }
    | { readonly kind: 'self' }
    | { readonly kind: 'script'; readonly name: string; readonly speak: ScriptedSpeaker<State> };
  readonly turnLimit: number;
  readonly strategyTokenLimit: number;
  readonly actionTokenLimit: number;
}

export interface EvaluationPorts<State> {
  readonly environment: Environment<State>;
  readonly model: LoadedCheckpoint;
  readonly engine: Engine;
  /** Effective weights of the trained strategist; null where none is loaded. */
  readonly trained: Weights | null;
  readonly signal: AbortSignal;
}

/** Episodes at once. */
const WAVE = 64;

/**
 * Plays the scenarios of a split, one after the other (each at most once more than any other), the measured seat
 * alternating, and reports means with 95 % intervals clustered by canonical scenario. Yields the share that is done.
 */
export async function* evaluate<State>(
  plan: EvaluationPlan<State>,
  ports: EvaluationPorts<State>,
): AsyncGenerator<number, { evaluation: Evaluation; episodes: PlayedEpisode[] }> {
  const { environment, model, engine, signal } = ports;
  const startedAt = monotonicMs();
  using resources = new Owner();
  const base = resources.own(engine.createDecoder(resources.own(engine.createWeightSet(model.weights)), 4 * WAVE));
  const measuredDecoder = plan.strategist === 'trained' ? openTrained(ports, resources) : base;
  const table: Table<State> = {
    environment,
    tokenizer: model.tokenizer,
    chatFormat: model.chatFormat,
    contextLength: model.config.contextLength,
    turnLimit: plan.turnLimit,
    strategyTokenLimit: plan.strategyTokenLimit,
    actionTokenLimit: plan.actionTokenLimit,
  };
  const seats = seatPlans(plan, measuredDecoder, base);
  const scenarios = new RandomStream(plan.seed, 'evaluation order').shuffled(environment.scenarios(plan.split));
  const episodes: PlayedEpisode[] = [];
  while (episodes.length < plan.episodeCount) {
    const first = episodes.length;
    const count = Math.min(WAVE, plan.episodeCount - first);
    const slots = new SlotCounter();
    const writers = Array.from({ length: count }, (_, offset) =>
      playEpisode(table, episodePlan(plan, seats, scenarios, first + offset), slots),
    );
    for await (const { finished } of runWriters(writers, signal)) {
      for (const { index, outcome } of finished) episodes[first + index] = outcome;
      if (finished.length > 0) yield episodes.filter(Boolean).length / plan.episodeCount;
    }
  }
  return { evaluation: summarise(plan, episodes, (monotonicMs() - startedAt) / 1000), episodes };
}

function openTrained<State>({ trained, engine }: EvaluationPorts<State>, resources: Owner): Decoder {
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
function seatPlans<State>(plan: EvaluationPlan<State>, measured: Decoder, base: Decoder) {
  const agent = { kind: 'model', decoder: base, temperature: plan.agentTemperature } as const;
  const own: SeatPlan<State> = {
    strategist:
      plan.strategist === 'none' ? null : { decoder: measured, temperature: plan.temperature, isTrained: false },
    agent,
  };
  const partner: SeatPlan<State> =
    plan.partner.kind === 'self'
      ? own
      : plan.partner.kind === 'frozen-base'
        ? { strategist: { decoder: base, temperature: 1, isTrained: false }, agent }
        : { strategist: null, agent: { kind: 'script', speak: plan.partner.speak } };
  return { own, partner };
}

const measuredSeat = (episodeIndex: number): SeatIndex => (episodeIndex % 2 === 0 ? 0 : 1);

function episodePlan<State>(
  plan: EvaluationPlan<State>,
  { own, partner }: { own: SeatPlan<State>; partner: SeatPlan<State> },
  scenarios: readonly Scenario[],
  index: number,
): EpisodePlan<State> {
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

function summarise<State>(
  plan: EvaluationPlan<State>,
  episodes: readonly PlayedEpisode[],
  seconds: number,
): Evaluation {
  const mean = (value: (episode: PlayedEpisode, seat: SeatIndex) => number) =>
    clusteredMean(
      episodes.map((episode, index) => ({
        value: value(episode, measuredSeat(index)),
        cluster: episode.scenario.canonicalId,
      })),
    );
  const agreed = episodes.filter(({ outcome }) => outcome.endReason === 'agreement');
  const ownTurns = episodes.flatMap(({ turns }, index) => turns.filter(({ seat }) => seat === measuredSeat(index)));
  const readings = ownTurns.flatMap(({ strategyReading }) => (strategyReading ? [strategyReading] : []));
  const share = <Item>(items: readonly Item[], holds: (item: Item) => boolean) =>
    items.length === 0 ? 0 : items.filter(holds).length / items.length;
  return {
    label: plan.label,
    split: plan.split,
    episodes: episodes.length,
    scenarios: new Set(episodes.map(({ scenario }) => scenario.canonicalId)).size,
    seed: plan.seed,
    strategist: plan.strategist,
    partner: plan.partner.kind === 'script' ? `scripted:${plan.partner.name}` : plan.partner.kind,
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
    readableShare: share(readings, ({ family }) => family !== null),
    applicableShare: share(readings, ({ isApplicable }) => isApplicable),
    invalidActionShare: share(ownTurns, ({ action }) => action.kind === 'invalid'),
    turnsPerEpisode: episodes.reduce((sum, { turns }) => sum + turns.length, 0) / Math.max(1, episodes.length),
    seconds,
  };
}
