import type { RunConfig } from '../../record/runConfig.ts';
import { assertSupplied, type Need } from './needs.ts';
import { objectiveOf } from './objectiveOf.ts';
import type { Objective } from './parts.ts';

/** What this trainer gives an objective beside the basics. */
const SUPPLIED: ReadonlySet<Need> = new Set<Need>([
  'kinds',
  'whole-batch-first',
  'base-log-probs',
  'base-log-probs-at-sampling',
  'tempered-log-probs',
  'values',
  'forks',
  'guided',
  'demonstration',
  'tempered',
  'beliefs',
]);

/**
 * The objective of a run. Asked wherever a run can be ordered (form, worker, command line), so that a refused one leaves
 * nothing behind.
 *
 * @param progress share of the run that is done, 0–1
 * @throws AppError before anything is played, when it could not be trained as it is meant
 */
export function trainableObjective(config: RunConfig, progress = 0): Objective {
  const objective = objectiveOf(config, progress);
  assertSupplied(config.preset, objective, SUPPLIED);
  return objective;
}
