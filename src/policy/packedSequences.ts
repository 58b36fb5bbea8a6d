import type { TrainingSequence } from './engine.ts';

/** How many tokens must be fed: the one at index t is predicted by the row before it, so the last scored one is not. */
export function fedCount({ scoredIndices, hiddenIndices }: TrainingSequence): number {
  return Math.max(scoredIndices.at(-1) ?? 0, (hiddenIndices?.at(-1) ?? -1) + 1);
}

/** @throws RangeError when the sequence exceeds the context, or an index in it has no row */
export function assertFeedable(sequence: TrainingSequence, contextLength: number): void {
  const { tokenIds, scoredIndices } = sequence;
  const length = fedCount(sequence);
  if (length > contextLength) {
    throw new RangeError(`forward: a sequence of ${length} tokens exceeds the context of ${contextLength}`);
  }
  if ((scoredIndices[0] ?? 1) < 1) throw new RangeError('forward: nothing predicts the token at index 0');
  const last = Math.max(length - 1, scoredIndices.at(-1) ?? 0);
  if (last >= tokenIds.length) throw new RangeError(`forward: index ${last} is wanted of ${tokenIds.length} tokens`);
}

/** Some sequences, padded at their ends to one length: B * T rows, sequence by sequence. */
export interface PackedSequences {
  readonly batchSize: number;
  readonly length: number;
  /** [B * T]; 0 where padded. Nothing that is scored can see the padding. */
  readonly tokenIds: Int32Array;
  /** Row that predicts each scored token (the one before it), then row 0 up to the bucket, [N]. */
  readonly scoredRows: Int32Array;
  /** The scored tokens themselves, then 0, [N]. */
  readonly targets: Int32Array;
  /** How many entries of the two are real. */
  readonly scoredCount: number;
  /** Rows whose hidden state is wanted, then row 0 up to the bucket. */
  readonly hiddenRows: Int32Array;
  readonly hiddenCount: number;
}

/** Rows that are computed at once. Bounds memory, and stays below the sizes where tfjs multiplies in a varying order. */
const ROW_LIMIT = 1024;
/** Sizes are rounded up, because the WebGPU backend keeps a buffer of every size that it has ever used. */
const LENGTH_BUCKET = 32;
const SCORED_BUCKET = 64;

/**
 * Splits sequences, in order, into packs of bounded size. What nothing is asked of is not fed.
 *
 * @throws RangeError when all together exceed `tokenLimit`, and as `assertFeedable` does
 */
export function packSequences(
  sequences: readonly TrainingSequence[],
  contextLength: number,
  tokenLimit: number,
): PackedSequences[] {
  for (const sequence of sequences) assertFeedable(sequence, contextLength);
  const fed = sequences.filter((sequence) => fedCount(sequence) > 0);
  const lengths = fed.map(fedCount);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  if (tokens > tokenLimit) throw new RangeError(`forward: ${tokens} tokens, more than ${tokenLimit}`);
  const packs: PackedSequences[] = [];
  for (let first = 0; first < fed.length;) {
    let end = first + 1;
    let length = bucket(lengths[first] ?? 0, LENGTH_BUCKET);
    while (end < fed.length) {
      const longer = Math.max(length, bucket(lengths[end] ?? 0, LENGTH_BUCKET));
      if (nextPowerOfTwo(end + 1 - first) * longer > ROW_LIMIT) break;
      length = longer;
      end++;
    }
    packs.push(pack(fed.slice(first, end), length));
    first = end;
  }
  return packs;
}

function pack(sequences: readonly TrainingSequence[], length: number): PackedSequences {
  const batchSize = nextPowerOfTwo(sequences.length);
  const scoredCount = sequences.reduce((sum, { scoredIndices }) => sum + scoredIndices.length, 0);
  const tokenIds = new Int32Array(batchSize * length);
  const scoredRows = new Int32Array(bucket(Math.max(1, scoredCount), SCORED_BUCKET));
  const targets = new Int32Array(scoredRows.length);
  const hiddenCount = sequences.reduce((sum, { hiddenIndices }) => sum + (hiddenIndices?.length ?? 0), 0);
  const hiddenRows = new Int32Array(bucket(hiddenCount, SCORED_BUCKET));
  let scored = 0;
  let hidden = 0;
  sequences.forEach((sequence, at) => {
    tokenIds.set(sequence.tokenIds.subarray(0, fedCount(sequence)), at * length);
    for (const index of sequence.scoredIndices) {
      scoredRows[scored] = at * length + index - 1;
      targets[scored++] = sequence.tokenIds[index] ?? 0;
    }
    for (const index of sequence.hiddenIndices ?? []) hiddenRows[hidden++] = at * length + index;
  });
  return { batchSize, length, tokenIds, scoredRows, targets, scoredCount, hiddenRows, hiddenCount };
}

function bucket(count: number, multiple: number): number {
  return Math.ceil(count / multiple) * multiple;
}

function nextPowerOfTwo(count: number): number {
  return 2 ** Math.ceil(Math.log2(count));
}
