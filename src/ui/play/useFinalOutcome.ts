import { useEffect, useState } from 'react';
import { explain, isAbort } from '../../base/errors.ts';
import type { Outcome } from '../../environment/environment.ts';
import { SotopiaScenario } from '../../environment/sotopia/scenario.ts';
import type { Scenario } from '../../record/scenario.ts';
import { ruleDialogue } from '../../reward/userRule.ts';
import { askRule } from '../../../workers/rules.ts';
import type { Failure } from '../engineStore.ts';
import type { PlayReading } from './playReading.ts';

export interface FinalOutcome {
  /** null while the play goes on, or its author's rule is at work. */
  readonly outcome: Outcome | null;
  /** Why the rule gave no points. */
  readonly failure: Failure | null;
}

const NOTHING_YET: FinalOutcome = { outcome: null, failure: null };

/** How the play ended: by the environment, or by the rule of the scenario's author where it has one. */
export function useFinalOutcome(reading: PlayReading): FinalOutcome {
  const { environment, scenario, state } = reading;
  const outcome = environment.outcome(state);
  const source = outcome ? ruleSource(scenario) : null;
  const [ruled, setRuled] = useState<FinalOutcome & { readonly state: unknown }>({ ...NOTHING_YET, state: null });
  useEffect(() => {
    if (!outcome || source === null) return;
    const abort = new AbortController();
    const turns = reading.turns.map(({ turn, action }) => ({ seat: turn.seat, utterance: turn.utterance, action }));
    const dialogue = ruleDialogue({ scenario, turns, endReason: outcome.endReason, points: outcome.points });
    askRule(source, [dialogue], abort.signal).then(
      ([points]) =>
        setRuled({ state, failure: null, outcome: points ? { ...outcome, points, unscored: [] } : outcome }),
      (thrown: unknown) => {
        if (!isAbort(thrown) && !abort.signal.aborted) setRuled({ state, outcome, failure: explain(thrown) });
      },
    );
    return () => abort.abort();
    // The outcome is a function of the state.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [state, source]);
  if (source === null) return { outcome, failure: null };
  return ruled.state === state ? ruled : NOTHING_YET;
}

function ruleSource(scenario: Scenario): string | null {
  if (scenario.environment !== 'sotopia') return null;
  const scoring = SotopiaScenario.safeParse(scenario).data?.scoring;
  return scoring?.kind === 'rule' ? scoring.source : null;
}
