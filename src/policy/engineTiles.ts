import type { GpuDevice } from '../gpu/device.ts';
import { defaultTiles, type TileChooser } from '../gpu/linear.ts';
import type { TileRequest } from '../gpu/linear/tiles.ts';
import { timeTileOn } from '../gpu/linear/timeTile.ts';
import type { KernelLibrary } from '../gpu/plan.ts';
import type { Precision } from '../gpu/quantise.ts';
import { tunedTiles, type TuningStore } from '../gpu/tuning.ts';
import { precisionOf, weightGroups } from './kernelWeights.ts';
import { weightShapes, type ModelConfig } from './modelConfig.ts';

/** How products are divided among threads: the same bits, in more or less time. */
export interface EngineTiles {
  readonly decode: TileChooser;
  readonly train: TileChooser;
}

/** When nothing has been measured. */
export function defaultEngineTiles(gpu: GpuDevice): EngineTiles {
  return { decode: defaultTiles(gpu, 'decode'), train: defaultTiles(gpu, 'batch') };
}

/**
 * Measures what is not known yet of this adapter and a model of these shapes.
 * @param precision of the frozen weights; all weights of a policy are float32
 */
export async function tuneEngine(
  gpu: GpuDevice,
  library: KernelLibrary,
  config: ModelConfig,
  precision: Precision,
  store: TuningStore,
): Promise<EngineTiles> {
  const requests = tileRequests(config, precision);
  const time = timeTileOn(gpu, library);
  return {
    decode: await tunedTiles(gpu, 'decode', requests, store, time),
    train: await tunedTiles(gpu, 'batch', requests, store, time),
  };
}

/** The products of a model's matrices, forward and backward, each once. */
export function tileRequests(config: ModelConfig, precision: Precision): TileRequest[] {
  const shapes = weightShapes(config);
  const requests = weightGroups(config).flatMap(({ key, parts }): TileRequest[] => {
    const [, K] = shapes.get(parts[0] ?? '') ?? [];
    if (K === undefined) return [];
    const N = parts.reduce((sum, name) => sum + (shapes.get(name)?.[0] ?? 0), 0);
    const precisions = new Set<Precision>(['f32', precisionOf(key, precision)]);
    return [
      ...[...precisions].flatMap((own): TileRequest[] => [
        { product: 'linear', precision: own, columns: N, others: K },
        { product: 'inputGradient', precision: own, columns: K, others: N },
      ]),
      { product: 'weightGradient', precision: 'f32', columns: K, others: N },
    ];
  });
  return [...new Map(requests.map((request) => [JSON.stringify(request), request])).values()];
}
