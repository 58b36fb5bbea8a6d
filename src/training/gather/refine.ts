import { chosenRefinements } from '../objective/data/guidance.ts';
import type { PlayedEpisode } from '../rollout.ts';
import { critiqueOf } from './critique.ts';
import { firstSize } from './firstDialogues.ts';
import { SHARE_OF_CONTEXT, wholeTurns } from './guide.ts';
import { ruleOf } from './rules.ts';
import { meanOutcome, withStrategists, type Gathered, type Group, type Setting, type Wanted } from './setting.ts';

/**
 * Second tries at the dialogues of each group that went worst (Critique-GRPO, arXiv 2506.03106): every trained strategist
 * reads its own first try and a critique of it before its view, and its tokens are learned from without both.
 */
export function refinements<State>(
  setting: Setting<State>,
  groups: readonly Group<State>[],
  gathered: readonly Gathered<State>[],
): Wanted<State>[] {
  if (!ruleOf(setting.objective, 'refine')) return [];
  return groups.flatMap((group) => {
    const drafts = gathered.flatMap((one) => (one.group === group ? [one.episode] : []));
    const worst = drafts.toSorted((a, b) => meanOutcome(a) - meanOutcome(b));
    return worst
      .slice(0, group.size - firstSize(setting, group.size))
      .map((draft) => refinement(setting, group, draft));
  });
}

function refinement<State>({ table }: Setting<State>, group: Group<State>, draft: PlayedEpisode): Wanted<State> {
  const { chatFormat, contextLength } = table;
  const limit = contextLength * SHARE_OF_CONTEXT;
  const seats = withStrategists(group, (seat, strategist) => {
    const critique = chatFormat.partnerTurn(critiqueOf(draft, seat)).slice(0, limit);
    const tokenIds = [...wholeTurns(draft, seat, chatFormat, limit - critique.length), ...critique];
    return { ...strategist, help: { tokenIds, isTrainedWith: false } };
  });
  const isKept = (refined: PlayedEpisode) =>
    chosenRefinements([meanOutcome(draft)], [meanOutcome(refined)], 1).length > 0;
  return { group, seats, source: 'guided', isKept };
}
