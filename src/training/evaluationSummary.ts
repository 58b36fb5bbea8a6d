import type { Explanation } from '../base/errors.ts';
import { AppError } from '../base/errors.ts';
import { clusteredMean } from '../base/statistics.ts';
import { isScored, type Environment } from '../environment/environment.ts';
import type { Evaluation } from '../record/evaluation.ts';
import type { Action } from '../record/episode.ts';
import { otherSeat, type Scenario, type SeatIndex } from '../record/scenario.ts';
import type { EvaluationPlan } from './evaluationPlan.ts';
import type { PlayedEpisode } from './rollout.ts';
import { measureSpeech, type LeakRule, type Measured } from './speech.ts';

/** What the dialogues say of the measured seats: means with 95 % intervals clustered by canonical scenario. */
export function summarise<State, S extends Scenario, A extends Action>(
  plan: EvaluationPlan<State>,
  {
    environment,
    isLeak,
  }: { readonly environment: Environment<State, S, A>; readonly isLeak?: LeakRule<State> | undefined },
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
export function assertKnown(
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
