import { isScored } from '../../environment/environment.ts';
import { allocateEpisodes, type ScenarioRecord } from '../objective/data/allocation.ts';
import { firstSize } from './firstDialogues.ts';
import { guidedSeats } from './guide.ts';
import { ruleOf } from './rules.ts';
import { hasFailed, type Gathered, type Group, type Setting, type Wanted } from './setting.ts';

/**
 * What an update plays once it knows how its first dialogues ended (XRPO, arXiv 2510.06672): first dialogues with an example
 * for the groups that failed, then what is left of the budget to the scenarios whose mean it narrows most.
 */
export function laterDialogues<State>(
  setting: Setting<State>,
  groups: readonly Group<State>[],
  gathered: readonly Gathered<State>[],
): Wanted<State>[] {
  const rule = ruleOf(setting.objective, 'allocate');
  if (!rule) return [];
  const budget = groups.reduce((sum, { size }) => sum + size - firstSize(setting, size), 0);
  const seeded = seededDialogues(setting, groups, gathered).slice(0, budget);
  const records = groups.map((group) => recordOf(group, gathered));
  const given = allocateEpisodes(records, budget - seeded.length, rule);
  const further = groups.flatMap((group, index) =>
    Array.from({ length: given[index] ?? 0 }, (): Wanted<State> => ({ group, seats: group.seats })),
  );
  return [...seeded, ...further];
}

function seededDialogues<State>(
  setting: Setting<State>,
  groups: readonly Group<State>[],
  gathered: readonly Gathered<State>[],
): Wanted<State>[] {
  const rule = ruleOf(setting.objective, 'in-context');
  if (rule?.when !== 'group-failed') return [];
  return groups.flatMap((group, index) => {
    if (!hasFailed(group, gathered)) return [];
    return Array.from({ length: Math.ceil(rule.share * group.size) }, (_, number) =>
      guidedSeats(setting, group, `seed ${index} ${number}`, gathered),
    ).filter((wanted) => wanted !== null);
  });
}

/** Of a scenario: how many dialogues, and the spread of what they earned; the larger one, where two seats are trained. */
function recordOf<State>(group: Group<State>, gathered: readonly Gathered<State>[]): ScenarioRecord {
  const own = gathered.flatMap((one) => (one.group === group ? [one.episode] : []));
  const spreads = (own[0]?.trainedSeats ?? []).map((seat) =>
    standardDeviation(own.flatMap(({ outcome }) => (isScored(outcome, seat) ? [outcome.points[seat] / 10] : []))),
  );
  return { count: own.length, standardDeviation: Math.max(0, ...spreads) };
}

/** Of the sample; 0 for fewer than two values. */
function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
