import { useMemo } from 'react';
import { formatAmount } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import type { Compared } from './contender.ts';
import { configDifferences } from './configDiff.ts';
import { ContenderHeads } from './ContenderHeads.tsx';

/** The settings in which the contenders' runs differ, and no others. */
export function ConfigDiffCard({ compared }: { readonly compared: readonly Compared[] }) {
  const differences = useMemo(() => configDifferences(compared), [compared]);
  const isOneRun = new Set(compared.map(({ run }) => run.runId)).size === 1;
  return (
    <Card title="Settings that differ" note={formatAmount(differences.length, 'setting')}>
      {differences.length === 0 ? (
        <p className="card-body muted">
          {isOneRun ? 'None: these are moments of one run.' : 'None: the runs had the same settings, seed included.'}
        </p>
      ) : (
        <div className="table-scroll card-body" tabIndex={0} role="group" aria-label="Settings that differ, table">
          <table className="table compare-table" data-testid="config-diff">
            <ContenderHeads compared={compared} first="setting" />
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
