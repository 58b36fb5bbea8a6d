import type { CheckpointManifest } from '../../record/checkpoint.ts';
import type { RunRow } from '../../storage/rows.ts';
import { CheckpointTools } from './CheckpointTools.tsx';
import { formatBytes, formatMoment } from '../format.ts';

interface CheckpointTableProps {
  readonly run: RunRow;
  readonly checkpoints: readonly CheckpointManifest[];
}

/** A run's checkpoints, newest first. */
export function CheckpointTable({ run, checkpoints }: CheckpointTableProps) {
  if (checkpoints.length === 0) return <p className="card-body muted">No checkpoint yet.</p>;
  return (
    <div className="table-scroll">
      <table className="table checkpoints">
        <caption className="visually-hidden">Checkpoints of {run.name}</caption>
        <thead>
          <tr>
            <th scope="col">checkpoint</th>
            <th scope="col" className="number">
              update
            </th>
            <th scope="col" className="number">
              points
            </th>
            <th scope="col" className="number">
              size
            </th>
            <th scope="col" className="checkpoint-date">
              saved
            </th>
            <th scope="col">
              <span className="visually-hidden">actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {checkpoints.map((checkpoint) => (
            <tr key={checkpoint.checkpointId} data-testid="checkpoint-row">
              <th scope="row">{checkpoint.label}</th>
              <td className="number">{checkpoint.updatesDone}</td>
              <td className="number">{checkpoint.score === null ? '–' : checkpoint.score.toFixed(2)}</td>
              <td className="number">{formatBytes(checkpoint.sizeBytes)}</td>
              <td className="checkpoint-date">{formatMoment(checkpoint.createdAtMs)}</td>
              <td>
                <CheckpointTools checkpoint={checkpoint} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
