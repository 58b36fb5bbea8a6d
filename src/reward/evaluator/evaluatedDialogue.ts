import { isScored } from '../../environment/environment.ts';
import type { Outcome } from '../../environment/environment.ts';
import { actionText, SotopiaAction } from '../../environment/sotopia/action.ts';
import { sotopiaDescription } from '../../environment/sotopia/description.ts';
import { namesOf, SotopiaScenario } from '../../environment/sotopia/scenario.ts';
import { goalOf } from '../../environment/sotopia/sight.ts';
import type { Action } from '../../record/episode.ts';
import type { Scenario, SeatIndex } from '../../record/scenario.ts';
import type { EvaluatedDialogue } from './evaluate.ts';

interface Finished {
  readonly scenario: Scenario;
  readonly turns: readonly { readonly seat: SeatIndex; readonly action: Action }[];
  readonly outcome: Outcome;
}

/** A finished SOTOPIA dialogue as its evaluator reads it, strategies left out; null for other interactions. */
export function evaluatedDialogue({ scenario, turns, outcome }: Finished): EvaluatedDialogue | null {
  if (scenario.environment !== 'sotopia') return null;
  const social = SotopiaScenario.parse(scenario);
  const { people } = social;
  const secretOf = (seat: SeatIndex) => people[seat].secret.trim() || null;
  const ruled = (seat: SeatIndex) => (isScored(outcome, seat) ? outcome.points[seat] : null);
  return {
    names: namesOf(social),
    situation: sotopiaDescription.table(social),
    goals: [goalOf(social, 0), goalOf(social, 1)],
    secrets: [secretOf(0), secretOf(1)],
    turns: turns.flatMap(({ seat, action }) => {
      const did = SotopiaAction.parse(action);
      // Who did nothing, or something that nobody could hear, is not in the transcript.
      return did.kind === 'speak' || did.kind === 'leave' ? [{ seat, text: actionText(did) }] : [];
    }),
    ruledGoals: [ruled(0), ruled(1)],
  };
}
