import { hintTier, shownLength } from '../objective/data/guidance.ts';
import { bestExperts, teacherOf } from './experts.ts';
import { contextOf, SHARE_OF_CONTEXT } from './guide.ts';
import {
  hasFailed,
  isSuccess,
  withStrategists,
  type Gathered,
  type Group,
  type Setting,
  type Wanted,
} from './setting.ts';

/** Tiers of help, and the share of the run in which nobody is helped yet (Scaf-GRPO's diagnosis phase). */
const HINTS = { tiers: 4, diagnosisShare: 0.15 };
export const HINT_TIERS: readonly number[] = Array.from({ length: HINTS.tiers }, (_, index) => index + 1);

/**
 * Another dialogue for each group that has failed so far, whose strategists read how experts began the same scenario: a
 * fourth of their turns more with every tier (GHPO, arXiv 2507.10628; Scaf-GRPO, arXiv 2510.19807). The first that succeeds
 * joins the group, and is trained in the prompt that it was sampled in: importance ratios are what they always are.
 */
export function hintedDialogues<State>(
  setting: Setting<State>,
  groups: readonly Group<State>[],
  gathered: readonly Gathered<State>[],
  tier: number,
): Wanted<State>[] {
  const { config, updateIndex, table } = setting;
  const teacher = config.hints === 'on' ? teacherOf(table.environment) : null;
  if (!teacher || hintTier(tier, updateIndex / config.updates, HINTS) !== tier) return [];
  return groups.flatMap((group, index) => {
    if (!hasFailed(group, gathered)) return [];
    const { environment, chatFormat, contextLength, turnLimit } = table;
    const name = ['hint', updateIndex, index];
    let isComplete = true;
    const seats = withStrategists(group, (seat, strategist) => {
      const { turns } = bestExperts(teacher, group.scenario, [seat], turnLimit, config.seed, [...name, seat]);
      const own = turns.flatMap((turn, position) => (turn.seat === seat ? [position] : []));
      const last = own[shownLength(own.length, tier) - 1] ?? -1;
      const view = chatFormat.openView(environment.view(group.scenario, seat));
      const shown = { turns: turns.slice(0, last + 1) };
      const tokenIds = contextOf(shown, seat, view, chatFormat, contextLength * SHARE_OF_CONTEXT) ?? [];
      isComplete &&= tokenIds.length > 0;
      return { ...strategist, help: { tokenIds, isTrainedWith: true } };
    });
    return isComplete ? [{ group, seats, isKept: isSuccess }] : [];
  });
}
