import type { GpuDevice } from '../device.ts';
import type { SerialTile } from '../kernels/matmulSerial.ts';
import { SPLIT_COLUMNS, SPLIT_GROUPS, type SplitTile } from '../kernels/matmulSplit.ts';
import type { TiledTile } from '../kernels/matmulTiled.ts';
import type { Precision } from '../quantise.ts';
import { neighboursOn, sharersOf, threadsOf, type Neighbours } from '../kernels/neighbours.ts';
import { kernelStyle } from '../style.ts';

/** How a product is divided among threads. */
export type Tile = SerialTile | TiledTile | SplitTile;

/** A tile, taken for at most so many rows; of a list, the first that fits. */
export interface TileChoice {
  readonly tile: Tile;
  readonly upTo: number;
}

/** The products of a linear layer. The rows of a weight gradient are outputs; of the others, tokens. */
export type ProductKind = 'linear' | 'inputGradient' | 'weightGradient';

/** What a tile is wanted for. */
export interface TileRequest {
  readonly product: ProductKind;
  /** Of the right factor. */
  readonly precision: Precision;
  /** Columns of the result, and the other side of the weights: [outputs, inputs] in one order or the other. */
  readonly columns: number;
  readonly others: number;
}

/**
 * Which tiles compute a product. A plan uses one chooser for all its products. Choosers agree in every bit, except that
 * those of parallel decoding differ by rounding (`matmulSplit.ts`) and those that compute in float16 by more.
 */
export type TileChooser = (request: TileRequest) => readonly TileChoice[];

/** What a plan is for: `decode` has few rows and reads weights once per step, `batch` has many. */
export type PlanUse = 'decode' | 'batch';

/** Outputs of one workgroup. */
export function tileSize(tile: Tile): { readonly rows: number; readonly columns: number } {
  switch (tile.kind) {
    case 'serial':
      return {
        rows: sharersOf(tile.neighbours) * tile.rows,
        columns: threadsOf(tile.neighbours) * tile.columns,
      };
    case 'tiled':
      return { rows: tile.threads[1] * tile.rows, columns: tile.threads[0] * tile.columns };
    case 'split':
      return { rows: tile.rows, columns: SPLIT_COLUMNS * SPLIT_GROUPS };
  }
}

const serial = (neighbours: Neighbours, rows: number): SerialTile => ({
  kind: 'serial',
  neighbours,
  rows,
  columns: neighbours === 'eight' ? 4 : 8,
});
const tiled = (x: number, y: number, rows: number, columns: number): TiledTile => ({
  kind: 'tiled',
  threads: [x, y],
  rows,
  columns,
  isHalf: false,
});
const split = (rows: number): SplitTile => ({ kind: 'split', rows });

const byRows = (last: Tile, ...few: (readonly [upTo: number, tile: Tile])[]): readonly TileChoice[] => [
  ...few.map(([upTo, tile]) => ({ tile, upTo })),
  { tile: last, upTo: Infinity },
];

const quad = (rows: number) => serial('quad', rows);
const four = (rows: number) => serial('four', rows);
/** Mesa reads once what all eight read, so tall tiles are cheap there (docs/experiments.md, "Without a GPU"). */
const eight = (rows: number) => serial('eight', rows);
export const SERIAL_TILES: Readonly<Record<Neighbours, readonly TileChoice[]>> = {
  quad: byRows(quad(4), [1, four(1)], [4, quad(1)], [8, quad(2)]),
  four: byRows(four(8), [1, four(1)], [2, four(2)], [4, four(4)]),
  eight: byRows(eight(16), [1, eight(1)], [4, eight(4)], [8, eight(8)]),
};
export const SPLIT_TILES = byRows(split(8), [1, split(1)], [4, split(4)]);
/** Shapes worth trying on an adapter (`tuning.ts`), the default first. */
export const TILED_SHAPES: readonly TiledTile[] = [tiled(16, 16, 4, 4), tiled(8, 8, 4, 4), tiled(8, 8, 8, 8)];
/** For results so small that most of a larger tile would be empty: few rows, or the columns of low-rank factors. */
export const SMALL_SHAPE = tiled(8, 8, 2, 2);

/** The tiles of an adapter when nothing was measured. */
export function defaultTiles(gpu: AdapterOf, use: PlanUse, options: TileOptions = {}): TileChooser {
  const [standard] = TILED_SHAPES;
  if (!standard) throw new Error('there is no tile');
  return chosenTiles(gpu, use, () => standard, options);
}

type AdapterOf = Pick<GpuDevice, 'info' | 'device'>;

export interface TileOptions {
  /** Multiplies with float16 weights in float16, in the forward pass and where the adapter can (`matmulTiled.ts`). */
  readonly isHalf?: boolean;
}

/** @param shapeFor the tile for many rows, in the parallel style */
export function chosenTiles(
  gpu: AdapterOf,
  use: PlanUse,
  shapeFor: (request: TileRequest) => TiledTile,
  { isHalf = false }: TileOptions = {},
): TileChooser {
  if (kernelStyle(gpu) === 'serial') {
    const tiles = SERIAL_TILES[neighboursOn(gpu.info, gpu.device.features)];
    return () => tiles;
  }
  const canHalf = isHalf && gpu.device.features.has('shader-f16');
  return (request) => {
    if (use === 'decode' && request.product === 'linear') return SPLIT_TILES;
    const inHalf = canHalf && request.product === 'linear' && request.precision === 'f16';
    const small = { ...SMALL_SHAPE, isHalf: inHalf };
    const { columns, rows } = tileSize(small);
    if (request.columns <= columns) return byRows(small);
    return byRows({ ...shapeFor(request), isHalf: inHalf }, [rows, small]);
  };
}

/** For people, and to remember a choice by. */
export function tileName(tile: Tile): string {
  switch (tile.kind) {
    case 'serial':
      return `serial ${tile.neighbours} ${tile.rows} × ${tile.columns}`;
    case 'tiled': {
      const [x, y] = tile.threads;
      return `tiled ${x} × ${y} of ${tile.rows} × ${tile.columns}${tile.isHalf ? ', f16' : ''}`;
    }
    case 'split':
      return `split ${tile.rows} × ${SPLIT_COLUMNS}`;
  }
}
