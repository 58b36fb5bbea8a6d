import type { TrainingSequence } from './engine.ts';

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
}

/** Rows that are computed at once. Bounds memory, and stays below the sizes where tfjs multiplies in a varying order. */
const ROW_LIMIT = 1024;
/** Sizes are rounded up, because the WebGPU backend keeps a buffer of every size that it has ever used. */
const LENGTH_BUCKET = 32;
const SCORED_BUCKET = 64;

/**
 * Splits sequences, in order, into packs of bounded size. What follows the last scored token is not fed, nor are sequences
 * without any.
 *
 * @throws RangeError when a sequence exceeds the context, all together exceed `tokenLimit`, or an index cannot be scored
 */
export function packSequences(
  sequences: readonly TrainingSequence[],
  contextLength: number,
  tokenLimit: number,
): PackedSequences[] {
  const fed = sequences.filter(({ scoredIndices }) => scoredIndices.length > 0);
  const lengths = fed.map((sequence) => fedLength(sequence, contextLength));
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

/** The token at index t is predicted by row t − 1, so the last scored token itself is not fed. */
function fedLength({ tokenIds, scoredIndices }: TrainingSequence, contextLength: number): number {
  const length = scoredIndices.at(-1) ?? 0;
  if (length > contextLength) {
    throw new RangeError(`forward: a sequence of ${length} tokens exceeds the context of ${contextLength}`);
  }
  if ((scoredIndices[0] ?? 1) < 1) throw new RangeError('forward: nothing predicts the token at index 0');
  if (length >= tokenIds.length)
    throw new RangeError(`forward: index ${length} is scored in ${tokenIds.length} tokens`);
  return length;
}

function pack(sequences: readonly TrainingSequence[], length: number): PackedSequences {
  const batchSize = nextPowerOfTwo(sequences.length);
  const scoredCount = sequences.reduce((sum, { scoredIndices }) => sum + scoredIndices.length, 0);
  const tokenIds = new Int32Array(batchSize * length);
  const scoredRows = new Int32Array(bucket(scoredCount, SCORED_BUCKET));
  const targets = new Int32Array(scoredRows.length);
  let scored = 0;
  sequences.forEach((sequence, at) => {
    tokenIds.set(sequence.tokenIds.subarray(0, sequence.scoredIndices.at(-1) ?? 0), at * length);
    for (const index of sequence.scoredIndices) {
      scoredRows[scored] = at * length + index - 1;
      targets[scored++] = sequence.tokenIds[index] ?? 0;
    }
  });
  return { batchSize, length, tokenIds, scoredRows, targets, scoredCount };
}

function bucket(count: number, multiple: number): number {
  return Math.ceil(count / multiple) * multiple;
}

function nextPowerOfTwo(count: number): number {
  return 2 ** Math.ceil(Math.log2(count));
}
