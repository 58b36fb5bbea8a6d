import { assertNever } from '../base/errors.ts';
import type { Environment } from '../environment/environment.ts';
import type { Speaker } from '../policy/engine.ts';
import type { AgentKind } from '../record/runConfig.ts';
import type { Scenario, SeatIndex, Split } from '../record/scenario.ts';
import type { EpisodePlan } from './rollout.ts';
import { advisedSeat, agentPlan, worldSeat, type Adviser, type Cast, type Script, type SeatPlan } from './seatPlan.ts';

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

/** The measured seat's plan, and its partner's. */
export function evaluationSeats<State>(
  plan: EvaluationPlan<State>,
  environment: Pick<Environment<State>, 'worldReply'>,
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

/** Where the measured player sits in the dialogue of this number: in turn, but always at seat 0 where seat 1 is the world. */
export function measuredSeatIn({ worldReply }: { readonly worldReply?: unknown }, index: number): SeatIndex {
  return worldReply || index % 2 === 0 ? 0 : 1;
}

/** The dialogue of this number: scenarios in order, seats in turn. */
export function evaluationEpisode<State, S extends Scenario>(
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
