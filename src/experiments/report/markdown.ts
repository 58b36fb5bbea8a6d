import type { ExperimentResults, Section } from '../../record/experimentReport.ts';
import { comparisonTable } from './comparisonTable.ts';
import { formatInterval } from './tables.ts';

/** The report as Markdown. Charts become tables of their numbers. */
export function markdownOf(title: string, { report, isComplete, failures }: ExperimentResults): string {
  const blocks = [
    `# ${escaped(title)}`,
    ...(isComplete ? [] : ['*Not complete: what is missing below has not been computed.*']),
    ...failures.map(({ part, what, why }) => `*Failed: ${escaped(part)}. ${escaped(what)} ${escaped(why)}*`),
    ...report.map(blockOf),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function blockOf(section: Section): string {
  switch (section.kind) {
    case 'heading':
      return `## ${escaped(section.text)}`;
    case 'text':
      return escaped(section.text);
    case 'table':
      return tableOf(section.title, section.columns, section.rows);
    case 'comparisons': {
      const { columns, rows } = comparisonTable(section.rows);
      return tableOf(section.title, columns, rows);
    }
    case 'dots':
      return tableOf(
        section.title,
        ['condition', section.unit],
        section.rows.map(({ label, interval }) => [label, formatInterval(interval)]),
      );
    case 'lines':
      return tableOf(
        section.title,
        ['series', section.xLabel, section.unit],
        section.series.flatMap(({ label, points }) => points.map(({ x, y }) => [label, String(x), formatInterval(y)])),
      );
    case 'examples':
      return [
        `**${escaped(section.title)}**`,
        ...section.rows.map(({ label, lines }) =>
          [`- ${escaped(label)}`, ...lines.map((line) => `  - ${escaped(line)}`)].join('\n'),
        ),
      ].join('\n\n');
  }
}

function tableOf(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return [`**${escaped(title)}**`, '', row(columns), `|${columns.map(() => '---').join('|')}|`, ...rows.map(row)].join(
    '\n',
  );
}

/** What models wrote may hold anything: marks mean nothing, no link is made, and a line stays a line. */
function escaped(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_|#]/g, (mark) => `\\${mark}`)
    .replaceAll('<', '&lt;')
    .replaceAll('](', ']\\(');
}
