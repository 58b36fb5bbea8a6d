import type { GpuDevice } from './device.ts';
import {
  chosenTiles,
  TILED_SHAPES,
  tileName,
  type PlanUse,
  type TileChooser,
  type TileOptions,
  type TileRequest,
} from './linear/tiles.ts';
import type { TiledTile } from './kernels/matmulTiled.ts';
import { kernelStyle } from './style.ts';

/**
 * Which of a few tile shapes is fastest here, measured once per adapter and shape class. They compute the same bits, so the
 * choice changes nothing but the time.
 */

/** Remembers choices between sessions. */
export interface TuningStore {
  read(key: string): Promise<string | null>;
  write(key: string, tileName: string): Promise<void>;
}

/** Milliseconds of one product in this tile; null where timing is impossible. */
export type TimeTile = (tile: TiledTile, request: TileRequest) => Promise<number | null>;

/** A shape must win by so much: less is noise, and a choice that wavers would compile more kernels for nothing. */
const LEAST_GAIN = 0.05;

/** Sizes up to the next power of two: what is alike in them is measured once. */
export function shapeClass({ product, precision, columns, others }: TileRequest): TileRequest {
  const roundedUp = (size: number) => 2 ** Math.ceil(Math.log2(size));
  return { product, precision, columns: roundedUp(columns), others: roundedUp(others) };
}

/** The fastest shape; the first, unless another beats it clearly. */
export function fastestShape(shapes: readonly TiledTile[], times: readonly (number | null)[]): TiledTile {
  const [standard] = shapes;
  const [standardMs = null] = times;
  if (!standard) throw new Error('fastestShape: there is no shape');
  if (!isDuration(standardMs)) return standard;
  let [best, bestMs] = [standard, standardMs * (1 - LEAST_GAIN)];
  for (const [index, shape] of shapes.entries()) {
    const ms = times[index] ?? null;
    if (index > 0 && isDuration(ms) && ms < bestMs) [best, bestMs] = [shape, ms];
  }
  return best;
}

/** A coarse clock may show nothing at all. */
const isDuration = (ms: number | null): ms is number => ms !== null && Number.isFinite(ms) && ms > 0;

/**
 * Tiles for the products of a plan, measured where that is not known yet. The serial style has nothing to measure.
 * @param requests every product that the plan has; others get the default
 */
export async function tunedTiles(
  gpu: GpuDevice,
  use: PlanUse,
  requests: readonly TileRequest[],
  store: TuningStore,
  time: TimeTile,
  options: TileOptions = {},
): Promise<TileChooser> {
  const shapes = new Map<string, TiledTile>();
  if (kernelStyle(gpu) === 'parallel') {
    for (const request of requests.map(shapeClass)) {
      const key = keyOf(gpu, request);
      if (!shapes.has(key)) shapes.set(key, await rememberedShape(key, request, store, time));
    }
  }
  const [standard] = TILED_SHAPES;
  if (!standard) throw new Error('there is no tile');
  return chosenTiles(gpu, use, (request) => shapes.get(keyOf(gpu, shapeClass(request))) ?? standard, options);
}

function keyOf({ adapterName }: GpuDevice, { product, precision, columns, others }: TileRequest): string {
  return `${adapterName}, ${product} ${precision} ${columns} × ${others}`;
}

async function rememberedShape(
  key: string,
  request: TileRequest,
  store: TuningStore,
  time: TimeTile,
): Promise<TiledTile> {
  const name = await store.read(key);
  const known = TILED_SHAPES.find((shape) => tileName(shape) === name);
  if (known) return known;
  const times: (number | null)[] = [];
  for (const shape of TILED_SHAPES) times.push(await time(shape, request));
  const shape = fastestShape(TILED_SHAPES, times);
  if (times.every(isDuration)) await store.write(key, tileName(shape));
  return shape;
}
