import type { Learner, TokenStats } from '../policy/engine.ts';
import type { ObjectiveMemory } from '../record/objectiveMemory.ts';
import type { RunConfig } from '../record/runConfig.ts';
import { splitByExample } from './exampleStats.ts';
import { microBatches } from './miniBatches.ts';
import { needsOf } from './objective/needs.ts';
import type { Objective } from './objective/parts.ts';
import { regulatingTemperature } from './objective/regulariser/entropyTarget.ts';
import type { TrainingExample } from './sides.ts';
import { valuesOf, type ValueHead } from './valueHead.ts';

/** What a pass through the model said of one example before anything was planned: under the weights that sampled it. */
export interface Measurement {
  readonly stats: TokenStats;
  /** Log-probs at the second temperature that the objective asks for; null when it asks for none. */
  readonly temperedLogProbs: Float32Array | null;
  /** Prediction of the value head before each own turn; null without one. */
  readonly values: readonly number[] | null;
}

/** Whether advantages or weights depend on what only the model can say of the batch. Pairs compare log-ratios to the base. */
export function wantsMeasuring(objective: Objective): boolean {
  const needs = needsOf(objective);
  const isAsked = (['base-log-probs-at-sampling', 'tempered-log-probs', 'values'] as const).some((need) =>
    needs.has(need),
  );
  return isAsked || objective.kind === 'contrastive';
}

/**
 * One forward pass over the batch, where the objective wants one, and a second at the other temperature. Yields the share
 * that is done. @returns one measurement per example, or null
 */
export async function* measureBatch(
  { strategistTemperature }: Pick<RunConfig, 'strategistTemperature'>,
  objective: Objective,
  learner: Pick<Learner, 'forward' | 'tokenLimit'>,
  examples: readonly TrainingExample[],
  { valueHead, memory }: { readonly valueHead: ValueHead | null; readonly memory: ObjectiveMemory },
  signal: AbortSignal,
): AsyncGenerator<number, readonly Measurement[] | null> {
  if (!wantsMeasuring(objective)) return null;
  const second = secondTemperature(objective, memory, strategistTemperature);
  const measured: Measurement[] = [];
  for (const part of microBatches(examples, learner.tokenLimit)) {
    signal.throwIfAborted();
    const all = splitByExample(part, await learner.forward(part, strategistTemperature));
    const tempered = second === null ? null : splitByExample(part, await learner.forward(part, second));
    all.forEach((stats, index) =>
      measured.push({
        stats,
        temperedLogProbs: tempered?.[index]?.logProbs ?? null,
        values: valueHead && valuesOf(valueHead, stats.hidden),
      }),
    );
    yield measured.length / examples.length;
  }
  return measured;
}

/** Chosen by the entropy of the batch before; the first batch knows of none, and is not reweighted. */
function secondTemperature(objective: Objective, { entropy }: ObjectiveMemory, own: number): number | null {
  const term = objective.regularisers.find((regulariser) => regulariser.kind === 'tempered-reinforce');
  if (term?.from !== 'weighted') return null;
  return entropy === null ? own : regulatingTemperature(entropy, term.rule);
}
