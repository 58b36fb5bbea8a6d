import { environmentFor } from '../../environment/registry.ts';
import type { Action, StrategyReading } from '../../record/episode.ts';
import type { Scenario } from '../../record/scenario.ts';

/** How the environment took an utterance, in words. */
export interface ActionText {
  readonly label: string;
  /** What it names, or why it does not count. */
  readonly detail: string | null;
  readonly isLegal: boolean;
}

export function describeAction(action: Action, scenario: Scenario): ActionText {
  const isLegal = action.kind !== 'invalid';
  const label = isLegal ? action.kind.replaceAll('-', ' ') : 'not understood';
  return { label, detail: detailOf(action, scenario), isLegal };
}

/** null where this version does not know the scenario or the action: records outlive what made them. */
function detailOf(action: Action, scenario: Scenario): string | null {
  const environment = environmentFor(scenario);
  const known = environment?.actionSchema.safeParse(action);
  return environment && known?.success ? environment.description.detail(known.data, scenario) : null;
}

/** Whether the utterance carried the strategy out. `null` in the tone: it cannot be said. */
export function describeReading({ family, isApplicable, isFollowed }: StrategyReading): {
  readonly text: string;
  readonly isGood: boolean | null;
} {
  if (family === null) return { text: 'not a strategy of the game', isGood: null };
  if (!isApplicable) return { text: 'strategy does not apply here', isGood: null };
  if (isFollowed === null) return { text: 'following cannot be checked', isGood: null };
  return isFollowed ? { text: 'strategy followed', isGood: true } : { text: 'strategy not followed', isGood: false };
}
