import { RandomStream } from '../../base/random.ts';
import type { Environment } from '../../environment/environment.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import type { Scenario } from '../../record/scenario.ts';
import { opponentOf } from '../opponents.ts';
import { advisedSeat, agentPlan, partnerOf, worldSeat, type SeatPlan } from '../seatPlan.ts';
import type { Group, Setting } from './setting.ts';

/** The groups of an update: which scenarios, how many dialogues of each, and who sits where. */
export function groupsOf<State>(
  config: RunConfig,
  environment: Environment<State>,
  updateIndex: number,
  { policy, cast, opponents }: Pick<Setting<State>, 'policy' | 'cast' | 'opponents'>,
  scenarios: readonly Scenario[],
): Group<State>[] {
  const trained: SeatPlan<State> = {
    strategist: { kind: 'model', speaker: policy, temperature: config.strategistTemperature, isTrained: true },
    agent: agentPlan(cast, config.agent),
  };
  const partner = partnerOf<State>(config);
  const world = worldSeat(environment);
  // Counted through the whole run: with an odd number of groups, the same seat must not lead every batch.
  const groupsBefore = updateIndex * groupCount(config);
  return scenarios.map((scenario, index) => {
    const isFirst = world !== null || (groupsBefore + index) % 2 === 0;
    const drawn = opponents ? opponentOf(opponents, config.seed, updateIndex, index) : null;
    const other =
      world ??
      drawn?.(scenario, isFirst ? 1 : 0, groupsBefore + index) ??
      (config.trainedSeats === 'both' ? trained : advisedSeat(cast, partner.strategist, partner.agent));
    const { episodesPerScenario, episodesPerUpdate } = config;
    return {
      scenario,
      seats: isFirst ? [trained, other] : [other, trained],
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
