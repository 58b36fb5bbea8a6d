import { logitGradient } from './kernels/logitGradient.ts';
import { tokenStats } from './kernels/tokenStats.ts';
import { recordLinear, recordLinearBackward, rowsOf, type LinearWeights, type TileChooser } from './linear.ts';
import { ROW_STEP } from './linear/weights.ts';
import type { Plan } from './plan.ts';
import type { KernelStyle } from './style.ts';
import { uniformWords } from './uniformWords.ts';

/**
 * The model's head and what is trained on it: from final hidden states to log-prob, entropy and both KL divergences of each
 * scored token, and back. Logits of the whole vocabulary never exist at once: it is worked off in tiles of columns, whose
 * logits are computed again in the backward pass. A vocabulary of one tile skips both: its logits are kept.
 *
 * N scored rows, D hidden, V vocabulary; `info` says which row has which target and temperature.
 */
export interface HeadCall {
  readonly style: KernelStyle;
  readonly info: GPUBuffer;
  /** Final normed hidden states of the scored rows [N, D]. */
  readonly policyHidden: GPUBuffer;
  readonly baseHidden: GPUBuffer;
  /** [V, D]; may be the same. */
  readonly policyHead: LinearWeights;
  readonly baseHead: LinearWeights;
  /** Columns of a tile: V, or a multiple of 64 (`headColumns`). */
  readonly columns: number;
  /** Logits [N, columns]. */
  readonly policyTile: GPUBuffer;
  readonly baseTile: GPUBuffer;
  /** [N, STAT_WORDS]: log-prob, entropy, KL(π‖base), KL(base‖π), log-sums of policy and base, log-prob under the base, two words that tiles use. */
  readonly stats: GPUBuffer;
  /** How the products are divided. */
  readonly tiles?: TileChooser;
}

/** Words of one row of `stats`. */
export const STAT_WORDS = 9;

export interface HeadBackwardCall extends HeadCall {
  /** [N, 4]: what to multiply the gradients of log-prob, entropy, KL(π‖base) and KL(base‖π) by. */
  readonly coefficients: GPUBuffer;
  /** [N, D], overwritten: the sum over all tiles, in order. */
  readonly dHidden: GPUBuffer;
  /** Sums [V, D] that the head's gradient is added to, where it is trained. */
  readonly headGradient: LinearWeights | null;
}

/** The largest tile whose logits of `rowLimit` rows stay within `limitBytes`; the whole vocabulary where it fits. */
export function headColumns(vocabularySize: number, rowLimit: number, limitBytes: number): number {
  const columns = Math.floor(limitBytes / 4 / rowLimit);
  return columns >= vocabularySize ? vocabularySize : Math.max(ROW_STEP, columns - (columns % ROW_STEP));
}

/** Hidden states → `stats`. */
export function recordTokenStats(plan: Plan, call: HeadCall): void {
  const { info, policyTile, baseTile, stats, style } = call;
  for (const tile of tilesOf(call)) {
    recordLogits(plan, call, tile);
    const buffers = [info, placeOf(plan, tile), policyTile, baseTile, stats];
    plan.add(tokenStats, { THREADS: style === 'serial' ? 4 : 64 }, buffers, (_rows, draws) => draws);
  }
}

/** After `recordTokenStats` with the same call: the gradient of `Σ coefficient × statistic`. */
export function recordHeadBackward(plan: Plan, call: HeadBackwardCall): void {
  const { info, policyHidden, policyHead, policyTile, baseTile, stats, coefficients, dHidden, headGradient } = call;
  const parts = tilesOf(call);
  for (const tile of parts) {
    if (parts.length > 1) recordLogits(plan, call, tile);
    plan.add(
      logitGradient,
      {},
      [info, placeOf(plan, tile), stats, coefficients, baseTile, policyTile],
      (_rows, draws) => Math.ceil((draws * tile.count) / 64),
    );
    recordLinearBackward(plan, {
      info,
      over: 'draws',
      weights: columnsOf(policyHead, tile),
      x: policyHidden,
      dy: policyTile,
      dx: dHidden,
      addsToInput: tile.first > 0,
      weightGradient: headGradient && columnsOf(headGradient, tile),
      ...(call.tiles && { tiles: call.tiles }),
    });
  }
}

/** A part of the vocabulary. */
interface VocabularyTile {
  readonly first: number;
  readonly count: number;
  readonly isLast: boolean;
}

function tilesOf({ policyHead, columns }: HeadCall): readonly VocabularyTile[] {
  return Array.from({ length: Math.ceil(policyHead.N / columns) }, (_, index) => {
    const first = index * columns;
    const count = Math.min(columns, policyHead.N - first);
    return { first, count, isLast: first + count === policyHead.N };
  });
}

/** Both logits of one tile. */
function recordLogits(plan: Plan, call: HeadCall, tile: VocabularyTile): void {
  const { info, policyHidden, policyHead, policyTile, baseHidden, baseHead, baseTile, tiles } = call;
  const shared = { info, over: 'draws', ...(tiles && { tiles }) } as const;
  recordLinear(plan, { ...shared, weights: columnsOf(policyHead, tile), x: policyHidden, y: policyTile });
  recordLinear(plan, { ...shared, weights: columnsOf(baseHead, tile), x: baseHidden, y: baseTile });
}

/** The weights that produce the columns of a tile: rows of the head. */
function columnsOf(weights: LinearWeights, { first, count }: VocabularyTile): LinearWeights {
  return count === weights.N ? weights : rowsOf(weights, first, count);
}

/** A tile's place, so that tiles share one pipeline. */
function placeOf({ library }: Plan, { first, count, isLast }: VocabularyTile): GPUBuffer {
  return uniformWords(library, 'vocabulary tile', [first, count, Number(isLast)]);
}
