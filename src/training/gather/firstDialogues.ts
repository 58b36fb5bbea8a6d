import { branchesFrom, vineFrom } from './branches.ts';
import { demonstrations } from './demonstrate.ts';
import { guidedSeats } from './guide.ts';
import { isPicked, ruleOf } from './rules.ts';
import type { Group, Setting, Wanted } from './setting.ts';
import { temperedDialogues } from './temper.ts';

/**
 * What an update plays before it knows how anything ends: of every group its own dialogues, some of them with an example
 * or with branches, and beside them those that other temperatures and experts contribute.
 */
export function firstDialogues<State>(setting: Setting<State>, groups: readonly Group<State>[]): Wanted<State>[] {
  const own = groups.flatMap((group, index) => ownDialogues(setting, group, index));
  return [...own, ...temperedDialogues(setting, groups), ...demonstrations(setting, groups)];
}

function ownDialogues<State>(setting: Setting<State>, group: Group<State>, index: number): Wanted<State>[] {
  const plain: Wanted<State> = { group, seats: group.seats };
  const { size } = group;
  const { objective } = setting;
  const vine = ruleOf(objective, 'vine');
  if (vine) return [{ ...plain, branches: vineFrom(setting, size - 1, vine.statesPerEpisode) }];
  const branch = ruleOf(objective, 'branch');
  if (branch) {
    const trunks = Math.ceil(size / 2);
    return Array.from({ length: trunks }, (_, trunk) => {
      const count = trunk < size - trunks ? 1 : 0;
      return { ...plain, branches: branchesFrom(setting, count, branch) };
    });
  }
  const example = ruleOf(objective, 'in-context');
  const first = firstSize(setting, size);
  return Array.from({ length: first }, (_, member) => {
    const position =
      setting.updateIndex * setting.config.episodesPerUpdate + index * setting.config.episodesPerScenario + member;
    const isGuided = example?.when === 'always' && isPicked(position, example.share);
    return (isGuided ? guidedSeats(setting, group, `first ${index} ${member}`, []) : null) ?? plain;
  });
}

/** Where more are played later, fewer; but two if there are two, as fewer have no spread. */
export function firstSize<State>({ objective }: Pick<Setting<State>, 'objective'>, size: number): number {
  const refined = ruleOf(objective, 'refine')?.refinementsPerGroup ?? 0;
  const first = ruleOf(objective, 'allocate') ? Math.ceil(size / 2) : size - refined;
  return Math.min(size, Math.max(2, first));
}
