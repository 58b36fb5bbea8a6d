import { useMemo } from 'react';
import { formatAmount } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import type { ComparedRun } from './comparedRun.ts';
import { configDifferences } from './configDiff.ts';
import { RunHeads } from './RunHeads.tsx';

/** The settings in which the runs differ, and no others. */
export function ConfigDiffCard({ runs }: { readonly runs: readonly ComparedRun[] }) {
  const differences = useMemo(() => configDifferences(runs), [runs]);
  return (
    <Card title="Settings that differ" note={formatAmount(differences.length, 'setting')}>
      {differences.length === 0 ? (
        <p className="card-body muted">None: the runs had the same settings, seed included.</p>
      ) : (
        <div className="table-scroll card-body" tabIndex={0} role="group" aria-label="Settings that differ, table">
          <table className="table compare-table" data-testid="config-diff">
            <RunHeads runs={runs} first="setting" />
            <tbody>
              {differences.map(({ name, label, unit, values }) => (
                <tr key={name}>
                  <th scope="row">
                    {label}
                    {unit && <small>{unit}</small>}
                  </th>
                  {values.map((value, index) => (
                    <td key={index} className={value === values[0] ? 'number' : 'number is-different'}>
                      {value}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
