import type { KeptModel } from '../../../workers/modelStoreProtocol.ts';
import { formatBytes } from '../format.ts';

const PRECISIONS = ['f32', 'f16', 'int8', 'int4'] as const;

/** What a LoRA run takes on the graphics device, by precision of the base, and whether its buffers are too large for it. */
export function PrecisionTable({
  kept: { model, memoryBytes, largestBufferBytes },
  maxBufferBytes,
}: {
  readonly kept: KeptModel;
  /** Of the adapter; null as long as there is none, 0 on the CPU engine, which has no such limit. */
  readonly maxBufferBytes: number | null;
}) {
  return (
    <table className="table model-memory">
      <caption className="visually-hidden">Graphics memory for training {model.label} with LoRA</caption>
      <thead>
        <tr>
          <th scope="col">base in</th>
          {PRECISIONS.map((precision) => (
            <th key={precision} scope="col" className="number">
              {precision}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">memory</th>
          {PRECISIONS.map((precision) => (
            <td key={precision} className="number">
              {formatBytes(memoryBytes[precision])}
            </td>
          ))}
        </tr>
        <tr>
          <th scope="row">this adapter</th>
          {PRECISIONS.map((precision) => (
            <td key={precision} className="number">
              {verdict(largestBufferBytes[precision], maxBufferBytes)}
            </td>
          ))}
        </tr>
      </tbody>
    </table>
  );
}

/** Adapters say how large one buffer may be, and not how much memory there is. */
function verdict(largestBufferBytes: number, maxBufferBytes: number | null): string {
  if (maxBufferBytes === null) return '–';
  return maxBufferBytes === 0 || largestBufferBytes <= maxBufferBytes ? 'fits' : 'too large';
}
