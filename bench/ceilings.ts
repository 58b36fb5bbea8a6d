import * as tf from '@tensorflow/tfjs';
import { monotonicMs } from '../src/base/clock.ts';
import type { GpuDevice } from '../src/gpu/device.ts';
import { BufferPool } from '../src/gpu/plan.ts';
import { takeTurns, type Rounds } from './timing.ts';

/** What the adapter can do at most, measured with work that is nothing else: one large product, one large copy. */

export interface Multiplier extends Disposable {
  /** Computes so many products and waits for them. */
  multiply(products: number): Promise<void>;
}

/** Square products grow until one takes so long: small ones measure dispatching, not multiplying. */
const LONG_ENOUGH_MS = 30;
const LARGEST_SIDE = 4096;
/** One measurement takes about so long. */
const MEASUREMENT_MS = 300;

export interface MatmulCeiling {
  /** Rows and columns of the matrices. */
  readonly side: number;
  /** Billions of floating-point operations per second, a multiply-add counting as two; by multiplier. */
  readonly gflops: readonly number[][];
}

/** @param multipliers of square matrices; the first one decides how large they are */
export async function matmulCeiling(
  multipliers: readonly ((side: number) => Multiplier)[],
  smallest: number,
  rounds: Rounds,
): Promise<MatmulCeiling> {
  let side = smallest;
  for (; side < LARGEST_SIDE && multipliers[0]; side *= 2) {
    using multiplier = multipliers[0](side);
    await multiplier.multiply(1); // compiles
    if ((await milliseconds(() => multiplier.multiply(1))) >= LONG_ENOUGH_MS) break;
  }
  const opened = multipliers.map((open) => open(side));
  try {
    const turns: (() => Promise<number>)[] = [];
    for (const multiplier of opened) {
      await multiplier.multiply(1);
      const products = repeats(await milliseconds(() => multiplier.multiply(1)));
      turns.push(async () => {
        const taken = await milliseconds(() => multiplier.multiply(products));
        return (2 * side ** 3 * products) / (taken * 1e6);
      });
    }
    return { side, gflops: await takeTurns(turns, rounds) };
  } finally {
    for (const multiplier of opened) multiplier[Symbol.dispose]();
  }
}

/** tfjs's own product. */
export function tfjsMultiplier(side: number): Multiplier {
  const [a, b] = [tf.randomNormal([side, side]), tf.randomNormal([side, side])];
  return {
    multiply: async (products) => {
      const corner = tf.tidy(() => {
        let product = tf.matMul(a, b, false, true);
        for (let count = 1; count < products; count++) product = tf.matMul(a, b, false, true);
        return tf.slice(product, [0, 0], [1, 1]);
      });
      await corner.data();
      corner.dispose();
    },
    [Symbol.dispose]: () => tf.dispose([a, b]),
  };
}

/**
 * Billions of bytes per second that a copy from buffer to buffer moves; each byte is read once and written once, and counts
 * twice.
 */
export async function copyCeiling({ device }: GpuDevice, bytes: number, rounds: Rounds): Promise<number[]> {
  using pool = new BufferPool(device);
  const [from, to] = [pool.create('from', bytes / 4), pool.create('to', bytes / 4)];
  const copy = async (times: number) => {
    const encoder = device.createCommandEncoder();
    for (let time = 0; time < times; time++) encoder.copyBufferToBuffer(from, 0, to, 0, bytes);
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
  };
  await copy(1);
  const times = repeats(await milliseconds(() => copy(1)));
  const measure = async () => (2 * bytes * times) / ((await milliseconds(() => copy(times))) * 1e6);
  const [rates = []] = await takeTurns([measure], rounds);
  return rates;
}

function repeats(aloneMs: number): number {
  return Math.max(1, Math.min(256, Math.round(MEASUREMENT_MS / aloneMs)));
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = monotonicMs();
  await work();
  return monotonicMs() - startedAt;
}
