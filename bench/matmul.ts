import * as tf from '@tensorflow/tfjs';
import type { GpuDevice } from '../src/gpu/device.ts';
import * as kernels from '../src/gpu/kernels/kernels.ts';
import { BufferPool, Plan, readBuffer, type KernelLibrary } from '../src/gpu/plan.ts';
import { OVER_ROWS, perTile } from '../src/policy/forwardPlan.ts';
import { timed } from './timing.ts';

/** `[M, K] · [N, K]ᵀ` */
export interface MatmulShape {
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

/** So many products share one read-back that a measurement takes about this long, at most 64. */
const MEASUREMENT_MS = 300;

/** Billions of floating-point operations per second, a multiply-add counting as two. */
export async function matmulRate({ device }: GpuDevice, library: KernelLibrary, shape: MatmulShape): Promise<number> {
  const { M, N, K } = shape;
  using pool = new BufferPool(device);
  const [info, output] = [pool.create('info', 4), pool.create('c', M * N)];
  device.queue.writeBuffer(info, 0, Uint32Array.of(M, 0, 0, 0));
  const plan = new Plan(library);
  const buffers = [info, pool.create('a', M * K), pool.create('b', N * K), output];
  plan.add(kernels.matmul, { N, K, COUNT_AT: OVER_ROWS }, buffers, perTile(N, OVER_ROWS));
  return await rate(shape, async (products) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let product = 0; product < products; product++) plan.replay(pass, M, 0);
    pass.end();
    device.queue.submit([encoder.finish()]);
    await readBuffer(device, output, 16);
  });
}

/** The same with tfjs's own matmul. */
export async function tfjsMatmulRate(shape: MatmulShape): Promise<number> {
  const { M, N, K } = shape;
  const a = tf.zeros<tf.Rank.R2>([M, K]);
  const b = tf.zeros<tf.Rank.R2>([N, K]);
  try {
    return await rate(shape, async (products) => {
      const corner = tf.tidy(() => {
        let product = tf.matMul(a, b, false, true);
        for (let count = 1; count < products; count++) product = tf.matMul(a, b, false, true);
        return tf.slice(product, [0, 0], [1, 4]);
      });
      await corner.data();
      corner.dispose();
    });
  } finally {
    tf.dispose([a, b]);
  }
}

async function rate({ M, N, K }: MatmulShape, multiply: (products: number) => Promise<void>): Promise<number> {
  const alone = await timed(() => multiply(1), 1);
  const products = Math.min(64, Math.max(1, Math.round(MEASUREMENT_MS / alone)));
  const together = await timed(() => multiply(products), 3, 10 * MEASUREMENT_MS);
  return (2 * M * N * K * products) / (together * 1e6);
}
