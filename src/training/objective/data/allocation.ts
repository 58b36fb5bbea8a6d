import { studentQuantile } from './studentQuantile.ts';

/** What is known of a scenario's returns so far. */
export interface ScenarioRecord {
  readonly count: number;
  readonly standardDeviation: number;
}

/** Half the width of Student's confidence interval of a mean of `count` returns (XRPO, arXiv 2510.06672): `t·s/√n`. */
export function halfWidth({ count, standardDeviation }: ScenarioRecord, confidence: number): number {
  if (count < 2) return Infinity;
  return (studentQuantile(1 - (1 - confidence) / 2, count - 1) * standardDeviation) / Math.sqrt(count);
}

/**
 * XRPO's rollout allocation: each further episode goes to the scenario with the largest
 * `(h(n) − h(n + 1)) + explorationWeight·√(ln(1 + total)/n)`: what it would narrow the interval by, and a bonus for rarely
 * played ones. The spread is taken as it is known; scenarios with fewer than two episodes come first.
 *
 * @returns episodes for each scenario, adding up to `episodes`
 */
export function allocateEpisodes(
  records: readonly ScenarioRecord[],
  episodes: number,
  { confidence, explorationWeight }: { readonly confidence: number; readonly explorationWeight: number },
): number[] {
  const given = records.map(() => 0);
  for (let step = 0; step < episodes; step++) {
    const counts = records.map(({ count }, index) => count + (given[index] ?? 0));
    const total = counts.reduce((sum, count) => sum + count, 0);
    const priorities = records.map(({ standardDeviation }, index) => {
      const count = counts[index] ?? 0;
      if (count < 2) return Infinity;
      const now = halfWidth({ count, standardDeviation }, confidence);
      const narrowed = now - halfWidth({ count: count + 1, standardDeviation }, confidence);
      return narrowed + explorationWeight * Math.sqrt(Math.log(1 + total) / count);
    });
    const fewestFirst = priorities.map((priority, index) => ({ priority, count: counts[index] ?? 0, index }));
    fewestFirst.sort((a, b) => compare(b.priority, a.priority) || a.count - b.count || a.index - b.index);
    const chosen = fewestFirst[0]?.index ?? 0;
    given[chosen] = (given[chosen] ?? 0) + 1;
  }
  return given;
}

/** As subtraction, but two infinities are equal. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
