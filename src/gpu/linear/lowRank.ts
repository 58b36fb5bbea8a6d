/**
 * Low-rank factors beside a linear layer (LoRA, arXiv 2106.09685 section 4.1): `y += scale · (x · Aᵀ) · Bᵀ` for the rows that
 * use the adapter. Several modules may lie in one weight matrix, one after the other (query, key and value); each has its own
 * A [rank, K] and B [rows, rank].
 */
export interface LowRank {
  readonly rank: number;
  readonly scale: number;
  /** Rows of the modules, in order; their sum is N. At most four. */
  readonly parts: readonly number[];
  /** All A, one below the other: [parts · rank, K], float32. */
  readonly a: GPUBuffer;
  /** All B, one below the other: [N, rank], float32. */
  readonly b: GPUBuffer;
}

/** Rows of one module, and its place among the reduced columns. */
export interface Module {
  readonly first: number;
  readonly rows: number;
  readonly reducedOffset: number;
}

export function modulesOf({ parts, rank }: LowRank): readonly Module[] {
  let first = 0;
  return parts.map((rows, index) => {
    const place = { first, rows, reducedOffset: index * rank };
    first += rows;
    return place;
  });
}

/** The row at which each module ends. */
export function moduleEnds(factors: LowRank): readonly number[] {
  return modulesOf(factors).map(({ first, rows }) => first + rows);
}

/** Columns of `reduced`. */
export function reducedWidth({ parts, rank }: LowRank): number {
  return parts.length * rank;
}
