import { SERIAL_TILES, type TileChooser } from './tiles.ts';
import type { LinearWeights } from './weights.ts';

/** A linear layer in a plan. R rows (or draws), K inputs, N outputs. */
export interface LinearCall {
  /** The buffer that every kernel reads (`info.ts`). */
  readonly info: GPUBuffer;
  readonly weights: LinearWeights;
  /** What the rows of x and y are. */
  readonly over: 'rows' | 'draws';
  /** [R, K]. */
  readonly x: GPUBuffer;
  /** One for all products of a plan; tiles that run everywhere when absent. */
  readonly tiles?: TileChooser;
}

/** The tiles of a call that names none. */
export const runsEverywhere: TileChooser = () => SERIAL_TILES.four;
