import type { ListedCheckpoint } from '../../record/checkpoint.ts';
import { defaultRunConfig, type RunConfig } from '../../record/runConfig.ts';
import { fixtureEvaluation, fixtureMetrics } from '../fixtures.ts';
import type { Compared } from './contender.ts';
import { stylesOf } from './contenderStyles.ts';

/** Made-up runs for tests. Nothing in the app imports this file. */

export interface FixtureRun {
  readonly changes?: Partial<RunConfig>;
  readonly updates?: number;
  /** Updates after which there is an evaluation, and its points ± 0.5. */
  readonly heldOut?: readonly (readonly [updatesDone: number, points: number])[];
}

/** Whole runs: see `atMoment`. */
export function fixtureRuns(...runs: readonly FixtureRun[]): Compared[] {
  const names = runs.map((_, index) => `run ${index + 1}`);
  const styles = stylesOf(names);
  return runs.map(({ changes = {}, updates = 3, heldOut = [] }, index): Compared => {
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
      checkpoints: [],
      key: name,
      name,
      moment: null,
      weights: null,
      style: styles[index] ?? { color: '--run-1', dash: [] },
    };
  });
}

/** The contender that this run was after so many updates. */
export function atMoment(compared: Compared, moment: number): Compared {
  const checkpointId = `${compared.run.runId}-${moment}`;
  const checkpoint: ListedCheckpoint = {
    formatVersion: 1,
    checkpointId,
    runId: compared.run.runId,
    label: `update ${moment}`,
    createdAtMs: moment,
    modelName: compared.run.modelName,
    updatesDone: moment,
    optimizerStep: moment,
    config: compared.run.config,
    score: null,
    isKept: false,
    isBest: false,
    sizeBytes: 0,
  };
  return {
    ...compared,
    checkpoints: [...compared.checkpoints, checkpoint],
    key: `${compared.key}@${checkpointId}`,
    name: `update ${moment} · ${compared.name}`,
    moment,
    weights: { kind: 'checkpoint', checkpoint },
  };
}
