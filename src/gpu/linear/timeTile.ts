import { monotonicMs } from '../../base/clock.ts';
import type { GpuDevice } from '../device.ts';
import { BufferPool, Plan, type KernelLibrary } from '../plan.ts';
import type { TimeTile } from '../tuning.ts';
import { recordLinearBackward } from './backward.ts';
import { recordLinear } from './forward.ts';
import { createLinearWeights } from './weights.ts';

/** Rows of the product that is timed: a small micro-batch. */
const ROWS = 512;
const RUNS = 3;

/** Times products on the device: the shortest of three runs, each of as many dispatches as a coarse clock can see. */
export function timeTileOn({ device }: GpuDevice, library: KernelLibrary): TimeTile {
  return async (tile, { product, precision, columns, others }) => {
    using pool = new BufferPool(device);
    const [N, K] = product === 'linear' ? [columns, others] : [others, columns];
    const weights = createLinearWeights(device, pool, { label: 'timed weights', precision, N, K });
    const info = pool.create('timed info', 4);
    device.queue.writeBuffer(info, 0, Uint32Array.of(ROWS, 0, 0, 0));
    const [x, y] = [pool.create('timed x', ROWS * K), pool.create('timed y', ROWS * N)];
    const call = { info, weights, over: 'rows', x, tiles: () => [{ tile, upTo: Infinity }] } as const;
    const plan = new Plan(library);
    if (product === 'linear') recordLinear(plan, { ...call, y });
    else if (product === 'inputGradient') {
      recordLinearBackward(plan, { ...call, dy: y, dx: pool.create('timed dx', ROWS * K), weightGradient: null });
    } else {
      recordLinearBackward(plan, { ...call, dy: y, dx: null, weightGradient: weights });
    }
    const run = async (dispatches: number) => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (let count = 0; count < dispatches; count++) plan.replay(pass, ROWS, 0);
      pass.end();
      const start = monotonicMs();
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      return monotonicMs() - start;
    };
    await run(1); // compiles
    const dispatches = Math.min(64, Math.max(1, Math.ceil(MEASURED_MS / Math.max(0.1, await run(1)))));
    let shortest = Infinity;
    for (let count = 0; count < RUNS; count++) shortest = Math.min(shortest, await run(dispatches));
    return shortest / dispatches;
  };
}

const MEASURED_MS = 20;
