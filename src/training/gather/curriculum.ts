import { RandomStream } from '../../base/random.ts';
import type { ObjectiveMemory } from '../../record/objectiveMemory.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import type { Scenario } from '../../record/scenario.ts';
import { curriculumShares, openScenarios } from '../objective/data/curriculum.ts';
import type { PlayedEpisode } from '../rollout.ts';
import { anyScenarios, groupCount } from './groups.ts';
import { outcomesOf, SUCCESS, type Setting } from './setting.ts';

/** A curriculum goes over a pool of this many times the scenarios of an update, so that each comes back. */
const POOL_UPDATES = 8;
/** What is expected of a scenario that nobody has played yet: as likely to succeed as not, so worth trying. */
const UNKNOWN_SHARE = 0.5;

/** Which scenarios an update plays, one per group: any, or by how they went before. A function of seed, update and memory. */
export function scenariosOf<State>(
  setting: Pick<Setting<State>, 'config' | 'table' | 'updateIndex' | 'memory'>,
): readonly Scenario[] {
  const { config, table, updateIndex, memory } = setting;
  const { environment } = table;
  if (config.curriculum === 'off') return anyScenarios(config, environment, updateIndex);
  const count = groupCount(config);
  const pool = new RandomStream(config.seed, 'curriculum pool')
    .shuffled(environment.scenarios('train'))
    .slice(0, POOL_UPDATES * count);
  const shares = pool.map(({ id }) => memory.successShares[id] ?? UNKNOWN_SHARE);
  const weights =
    config.curriculum === 'learnable'
      ? curriculumShares(shares)
      : openScenarios(shares, updateIndex / config.updates).map(Number);
  const random = new RandomStream(config.seed, 'curriculum', updateIndex);
  return drawnWithoutReplacement(weights, count, random).flatMap((index) => pool[index] ?? []);
}

/** How often each scenario of the batch succeeded, in place of what was known of it. */
export function rememberScenarios(
  { curriculum }: Pick<RunConfig, 'curriculum'>,
  memory: ObjectiveMemory,
  episodes: readonly PlayedEpisode[],
): ObjectiveMemory {
  if (curriculum === 'off') return memory;
  const outcomes = new Map<string, number[]>();
  for (const episode of episodes) {
    if (episode.source !== 'policy') continue;
    const known = outcomes.get(episode.scenario.id) ?? [];
    outcomes.set(episode.scenario.id, [...known, ...outcomesOf(episode)]);
  }
  const news = [...outcomes].map(([id, values]) => {
    return [id, values.filter((value) => value >= SUCCESS).length / Math.max(1, values.length)] as const;
  });
  return { ...memory, successShares: { ...memory.successShares, ...Object.fromEntries(news) } };
}

/** Indices, each drawn in proportion to its weight among those that are left; fewer when too few have any weight. */
function drawnWithoutReplacement(weights: readonly number[], count: number, random: RandomStream): number[] {
  const left = [...weights];
  const drawn: number[] = [];
  while (drawn.length < count) {
    const total = left.reduce((sum, weight) => sum + weight, 0);
    if (total <= 0) break;
    let point = random.uniform() * total;
    const found = left.findIndex((weight) => (point -= weight) < 0 && weight > 0);
    const index = found >= 0 ? found : left.findLastIndex((weight) => weight > 0);
    drawn.push(index);
    left[index] = 0;
  }
  return drawn;
}
