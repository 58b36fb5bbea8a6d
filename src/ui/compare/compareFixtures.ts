import { defaultRunConfig, type RunConfig } from '../../record/runConfig.ts';
import { fixtureEvaluation, fixtureMetrics } from '../fixtures.ts';
import type { ComparedRun } from './comparedRun.ts';
import { stylesOf } from './runStyles.ts';

/** Made-up runs for tests. Nothing in the app imports this file. */

interface FixtureRun {
  readonly changes?: Partial<RunConfig>;
  readonly updates?: number;
  /** Updates after which there is an evaluation, and its points ± 0.5. */
  readonly heldOut?: readonly (readonly [updatesDone: number, points: number])[];
}

export function fixtureRuns(...runs: readonly FixtureRun[]): ComparedRun[] {
  const names = runs.map((_, index) => `run ${index + 1}`);
  const styles = stylesOf(names);
  return runs.map(({ changes = {}, updates = 3, heldOut = [] }, index): ComparedRun => {
    const name = names[index] ?? '';
    return {
      run: {
        runId: name,
        name,
        status: 'finished',
        config: { ...defaultRunConfig(), updates, ...changes },
        modelName: 'parley-mini',
        createdAtMs: index,
        updatedAtMs: index,
        updatesDone: updates,
        lastFailure: null,
      },
      history: Array.from({ length: updates }, (_, updateIndex) => ({
        updateIndex,
        metrics: { ...fixtureMetrics(updateIndex), entropy: 10 * (index + 1) + updateIndex },
      })),
      evaluations: heldOut.map(([updatesDone, mean]) => ({
        runId: name,
        updatesDone,
        createdAtMs: 0,
        evaluation: fixtureEvaluation({ mean, low: mean - 0.5, high: mean + 0.5 }),
      })),
      style: styles[index] ?? { color: '--run-1', dash: [] },
    };
  });
}
