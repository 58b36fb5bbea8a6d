import type { ComparedRun } from './comparedRun.ts';
import { RunMark } from './RunMark.tsx';

/** The head of a table with one column per run. */
export function RunHeads({ runs, first }: { readonly runs: readonly ComparedRun[]; readonly first: string }) {
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        {runs.map(({ run, style }) => (
          <th key={run.runId} scope="col">
            <span className="run-head">
              <RunMark style={style} />
              <span className="legend-name">{run.name}</span>
            </span>
          </th>
        ))}
      </tr>
    </thead>
  );
}
