import type { Binding, Product } from '../kernels/matmulProduct.ts';
import { COUNTERS, type Counter } from '../info.ts';
import { sharersOf, threadsOf } from '../kernels/neighbours.ts';
import { serialKernel } from '../kernels/matmulSerial.ts';
import { shapeBuffer, type MatmulShape } from '../kernels/matmulShape.ts';
import { splitKernel, SPLIT_GROUPS } from '../kernels/matmulSplit.ts';
import { tiledKernel } from '../kernels/matmulTiled.ts';
import type { Alternative, Bindable, Kernel, Plan } from '../plan.ts';
import { tileSize, type Tile, type TileChoice } from './tiles.ts';

/** Everything that one dispatch of a product needs, beside its code. */
export interface ProductCall {
  readonly shape: MatmulShape;
  readonly over: Counter;
  readonly tiles: readonly TileChoice[];
  /** Columns of the result, and its rows where they are not those of the activations. */
  readonly columns: number;
  readonly rows?: number;
  /** By the names of the product's bindings. */
  readonly buffers: Readonly<Record<string, Bindable | null>>;
}

/** A shape without low-rank factors, scales or offsets. */
export const PLAIN_SHAPE: MatmulShape = {
  counter: 0,
  outputs: 0,
  inputs: 0,
  first: 0,
  count: 0,
  groups: 0,
  rank: 0,
  moduleEnds: [],
  scale: 1,
  width: 0,
  inStride: 0,
  inOffset: 0,
  outStride: 0,
  outOffset: 0,
};

/** Adds one product to the plan, in the tile that fits the number of rows at each replay. */
export function recordProduct(plan: Plan, product: Product, call: ProductCall): void {
  const { over, rows: fixedRows, columns } = call;
  const shape = { ...call.shape, counter: COUNTERS[over] };
  const alternatives = call.tiles.map(({ tile, upTo }): Alternative => {
    const size = tileSize(tile);
    const x = product.hasModules ? moduleTiles(shape, tile) : Math.ceil(columns / size.columns);
    return {
      kernel: kernelOf(product, tile),
      constants: { ...product.constants, ...tileConstants(tile) },
      upTo,
      workgroups: (rowCount, drawCount) => {
        const rows = fixedRows ?? (over === 'draws' ? drawCount : rowCount);
        return [x, Math.ceil(rows / size.rows)];
      },
    };
  });
  const buffers = [shapeBuffer(plan.library, shape), ...named(product.bindings, call.buffers)];
  // A fixed number of rows needs no choice at replay: it is made here.
  const chosen =
    fixedRows === undefined ? alternatives : alternatives.filter(({ upTo }) => fixedRows <= upTo).slice(0, 1);
  plan.addAlternatives(chosen, buffers, over === 'draws' ? 'draws' : 'rows');
}

/** Buffers in the order of a kernel's bindings. */
export function named(bindings: readonly Binding[], buffers: ProductCall['buffers']): readonly Bindable[] {
  return bindings.map(({ name }) => {
    const buffer = buffers[name];
    if (!buffer) throw new Error(`a kernel needs the buffer ${name}`);
    return buffer;
  });
}

const kernels = new Map<string, Kernel>();

/** Made once: the code of a tile is long, and a plan has the same one in every layer. */
function kernelOf(product: Product, tile: Tile): Kernel {
  const key = JSON.stringify([product.name, product.constants, tile]);
  const kernel = kernels.get(key) ?? createKernel(product, tile);
  kernels.set(key, kernel);
  return kernel;
}

function createKernel(product: Product, tile: Tile): Kernel {
  switch (tile.kind) {
    case 'serial':
      return serialKernel(product, tile);
    case 'tiled':
      return tiledKernel(product, tile);
    case 'split':
      return splitKernel(product, tile);
  }
}

/** What tells the code of two tiles apart. */
function tileConstants(tile: Tile): Readonly<Record<string, number>> {
  switch (tile.kind) {
    case 'serial':
      return {
        THREADS: threadsOf(tile.neighbours),
        SHARERS: sharersOf(tile.neighbours),
        ROWS: tile.rows,
        COLUMNS: tile.columns,
      };
    case 'tiled':
      return {
        X: tile.threads[0],
        Y: tile.threads[1],
        ROWS: tile.rows,
        COLUMNS: tile.columns,
        HALF: Number(tile.isHalf),
      };
    case 'split':
      return { ROWS: tile.rows };
  }
}

/** Workgroups over columns when no tile straddles two modules: `spanOf` in `matmulProduct.ts` counts them likewise. */
function moduleTiles({ first, count, moduleEnds }: MatmulShape, tile: Tile): number {
  const isSplit = tile.kind === 'split';
  const width = isSplit ? tileSize(tile).columns / SPLIT_GROUPS : tileSize(tile).columns;
  let tiles = 0;
  let start = first;
  for (const moduleEnd of moduleEnds) {
    const end = Math.min(Math.max(moduleEnd, first), first + count);
    tiles += Math.ceil((end - start) / width);
    start = end;
  }
  return isSplit ? Math.ceil(tiles / SPLIT_GROUPS) : tiles;
}
