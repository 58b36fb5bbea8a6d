import { COUNTERS } from '../info.ts';
import { biasGradient } from '../kernels/biasGradient.ts';
import { inputGradientProduct, weightGradientProduct } from '../kernels/matmulProduct.ts';
import type { Bindable, Plan } from '../plan.ts';
import { groupsPerRow } from '../quantise.ts';
import { runsEverywhere, type LinearCall } from './call.ts';
import { PLAIN_SHAPE, recordProduct } from './dispatch.ts';
import { moduleEnds, modulesOf, reducedWidth, type LowRank } from './lowRank.ts';
import type { LinearWeights } from './weights.ts';

export interface BackwardCall extends LinearCall {
  /** [R, N]. */
  readonly dy: GPUBuffer;
  /** [R, K], overwritten. */
  readonly dx: GPUBuffer | null;
  /** Adds to dx instead: these weights are a part of a larger layer (`head.ts`). */
  readonly addsToInput?: boolean;
  /** Float32 sums [N, K]; this call's gradient is added, rows in order. */
  readonly weightGradient: LinearWeights | null;
  /** Likewise [N]. */
  readonly biasGradient?: GPUBuffer | null;
  readonly lowRank?: {
    readonly factors: LowRank;
    /** What the forward pass left there. */
    readonly reduced: GPUBuffer;
    /** Scratch of the same size. */
    readonly dReduced: GPUBuffer;
    /** Sums like A and B, added to. */
    readonly aGradient: GPUBuffer;
    readonly bGradient: GPUBuffer;
  } | null;
}

/** Gradients of `recordLinear` for the gradient `dy` of its result. */
export function recordLinearBackward(plan: Plan, call: BackwardCall): void {
  const { info, weights, over, dy, lowRank = null } = call;
  if (lowRank) recordLowRankGradients(plan, call, lowRank);
  if (call.dx) recordInputGradient(plan, call, call.dx);
  if (call.weightGradient) {
    for (const { firstRow, rowCount, words } of call.weightGradient.blocks) {
      recordWeightGradient(plan, call, {
        over,
        dy,
        outputs: weights.N,
        first: firstRow,
        count: rowCount,
        gradient: words,
      });
    }
  }
  if (call.biasGradient) {
    const constants = { N: weights.N, COUNT_AT: COUNTERS[over] };
    plan.add(biasGradient, constants, [info, dy, call.biasGradient], () => Math.ceil(weights.N / 64));
  }
}

/** `dx = dy · W (+ dReduced · A)`, block by block in order. */
function recordInputGradient(plan: Plan, call: BackwardCall, dx: GPUBuffer): void {
  const { info, over, dy, weights, addsToInput = false, lowRank = null, tiles = runsEverywhere } = call;
  const { N, K, precision, blocks } = weights;
  blocks.forEach(({ firstRow, rowCount, words, scales }, index) => {
    // The low-rank part follows the last block.
    const factors = (index === blocks.length - 1 && lowRank?.factors) || null;
    const adds = index > 0 || addsToInput;
    recordProduct(plan, inputGradientProduct({ factor: precision, adds, hasLowRank: factors !== null }), {
      over,
      columns: K,
      tiles: tiles({ product: 'inputGradient', precision, columns: K, others: N }),
      shape: {
        ...PLAIN_SHAPE,
        outputs: N,
        inputs: K,
        first: firstRow,
        count: rowCount,
        groups: groupsPerRow(K),
        width: K,
        outStride: K,
        ...(factors && { rank: factors.rank, moduleEnds: moduleEnds(factors) }),
      },
      buffers: { info, dy, words, scales, dx, dReduced: lowRank?.dReduced ?? null, a: factors?.a ?? null },
    });
  });
}

interface WeightGradientCall {
  readonly over: 'rows' | 'draws' | 'adapted';
  readonly dy: GPUBuffer;
  /** Stride of dy, and the part of its columns that the gradient is for. */
  readonly outputs: number;
  readonly first: number;
  readonly count: number;
  readonly gradient: Bindable;
}

/** `dW += dyᵀ · x`. */
function recordWeightGradient(
  plan: Plan,
  call: LinearCall,
  { over, dy, outputs, first, count, gradient }: WeightGradientCall,
) {
  const { info, x, weights, tiles = runsEverywhere } = call;
  const { K } = weights;
  recordProduct(plan, weightGradientProduct('f32'), {
    over,
    columns: K,
    rows: count,
    tiles: tiles({ product: 'weightGradient', precision: 'f32', columns: K, others: count }),
    shape: { ...PLAIN_SHAPE, outputs, inputs: K, first, count, width: K },
    buffers: { info, dy, x, dw: gradient },
  });
}

/** `dReduced = scale · dy · B`, `dB += scale · dyᵀ · reduced` (both per module), `dA += dReducedᵀ · x`; adapted rows only. */
function recordLowRankGradients(plan: Plan, call: BackwardCall, lowRank: NonNullable<BackwardCall['lowRank']>): void {
  const { info, dy, weights, tiles = runsEverywhere } = call;
  const { factors, reduced, dReduced, aGradient, bGradient } = lowRank;
  const { rank, scale, b } = factors;
  const { N } = weights;
  const stride = reducedWidth(factors);
  for (const { first, rows, reducedOffset } of modulesOf(factors)) {
    const shape = { ...PLAIN_SHAPE, outputs: N, first, count: rows, scale, width: rank };
    recordProduct(plan, inputGradientProduct({ factor: 'columns', adds: false, hasLowRank: false }), {
      over: 'adapted',
      columns: rank,
      tiles: tiles({ product: 'inputGradient', precision: 'f32', columns: rank, others: rows }),
      shape: { ...shape, inStride: rank, outStride: stride, outOffset: reducedOffset },
      buffers: { info, dy, words: b, dx: dReduced },
    });
    recordProduct(plan, weightGradientProduct('columns'), {
      over: 'adapted',
      columns: rank,
      rows,
      tiles: tiles({ product: 'weightGradient', precision: 'f32', columns: rank, others: rows }),
      shape: { ...shape, inStride: stride, inOffset: reducedOffset, outOffset: first * rank },
      buffers: { info, dy, x: reduced, dw: bGradient },
    });
  }
  recordWeightGradient(plan, call, {
    over: 'adapted',
    dy: dReduced,
    outputs: stride,
    first: 0,
    count: stride,
    gradient: aGradient,
  });
}
