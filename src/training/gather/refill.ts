import { RandomStream } from '../../base/random.ts';
import { isScored } from '../../environment/environment.ts';
import { missingGroups } from '../objective/data/dynamicSampling.ts';
import { groupsOf } from './groups.ts';
import type { Gathered, Setting, Wanted } from './setting.ts';

/** How often a batch is filled up; then it stays smaller than it should be. */
export const REFILLS: readonly number[] = [1, 2];

/**
 * Dialogues of further scenarios, as many as did not differ among themselves so far: DAPO (arXiv 2503.14476) goes on until
 * the batch is full of groups that can be learned from. Those without spread stay on record, and weigh nothing.
 */
export function refillingDialogues<State>(
  setting: Setting<State>,
  gathered: readonly Gathered<State>[],
  round: number,
): Wanted<State>[] {
  const { config, objective, table, updateIndex } = setting;
  if (!objective.data.filters.some(({ kind }) => kind === 'dynamic-sampling')) return [];
  const names = new Map([...new Set(gathered.map(({ group }) => group))].map((group, index) => [group, index]));
  const sides = gathered.flatMap(({ group, episode }) =>
    episode.trainedSeats
      .filter((seat) => isScored(episode.outcome, seat))
      .map((seat) => ({ group: `${names.get(group)}/${seat}`, earned: episode.outcome.points[seat] })),
  );
  const perScenario = gathered[0]?.episode.trainedSeats.length ?? 1;
  const wanted = Math.ceil(config.episodesPerUpdate / config.episodesPerScenario) * perScenario;
  const missing = missingGroups(
    sides.map(({ group }) => group),
    sides.map(({ earned }) => earned),
    wanted,
  );
  const random = new RandomStream(config.seed, 'refill', updateIndex, round);
  const scenarios = Array.from({ length: Math.ceil(missing / perScenario) }, () =>
    table.environment.sampleScenario(random, 'train'),
  );
  const groups = groupsOf(config, table.environment, updateIndex, setting, scenarios);
  return groups.flatMap((group) => Array.from({ length: group.size }, () => ({ group, seats: group.seats })));
}
