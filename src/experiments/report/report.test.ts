import { expect, test } from 'vitest';
import type { EpisodeResult } from '../../record/experiment.ts';
import { CellSummary, type ExperimentResults, type Section } from '../../record/experimentReport.ts';
import { orderOf } from '../recipe.ts';
import { recipeNamed } from '../recipes/recipes.ts';
import { drawDots, drawLines, ticksOf } from './draw.ts';
import { htmlOf } from './html.ts';
import { markdownOf } from './markdown.ts';
import { compareWith, summarise } from '../summarise.ts';
import { comparisonTable } from './comparisonTable.ts';
import { changeTable, pointsTable } from './tables.ts';

const HOSTILE = '<script>alert("1")</script> | **x** `y`\nz [l](http://a.b)';
const interval = { mean: 6, low: 5, high: 7.5 };
const report: Section[] = [
  { kind: 'heading', text: HOSTILE },
  { kind: 'table', title: HOSTILE, columns: ['a', 'b'], rows: [[HOSTILE, '1']] },
  { kind: 'dots', title: 'dots', unit: 'points', rows: [{ label: HOSTILE, interval }] },
  {
    kind: 'lines',
    title: 'lines',
    xLabel: 'updates',
    unit: 'points',
    series: [{ label: HOSTILE, points: [{ x: 1, y: interval }] }],
  },
  {
    kind: 'comparisons',
    title: 'c',
    rows: [{ label: HOSTILE, against: 'b', difference: interval, p: 0.0001, corrected: 0.04 }],
  },
  { kind: 'examples', title: 'e', rows: [{ label: HOSTILE, lines: [HOSTILE] }] },
];
const results: ExperimentResults = {
  formatVersion: 1,
  order: orderOf(recipeNamed('controls'), true),
  isComplete: false,
  trainings: [],
  cells: [],
  failures: [{ part: HOSTILE, what: HOSTILE, why: '' }],
  report,
};

test('what models wrote is text in HTML, in attributes too', () => {
  const html = htmlOf(HOSTILE, results);
  expect(html).not.toContain('<script');
  expect(html).not.toContain('alert("1")');
  expect(html).toContain('&lt;script&gt;');
  expect(html.match(/<svg/g)).toHaveLength(2);
  expect(html).toContain('Not complete');
  expect(html).not.toMatch(/(src|href)=|url\(|@import/); // needs nothing from anywhere
});

test('in Markdown marks mean nothing and a row stays a row', () => {
  const markdown = markdownOf('t', results);
  expect(markdown).not.toContain('<script');
  expect(markdown).toContain('\\*\\*x\\*\\*');
  for (const line of markdown.split('\n').filter((row) => row.startsWith('| ') && row.includes('script')))
    expect(line.replaceAll('\\|', '').split('|').length).toBeGreaterThan(3);
  expect(markdown).toContain('| &lt; .001 |');
  expect(markdown).toContain('6.00 [5.00, 7.50]');
  expect(markdown).not.toMatch(/[^\\]\]\(/);
});

test('ticks are round and hold all values', () => {
  expect(ticksOf([5.2, 6.9])).toEqual([5, 5.5, 6, 6.5, 7]);
  expect(ticksOf([0, 0])).toEqual([0, 0.2]);
  expect(ticksOf([])).toEqual([0, 1]);
  expect(ticksOf([-120, 340])).toEqual([-200, -100, 0, 100, 200, 300, 400]);
});

test('means lie within their intervals on the drawing, and everything within its frame', () => {
  const drawing = drawDots({
    kind: 'dots',
    title: 't',
    unit: 'u',
    rows: [
      { label: 'a', interval },
      { label: 'b', interval: { mean: 1, low: 1, high: 1 } },
    ],
  });
  const dots = drawing.shapes.filter((shape) => shape.kind === 'dot');
  const [line] = drawing.shapes.filter((shape) => shape.kind === 'line' && shape.tone === 0);
  if (line?.kind !== 'line' || dots[0]?.kind !== 'dot') throw new Error('nothing is drawn');
  expect(line.x1).toBeLessThan(dots[0].x);
  expect(line.x2).toBeGreaterThan(dots[0].x);
  for (const shape of drawing.shapes) if (shape.kind === 'dot') expect(shape.x).toBeLessThanOrEqual(drawing.width);
  const lines = drawLines({
    kind: 'lines',
    title: 't',
    xLabel: 'x',
    unit: 'u',
    series: [
      {
        label: 's',
        points: [
          { x: 0, y: interval },
          { x: 9, y: interval },
        ],
      },
    ],
  });
  expect(lines.label).toBe('t: s ends at 6.00');
  expect(lines.shapes.filter(({ kind }) => kind === 'path')).toHaveLength(2);
});

/** One dialogue of each scenario; both seats' points. */
const condition = (label: string, points: readonly (readonly [own: number, partner: number])[]) => ({
  label,
  results: points.map(([own, partner], index): EpisodeResult => ({
    index,
    scenario: `s${index}`,
    cluster: `c${index}`,
    seat: 0,
    points: own,
    partnerPoints: partner,
    endReason: 'agreement',
    isParetoOptimal: false,
    turns: [],
  })),
});
const before = condition('untrained', [
  [5, 5],
  [4, 6],
]);
const after = condition('trained', [
  [8, 4],
  [5, 5],
]);

test('tables of points have the margin, own points minus the partner’s, with its interval', () => {
  const { columns, rows } = pointsTable('t', [after]);
  const place = columns.indexOf('margin');
  expect(place).toBe(columns.indexOf('partner’s points') + 1);
  expect(rows[0]?.[place]).toBe('2.00 [0.00, 4.00]'); // margins of 4 and 0
});

test('before and after: what was won together, and what from the partner', () => {
  const { columns, rows } = changeTable('t', before, after);
  expect(columns.slice(1)).toEqual(['before: untrained', 'after: trained', 'after − before']);
  const means = rows.map((row) => row.slice(1).map((cell) => Number(cell.split(' ')[0])));
  expect(means).toEqual([
    [4.5, 6.5, 2], // own
    [5.5, 4.5, -1], // partner’s
    [10, 11, 1], // together
    [-1, 2, 3], // margin
    [1, 1, 0], // agreement
  ]);
});

test('comparisons have differences of margins; those of older files, which have none, are as they were', () => {
  const rows = compareWith(after, [before]);
  expect(comparisonTable(rows).columns.at(-1)).toBe('difference of margins');
  expect(comparisonTable(rows).rows[0]?.at(-1)).toMatch(/^3\.00 \[/);
  const older = rows.map(({ label, against, difference, p, corrected }) => ({
    label,
    against,
    difference,
    p,
    corrected,
  }));
  expect(comparisonTable(older).columns).toEqual(['condition', 'against', 'difference', 'p', 'p after Holm']);
  expect(comparisonTable(older).rows[0]).toHaveLength(5);
  const olderSummary = Object.fromEntries(
    Object.entries(summarise(after.results)).filter(([name]) => name !== 'margin'),
  );
  expect(CellSummary.safeParse(olderSummary).success).toBe(true);
});

test('where nobody knows the points, there is no margin', () => {
  const unknown = after.results.map((result) => ({ ...result, points: null }));
  expect(summarise(unknown).margin).toBeNull();
  expect(changeTable('t', before, { label: 'unknown', results: unknown }).rows.map(([name]) => name)).toEqual([
    'partner’s points',
    'agreement',
  ]);
});
