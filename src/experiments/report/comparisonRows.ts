import type { Comparison } from '../../record/experimentReport.ts';
import { formatInterval } from './tables.ts';

export const COMPARISON_COLUMNS = ['condition', 'against', 'difference', 'p', 'p after Holm'];

export function comparisonRows(rows: readonly Comparison[]): string[][] {
  return rows.map(({ label, against, difference, p, corrected }) => [
    label,
    against,
    formatInterval(difference),
    formatP(p),
    formatP(corrected),
  ]);
}

/** The test cannot say less than one in ten thousand. */
function formatP(p: number): string {
  return p < 0.001 ? '< .001' : p.toFixed(3).replace(/^0/, '');
}
