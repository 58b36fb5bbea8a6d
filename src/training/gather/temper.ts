import { regulatingTemperature } from '../objective/regulariser/entropyTarget.ts';
import { isPicked, ruleOf } from './rules.ts';
import { withStrategists, type Group, type Setting, type Wanted } from './setting.ts';

/**
 * AEPO (arXiv 2510.08141): a share of every group's dialogues again, hotter while entropy is below its target, else colder.
 * Entropy is that of the last batch: before the first one nobody has measured any, and none are played.
 */
export function temperedDialogues<State>(
  { objective, memory }: Pick<Setting<State>, 'objective' | 'memory'>,
  groups: readonly Group<State>[],
): Wanted<State>[] {
  const share = ruleOf(objective, 'tempered')?.share ?? 0;
  const term = objective.regularisers.find((regulariser) => regulariser.kind === 'tempered-reinforce');
  if (!term || memory.entropy === null) return [];
  const temperature = regulatingTemperature(memory.entropy, term.rule);
  const seatsFor = new Map(
    groups.map((group) => [group, withStrategists(group, (_, strategist) => ({ ...strategist, temperature }))]),
  );
  const members = groups.flatMap((group) => Array.from({ length: group.size }, () => group));
  return members
    .filter((_, position) => isPicked(position, share))
    .map((group) => ({ group, seats: seatsFor.get(group) ?? group.seats, source: 'tempered' }));
}
