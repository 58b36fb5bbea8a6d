import { linearProduct } from '../kernels/matmulProduct.ts';
import type { Plan } from '../plan.ts';
import { groupsPerRow } from '../quantise.ts';
import { runsEverywhere, type LinearCall } from './call.ts';
import { PLAIN_SHAPE, recordProduct } from './dispatch.ts';
import { moduleEnds, reducedWidth, type LowRank } from './lowRank.ts';

export interface ForwardCall extends LinearCall {
  /** [R, N]. */
  readonly y: GPUBuffer;
  /** [R, N], added to the result. */
  readonly residual?: GPUBuffer | null;
  /** Used by the first `info[3]` rows. */
  readonly lowRank?: {
    readonly factors: LowRank;
    /** [R, parts · rank]: receives x · Aᵀ; the backward pass reads it. */
    readonly reduced: GPUBuffer;
  } | null;
}

/** `y = x · Wᵀ (+ scale · (x · Aᵀ) · Bᵀ for adapted rows) (+ bias) (+ residual)`. */
export function recordLinear(plan: Plan, call: ForwardCall): void {
  const { info, weights, over, x, y, residual = null, lowRank = null, tiles = runsEverywhere } = call;
  const { N, K, precision, bias } = weights;
  if (lowRank) recordReduced(plan, call, lowRank.factors, lowRank.reduced);
  const factors = lowRank?.factors ?? null;
  const product = linearProduct({
    precision,
    hasBias: bias !== null,
    hasResidual: residual !== null,
    hasLowRank: lowRank !== null,
  });
  for (const { firstRow, rowCount, words, scales } of weights.blocks) {
    recordProduct(plan, product, {
      over,
      columns: rowCount,
      tiles: tiles({ product: 'linear', precision, columns: N, others: K }),
      shape: {
        ...PLAIN_SHAPE,
        outputs: N,
        inputs: K,
        first: firstRow,
        count: rowCount,
        groups: groupsPerRow(K),
        ...(factors && { rank: factors.rank, scale: factors.scale, moduleEnds: moduleEnds(factors) }),
      },
      buffers: { info, x, words, scales, y, bias, residual, reduced: lowRank?.reduced ?? null, b: factors?.b ?? null },
    });
  }
}

/** `reduced = x · Aᵀ` for the adapted rows. */
function recordReduced(
  plan: Plan,
  { info, x, weights: { K }, over, tiles = runsEverywhere }: LinearCall,
  factors: LowRank,
  reduced: GPUBuffer,
) {
  if (over !== 'rows') throw new Error('low-rank factors apply to rows, not to draws');
  const width = reducedWidth(factors);
  recordProduct(plan, linearProduct({ precision: 'f32', hasBias: false, hasResidual: false, hasLowRank: false }), {
    over: 'adapted',
    columns: width,
    tiles: tiles({ product: 'linear', precision: 'f32', columns: width, others: K }),
    shape: { ...PLAIN_SHAPE, outputs: width, inputs: K, count: width },
    buffers: { info, x, words: factors.a, y: reduced },
  });
}
