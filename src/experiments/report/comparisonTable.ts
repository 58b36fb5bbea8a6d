import type { Comparison } from '../../record/experimentReport.ts';
import { formatInterval } from './tables.ts';

const COLUMNS = ['condition', 'against', 'difference', 'p', 'p after Holm'];

/** A list of comparisons as cells; with the differences of margins, where they are known. */
export function comparisonTable(rows: readonly Comparison[]): { columns: string[]; rows: string[][] } {
  const hasMargins = rows.some(({ margin }) => margin !== undefined);
  return {
    columns: [...COLUMNS, ...(hasMargins ? ['difference of margins'] : [])],
    rows: rows.map(({ label, against, difference, p, corrected, margin }) => [
      label,
      against,
      formatInterval(difference),
      formatP(p),
      formatP(corrected),
      ...(hasMargins ? [margin ? formatInterval(margin) : '–'] : []),
    ]),
  };
}

/** The test cannot say less than one in ten thousand. */
function formatP(p: number): string {
  return p < 0.001 ? '< .001' : p.toFixed(3).replace(/^0/, '');
}
