import { RandomStream } from '../../base/random.ts';
import type { Environment } from '../../environment/environment.ts';
import type { Speaker } from '../../policy/engine.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import type { Scenario } from '../../record/scenario.ts';
import { agentPlan, type SeatPlan, worldSeat } from '../seatPlan.ts';
import type { Group } from './setting.ts';

/** The groups of an update: which scenarios, how many dialogues of each, and who sits where. */
export function groupsOf<State>(
  config: RunConfig,
  environment: Environment<State>,
  updateIndex: number,
  { policy, base }: { readonly policy: Speaker; readonly base: Speaker },
  scenarios: readonly Scenario[],
): Group<State>[] {
  const agent = agentPlan(environment, config, base);
  const seatOf = (speaker: Speaker, isTrained: boolean): SeatPlan<State> => ({
    strategist: { kind: 'model', speaker, temperature: config.strategistTemperature, isTrained },
    agent,
  });
  const [trained, frozen] = [seatOf(policy, true), seatOf(base, false)];
  const world = worldSeat(environment);
  // Counted through the whole run: with an odd number of groups, the same seat must not lead every batch.
  const groupsBefore = updateIndex * groupCount(config);
  return scenarios.map((scenario, index) => {
    const partner = world ?? (config.trainedSeats === 'both' ? trained : frozen);
    const isFirst = world !== null || (groupsBefore + index) % 2 === 0;
    const { episodesPerScenario, episodesPerUpdate } = config;
    return {
      scenario,
      seats: isFirst ? [trained, partner] : [partner, trained],
      size: Math.min(episodesPerScenario, episodesPerUpdate - index * episodesPerScenario),
    };
  });
}

export function groupCount({ episodesPerUpdate, episodesPerScenario }: RunConfig): number {
  return Math.ceil(episodesPerUpdate / episodesPerScenario);
}

/** The scenarios of an update, each equally likely. */
export function anyScenarios<State>(
  config: RunConfig,
  environment: Environment<State>,
  updateIndex: number,
): Scenario[] {
  const random = new RandomStream(config.seed, 'scenarios', updateIndex);
  return Array.from({ length: groupCount(config) }, () => environment.sampleScenario(random, 'train'));
}
