import type { TrainingSequence } from './engine.ts';
import type { InfoDraw, InfoWriter } from './infoWriter.ts';
import type { ModelConfig } from './modelConfig.ts';
import { assertFeedable, fedCount } from './packedSequences.ts';

/** Sequences laid out row after row, as the learner's kernels read them. */
export interface PackedRows {
  readonly rowCount: number;
  readonly tokenIds: readonly number[];
  /** Rows whose distribution is computed, each once. */
  readonly draws: readonly InfoDraw[];
  /** For each scored token its draw, sequences in order. */
  readonly scored: readonly number[];
  /** For each wanted hidden state its draw. */
  readonly hidden: readonly number[];
}

/**
 * Writes the rows of the sequences into `info`. The row before a scored token predicts it. A hidden state that is wanted
 * where nothing is scored counts as a draw too, of a target that nobody asks for.
 *
 * @throws RangeError when all together exceed `tokenLimit`, and as `assertFeedable` does
 */
export function packRows(
  sequences: readonly TrainingSequence[],
  temperature: number,
  { contextLength, vocabularySize }: Pick<ModelConfig, 'contextLength' | 'vocabularySize'>,
  tokenLimit: number,
  info: Pick<InfoWriter, 'setRow'>,
): PackedRows {
  const tokens = sequences.reduce((sum, sequence) => sum + fedCount(sequence), 0);
  if (tokens > tokenLimit) throw new RangeError(`forward: ${tokens} tokens, more than ${tokenLimit}`);
  const tokenIds: number[] = [];
  const draws: InfoDraw[] = [];
  const scored: number[] = [];
  const hidden: number[] = [];
  for (const sequence of sequences) {
    assertFeedable(sequence, contextLength);
    const start = tokenIds.length;
    const end = start + fedCount(sequence);
    for (let row = start; row < end; row++) {
      const tokenId = sequence.tokenIds[row - start] ?? 0;
      if (!(tokenId >= 0 && tokenId < vocabularySize)) {
        throw new RangeError(`forward: token ${tokenId} is not in a vocabulary of ${vocabularySize}`);
      }
      info.setRow(row, tokenId, row - start, start, end);
      tokenIds.push(tokenId);
    }
    // One draw per row: two of the same row would add to its gradient at the same time.
    const drawOfRow = new Map<number, number>();
    for (const index of sequence.scoredIndices) {
      const row = start + index - 1;
      drawOfRow.set(row, draws.length);
      scored.push(draws.length);
      draws.push({ row, temperature, words: [sequence.tokenIds[index] ?? 0] });
    }
    for (const index of sequence.hiddenIndices ?? []) {
      const known = drawOfRow.get(start + index);
      hidden.push(known ?? draws.length);
      if (known === undefined) draws.push({ row: start + index, temperature, words: [0] });
    }
  }
  return { rowCount: tokenIds.length, tokenIds, draws, scored, hidden };
}

/** `[distinct tokens, (token, first, end) of each, rows grouped by token]`: what the embedding's gradient reads. */
export function groupTokenUses(tokenIds: readonly number[]): Uint32Array<ArrayBuffer> {
  const rowsOf = new Map<number, number[]>();
  tokenIds.forEach((token, row) => {
    const rows = rowsOf.get(token);
    if (rows) rows.push(row);
    else rowsOf.set(token, [row]);
  });
  const table: number[] = [rowsOf.size];
  let first = 1 + rowsOf.size * 3;
  for (const [token, rows] of rowsOf) {
    table.push(token, first, first + rows.length);
    first += rows.length;
  }
  for (const rows of rowsOf.values()) table.push(...rows);
  return new Uint32Array(table);
}
