import { bestExperts, teacherOf } from './experts.ts';
import { ruleOf } from './rules.ts';
import { withStrategists, type Group, type Setting, type Wanted } from './setting.ts';

/**
 * Dialogues in which rule-made experts are the strategists of the trained seats, with the agents and the partner of the run
 * (HPT, arXiv 2509.04419, and supervised learning). What they write becomes tokens in the strategist's own context.
 */
export function demonstrations<State>(setting: Setting<State>, groups: readonly Group<State>[]): Wanted<State>[] {
  const { config, table, updateIndex, objective } = setting;
  const perGroup = ruleOf(objective, 'demonstrate')?.perGroup ?? 0;
  const teacher = teacherOf(table.environment);
  if (!teacher) return [];
  return groups.flatMap((group, index) =>
    Array.from({ length: perGroup }, (_, number): Wanted<State> => {
      const name = ['demonstration', updateIndex, index, number];
      const { scenario, seats } = group;
      const own = ([0, 1] as const).filter((seat) => {
        const { strategist } = seats[seat];
        return strategist?.kind === 'model' && strategist.isTrained;
      });
      const experts = bestExperts(teacher, scenario, own, table.turnLimit, config.seed, name);
      const shown = withStrategists(group, (seat, { speaker }) => {
        return { kind: 'expert', speaker, write: experts.write[seat], isTrained: true };
      });
      return { group, seats: shown, source: 'demonstration' };
    }),
  );
}
