import { describe, expect, test } from 'vitest';
import { concat, prepare, type Prepared } from '../../../tests/objective/goldenEpisodes.ts';
import { PART_OBJECTIVES } from '../../../tests/objective/partObjectives.ts';
import { STATISTIC_NAMES, type StatisticName } from '../../../tests/objective/softmax.ts';
import { couplingOf, isCoupled } from './coupling.ts';
import { lossOfPart, type TokenStatistics } from './lossOfPart.ts';
import type { Objective } from './parts.ts';
import { PRESET_OBJECTIVES } from './presets/presetObjectives.ts';

const FIELDS = { logProb: 'logProbs', entropy: 'entropies', klToBase: 'klToBase', klFromBase: 'klFromBase' } as const;
/** Between the error of the formula, ~step², and that of rounding, ~1e-16 / step. */
const STEP = 1e-5;

/**
 * The largest difference between the coefficients and central differences, relative to the largest coefficient. Parts add up
 * (`invariance.test.ts`), so a token is moved within its own trajectory; pairs (CoPG) reach over the whole batch.
 */
function worstError(prepared: Prepared): number {
  const { objective, plan, statistics, batch } = prepared;
  const parts =
    objective.kind === 'contrastive'
      ? [{ indices: batch.map((_, index) => index), now: concat(statistics) }]
      : statistics.map((now, index) => ({ indices: [index], now }));
  const bounds = isCoupled(objective) ? couplingOf(plan, concat(statistics).logProbs) : null;
  let largest = 0;
  let worst = 0;
  for (const { indices, now } of parts) {
    const pass = (moved: TokenStatistics) => {
      // Bounds are constants; the log-ratios of pairs are not.
      const coupling = objective.kind === 'contrastive' ? couplingOf(plan, moved.logProbs) : bounds;
      return lossOfPart(plan, indices, moved, { ...(coupling ? { coupling } : {}), constantLogProbs: now.logProbs });
    };
    const coefficients = pass(now);
    for (const name of STATISTIC_NAMES) {
      coefficients[name].forEach((analytic, token) => {
        const numeric = (lossAt(pass, now, name, token, STEP) - lossAt(pass, now, name, token, -STEP)) / (2 * STEP);
        largest = Math.max(largest, Math.abs(analytic));
        worst = Math.max(worst, Math.abs(numeric - analytic));
      });
    }
  }
  expect(largest).toBeGreaterThan(1e-3);
  return worst / largest;
}

function lossAt(
  pass: (now: TokenStatistics) => { readonly loss: number },
  now: TokenStatistics,
  name: StatisticName,
  token: number,
  by: number,
): number {
  const field = FIELDS[name];
  const moved = Array.from(now[field]);
  moved[token] = (moved[token] ?? NaN) + by;
  return pass({ ...now, [field]: moved }).loss;
}

describe('the coefficients are the derivative of the loss, by central differences', () => {
  const objectives: [string, Objective][] = [...Object.entries(PRESET_OBJECTIVES), ...Object.entries(PART_OBJECTIVES)];
  test.each(objectives)('%s', (_, objective) => {
    expect(worstError(prepare(objective))).toBeLessThan(1e-6);
  });
});
