import { comparisonTable } from '../../experiments/report/comparisonTable.ts';
import { drawDots, drawLines } from '../../experiments/report/draw.ts';
import type { ExperimentResults, Section } from '../../record/experimentReport.ts';
import { ReportChart } from './ReportChart.tsx';

/** What an experiment has come to, section by section. */
export function ReportView({ results: { report, failures } }: { readonly results: ExperimentResults }) {
  return (
    <div className="report" data-testid="report">
      {failures.map(({ part, what, why }) => (
        <p key={part} className="report-note">
          Failed: {part}. {what} {why}
        </p>
      ))}
      {report.map((section, index) => (
        <SectionView key={index} section={section} />
      ))}
    </div>
  );
}

function SectionView({ section }: { readonly section: Section }) {
  switch (section.kind) {
    case 'heading':
      return <h3>{section.text}</h3>;
    case 'text':
      return <p>{section.text}</p>;
    case 'table':
      return <ReportTable {...section} />;
    case 'comparisons':
      return <ReportTable title={section.title} {...comparisonTable(section.rows)} />;
    case 'dots':
      return <ReportChart title={section.title} drawing={drawDots(section)} />;
    case 'lines':
      return <ReportChart title={section.title} drawing={drawLines(section)} />;
    case 'examples':
      return (
        <div>
          <h4>{section.title}</h4>
          {section.rows.map(({ label, lines }, index) => (
            <details key={index}>
              <summary>{label}</summary>
              <ul>
                {lines.map((line, place) => (
                  <li key={place}>{line}</li>
                ))}
              </ul>
            </details>
          ))}
        </div>
      );
  }
}

interface ReportTableProps {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function ReportTable({ title, columns, rows }: ReportTableProps) {
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={title}>
      <table className="table report-table" data-testid="report-table">
        <caption>{title}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first = '', ...cells], index) => (
            <tr key={index}>
              <th scope="row">{first}</th>
              {cells.map((cell, place) => (
                <td key={place}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
