import type { ObjectiveMemory } from '../../../record/objectiveMemory.ts';
import { learnReturns } from './linearBaseline.ts';
import type { Credit } from '../parts.ts';
import { linearFeatures } from './baselines.ts';
import { firstQuantiles, riskBundles } from './creditRules.ts';
import { firstReturns, type Earned } from './earned.ts';
import { trackQuantile } from './quantileRisk.ts';
import { learnSeatAverages } from './seatAverage.ts';

/** What the credit remembers after this batch. Nothing that it does with the batch itself may read it. */
export function learnCredit(credit: Credit, earned: Earned): ObjectiveMemory {
  const { batch, memory, returns, takesPart } = earned;
  if (credit.kind === 'quantile-risk') {
    const bundles = riskBundles(credit, earned);
    const scores = bundles.map(({ score }) => score);
    const [lower, upper] = memory.quantiles ?? firstQuantiles(credit, bundles);
    const step = (quantile: number, level: number) => trackQuantile(quantile, level, scores, credit.trackingRate);
    return { ...memory, quantiles: [step(lower, credit.lowerLevel), step(upper, credit.upperLevel)] };
  }
  const usesLinear =
    credit.kind === 'gae' ? credit.values === 'linear' : credit.kind === 'returns' && credit.baseline.kind === 'linear';
  if (usesLinear) {
    const compared = <Value>(values: readonly Value[]) => values.filter((_, index) => takesPart[index]);
    return {
      ...memory,
      linear: learnReturns(memory.linear, compared(linearFeatures(earned)).flat(), compared(returns).flat()),
    };
  }
  if (credit.kind === 'returns' && credit.baseline.kind === 'seat-average') {
    const first = firstReturns(earned);
    const entries = batch.flatMap(({ seat }, index) => {
      const value = first[index] ?? null;
      return value === null ? [] : [{ seat, value }];
    });
    return { ...memory, seatAverages: learnSeatAverages(memory.seatAverages, entries, credit.baseline.decay) };
  }
  return memory;
}
