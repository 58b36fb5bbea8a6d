import { describe, expect, test } from 'vitest';
import type { GpuDevice } from './device.ts';
import type { TiledTile } from './kernels/matmulTiled.ts';
import { TILED_SHAPES, tileName, type TileRequest } from './linear/tiles.ts';
import { fastestShape, shapeClass, tunedTiles } from './tuning.ts';

const [standard, small, large] = TILED_SHAPES;
const request = (columns: number, others: number): TileRequest => ({
  product: 'linear',
  precision: 'f32',
  columns,
  others,
});

/** An adapter of that name, as far as the choice of tiles looks at it. */
const adapter = (architecture: string) =>
  ({
    info: { vendor: 'v', architecture, device: '', description: '' },
    device: { features: new Set() },
    adapterName: `v / ${architecture}`,
  }) as unknown as GpuDevice; // only what is read

class MemoryStore {
  readonly known = new Map<string, string>();
  async read(key: string) {
    return this.known.get(key) ?? null;
  }
  async write(key: string, name: string) {
    this.known.set(key, name);
  }
}

/** Counts what is measured; the shape at `fastest` takes half as long as the others. */
function fakeTimer(fastest: number) {
  const measured: string[] = [];
  const time = async (tile: TiledTile, { columns, others }: TileRequest) => {
    measured.push(`${tileName(tile)} ${columns} ${others}`);
    return tile === TILED_SHAPES[fastest] ? 1 : 2;
  };
  return { measured, time };
}

/** The tile for many rows. */
const lastTile = (choices: readonly { readonly tile: unknown }[]) => choices.at(-1)?.tile;

describe('the fastest shape', () => {
  test('is the one with the least time', () => {
    expect(fastestShape(TILED_SHAPES, [2, 1.5, 1])).toEqual(large);
    expect(fastestShape(TILED_SHAPES, [2, 1, 1.5])).toBe(small);
  });

  test('is the first one as long as no other wins clearly, or the clock shows nothing', () => {
    expect(fastestShape(TILED_SHAPES, [1, 0.96, 0.97])).toEqual(standard);
    expect(fastestShape(TILED_SHAPES, [0, 0, 0])).toEqual(standard);
    expect(fastestShape(TILED_SHAPES, [null, 1, 2])).toEqual(standard);
    expect(fastestShape(TILED_SHAPES, [3, null, NaN])).toEqual(standard);
  });
});

test('shapes of one class differ by less than a factor of two', () => {
  expect(shapeClass(request(513, 1024))).toEqual(request(1024, 1024));
  expect(shapeClass(request(1024, 576))).toEqual(request(1024, 1024));
  expect(shapeClass(request(1, 3))).toEqual(request(1, 4));
});

describe('tuned tiles', () => {
  test('each class is measured once and remembered', async () => {
    const store = new MemoryStore();
    const first = fakeTimer(2);
    const requests = [request(600, 600), request(1000, 700), request(600, 2048)];
    const tiles = await tunedTiles(adapter('gpu'), 'batch', requests, store, first.time);
    expect(first.measured).toHaveLength(2 * TILED_SHAPES.length);
    expect(lastTile(tiles(request(900, 800)))).toEqual(large);

    const later = fakeTimer(1);
    const again = await tunedTiles(adapter('gpu'), 'batch', requests, store, later.time);
    expect(later.measured).toEqual([]);
    expect(lastTile(again(request(900, 800)))).toEqual(large);
    expect(lastTile(again(request(64, 64))), 'a class that nobody asked for').toEqual(standard);
  });

  test('another adapter, and a name of an older version, are measured anew', async () => {
    const store = new MemoryStore();
    await tunedTiles(adapter('gpu'), 'batch', [request(64, 64)], store, fakeTimer(2).time);
    const other = fakeTimer(1);
    await tunedTiles(adapter('other'), 'batch', [request(64, 64)], store, other.time);
    expect(other.measured).toHaveLength(TILED_SHAPES.length);
    for (const key of store.known.keys()) store.known.set(key, 'tiled 3 × 3 of 1 × 1');
    const stale = fakeTimer(1);
    await tunedTiles(adapter('gpu'), 'batch', [request(64, 64)], store, stale.time);
    expect(stale.measured).toHaveLength(TILED_SHAPES.length);
  });

  test('without a clock the default is taken and nothing is remembered', async () => {
    const store = new MemoryStore();
    const tiles = await tunedTiles(adapter('gpu'), 'batch', [request(64, 64)], store, async () => null);
    expect(lastTile(tiles(request(64, 64)))).toEqual(standard);
    expect(store.known.size).toBe(0);
  });

  test('a CPU adapter has nothing to measure', async () => {
    const timer = fakeTimer(1);
    await tunedTiles(adapter('swiftshader'), 'batch', [request(64, 64)], new MemoryStore(), timer.time);
    expect(timer.measured).toEqual([]);
  });
});
