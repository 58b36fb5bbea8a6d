import type { ExperimentResults, Section } from '../../record/experimentReport.ts';
import { comparisonTable } from './comparisonTable.ts';
import { drawDots, drawLines, type Drawing, type Shape } from './draw.ts';

/** The report as one HTML file that needs nothing else: no script, no font, no picture from anywhere. */
export function htmlOf(title: string, { report, isComplete, failures }: ExperimentResults): string {
  const notes = [
    ...(isComplete ? [] : ['<p class="note">Not complete: what is missing below has not been computed.</p>']),
    ...failures.map(
      ({ part, what, why }) => `<p class="note">Failed: ${escaped(part)}. ${escaped(what)} ${escaped(why)}</p>`,
    ),
  ];
  const body = [`<h1>${escaped(title)}</h1>`, ...notes, ...report.map(blockOf)].join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${SHEET}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

function blockOf(section: Section): string {
  switch (section.kind) {
    case 'heading':
      return `<h2>${escaped(section.text)}</h2>`;
    case 'text':
      return `<p>${escaped(section.text)}</p>`;
    case 'table':
      return tableOf(section.title, section.columns, section.rows);
    case 'comparisons': {
      const { columns, rows } = comparisonTable(section.rows);
      return tableOf(section.title, columns, rows);
    }
    case 'dots':
      return figureOf(section.title, drawDots(section));
    case 'lines':
      return figureOf(section.title, drawLines(section));
    case 'examples':
      return [
        `<h3>${escaped(section.title)}</h3>`,
        ...section.rows.map(
          ({ label, lines }) =>
            `<details><summary>${escaped(label)}</summary><ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul></details>`,
        ),
      ].join('\n');
  }
}

function tableOf(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = columns.map((column) => `<th scope="col">${escaped(column)}</th>`).join('');
  const lines = rows.map(
    ([first = '', ...cells]) =>
      `<tr><th scope="row">${escaped(first)}</th>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll" tabindex="0"><table><caption>${escaped(title)}</caption><thead><tr>${head}</tr></thead><tbody>\n${lines.join('\n')}\n</tbody></table></div>`;
}

function figureOf(title: string, { width, height, label, shapes }: Drawing): string {
  return `<figure><figcaption>${escaped(title)}</figcaption><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">\n${shapes.map(elementOf).join('\n')}\n</svg></figure>`;
}

function elementOf(shape: Shape): string {
  const n = (value: number) => value.toFixed(1);
  switch (shape.kind) {
    case 'line':
      return `<line class="tone-${shape.tone}" x1="${n(shape.x1)}" y1="${n(shape.y1)}" x2="${n(shape.x2)}" y2="${n(shape.y2)}"/>`;
    case 'path': {
      const points = shape.points.map(([x, y]) => `${n(x)},${n(y)}`).join(' ');
      return shape.isArea
        ? `<polygon class="tone-${shape.tone} area" points="${points}"/>`
        : `<polyline class="tone-${shape.tone}" points="${points}"/>`;
    }
    case 'dot':
      return `<circle class="tone-${shape.tone}" cx="${n(shape.x)}" cy="${n(shape.y)}" r="3.5"/>`;
    case 'text':
      return `<text x="${n(shape.x)}" y="${n(shape.y)}" text-anchor="${shape.anchor}">${escaped(shape.text)}</text>`;
  }
}

/** What models wrote is text. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

const TONES = ['#2563ab', '#b4531a', '#2f7d4f', '#8a3f9e', '#a3354b', '#5c6470'];
const DARK_TONES = ['#7db3ee', '#f0a36b', '#7fcf9f', '#cf94e0', '#f0899d', '#aab3c0'];
const toneRules = (tones: readonly string[]) =>
  tones
    .map(
      (color, tone) =>
        `.tone-${tone}{stroke:${color}}circle.tone-${tone}{fill:${color}}.area.tone-${tone}{fill:${color};fill-opacity:.14;stroke:none}`,
    )
    .join('');
const SHEET = `:root{color-scheme:light dark;--ink:#1d232b;--soft:#5b6472;--line:#d5dae1;--paper:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ee;--soft:#a2abb8;--line:#39414d;--paper:#14181e}${toneRules(DARK_TONES)}}
@media (prefers-color-scheme:light){${toneRules(TONES)}}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}h3{font-size:1rem}
.note{border-left:3px solid var(--line);padding-left:.75rem;color:var(--soft)}
.scroll{overflow-x:auto;margin:1rem 0}table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.87rem}
caption,figcaption{text-align:left;font-weight:600;padding-bottom:.4rem}th,td{padding:.25rem .7rem .25rem 0;text-align:left;border-bottom:1px solid var(--line);white-space:nowrap}
thead th{color:var(--soft);font-weight:500}tbody th{font-weight:500}figure{margin:1rem 0}svg{width:100%;max-width:45rem;height:auto}
svg text{fill:var(--ink);font-size:12px}.tone-grid{stroke:var(--line)}line,polyline{stroke-width:2;fill:none}line.tone-grid{stroke-width:1}`;
