import { SotopiaScenario } from '../environment/sotopia/scenario.ts';
import { ruleDialogue, type RuleDialogue } from '../reward/userRule.ts';
import type { PlayedEpisode } from './rollout.ts';

/** Asks the rule of a scenario's author what dialogues are worth, both seats. A port: rules run in threads of their own. */
export type AskRule = (
  source: string,
  dialogues: readonly RuleDialogue[],
  signal: AbortSignal,
) => Promise<readonly (readonly [number, number])[]>;

/**
 * The dialogues with the points that their authors' rules give, where the scenario has a rule. Each rule is asked once for
 * all of its dialogues. Where nobody can run rules, their dialogues stay without points.
 *
 * @throws AppError `rule-…` when a rule fails: without points there is nothing to learn
 */
export async function withRulePoints<Played extends PlayedEpisode>(
  ask: AskRule | undefined,
  played: readonly Played[],
  signal: AbortSignal,
): Promise<readonly Played[]> {
  const bySource = new Map<string, number[]>();
  played.forEach(({ scenario }, index) => {
    const source = ruleOf(scenario);
    if (source !== null) bySource.set(source, [...(bySource.get(source) ?? []), index]);
  });
  if (!ask || bySource.size === 0) return played;
  const scored = [...played];
  for (const [source, indices] of bySource) {
    const dialogues = indices.flatMap((index) => {
      const episode = played[index];
      return episode ? [dialogueOf(episode)] : [];
    });
    const points = await ask(source, dialogues, signal);
    indices.forEach((index, order) => {
      const [episode, given] = [played[index], points[order]];
      if (episode && given)
        scored[index] = { ...episode, outcome: { ...episode.outcome, points: given, unscored: [] } };
    });
  }
  return scored;
}

function ruleOf(scenario: PlayedEpisode['scenario']): string | null {
  if (scenario.environment !== 'sotopia') return null;
  const scoring = SotopiaScenario.safeParse(scenario).data?.scoring;
  return scoring?.kind === 'rule' ? scoring.source : null;
}

function dialogueOf({ scenario, turns, outcome }: PlayedEpisode): RuleDialogue {
  const { endReason, points } = outcome;
  return ruleDialogue({ scenario, turns, endReason, points });
}
