import type { ListedCheckpoint } from '../../record/checkpoint.ts';
import { validationMean } from '../../storage/retention.ts';
import type { RunRow } from '../../storage/rows.ts';
import { formatBytes, formatMoment } from '../format.ts';
import { CheckpointTools } from './CheckpointTools.tsx';

interface CheckpointTableProps {
  readonly run: RunRow;
  readonly checkpoints: readonly ListedCheckpoint[];
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
              <th scope="row">
                {checkpoint.label}
                {checkpoint.isBest && <BestMark checkpoint={checkpoint} />}
              </th>
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

/** Clean-up passes it over. By held-out scenarios where the run was evaluated, otherwise by its last batch. */
function BestMark({ checkpoint }: { readonly checkpoint: ListedCheckpoint }) {
  const mean = validationMean(checkpoint);
  return (
    <span className="best-mark" data-testid="best-checkpoint">
      {mean === null ? 'best batch' : `best: ${mean.toFixed(2)} on held-out scenarios`}
    </span>
  );
}
