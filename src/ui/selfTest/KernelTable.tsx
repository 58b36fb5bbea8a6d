import type { KernelSummary } from '../../../workers/kernelSummary.ts';
import { formatNumber } from '../format.ts';
import { Card } from '../parts/Card.tsx';

const OUTCOMES: Readonly<Record<KernelSummary['outcome'], string>> = {
  passed: 'passed',
  failed: 'failed',
  unavailable: 'not run',
};

/** What the checks say, kernel by kernel; under one that failed, why. */
export function KernelTable({ kernels }: { readonly kernels: readonly KernelSummary[] }) {
  return (
    <Card title="Kernels" note="error: share of an output’s largest value">
      <div className="table-scroll">
        <table className="table kernel-table" data-testid="kernel-table">
          <caption className="visually-hidden">Checks by kernel</caption>
          <thead>
            <tr>
              <th scope="col">kernel</th>
              <th scope="col" className="number">
                checks
              </th>
              <th scope="col" className="number">
                worst error
              </th>
              <th scope="col" className="number">
                allowed
              </th>
              <th scope="col">result</th>
            </tr>
          </thead>
          <tbody>
            {kernels.map((summary) => (
              <KernelRow key={summary.kernel} summary={summary} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function KernelRow({ summary: { kernel, outcome, ran, passed, worst, problems } }: { summary: KernelSummary }) {
  return (
    <>
      <tr data-testid="kernel-row" data-outcome={outcome}>
        <th scope="row">{kernel}</th>
        <td className="number">{passed === ran ? ran : `${passed} of ${ran}`}</td>
        <td className="number" title={worst?.check}>
          {worst ? formatNumber(worst.error) : '–'}
        </td>
        <td className="number">{worst ? formatNumber(worst.tolerance) : '–'}</td>
        <td className={`kernel-outcome ${outcome}`}>{OUTCOMES[outcome]}</td>
      </tr>
      {problems.length > 0 && (
        <tr className="kernel-problems">
          <td colSpan={5}>
            <ul>
              {problems.map(({ check, problem }) => (
                <li key={check}>
                  <strong>{check}</strong> {problem}
                </li>
              ))}
            </ul>
          </td>
        </tr>
      )}
    </>
  );
}
