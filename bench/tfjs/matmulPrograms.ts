import * as tf from '@tensorflow/tfjs';
import { monotonicMs } from '../../src/base/clock.ts';

/**
 * The WebGPU backend of tfjs has four programs for a matrix product (`MatMulProgramType` in its sources) and chooses among
 * them by rules that were made for graphics cards. On a CPU adapter they choose badly: one of them takes 50 times as long as
 * another for the same small product. So the choice is made here, by measuring each shape once, also for the products
 * that its differentiation makes: `multiplication` is wrapped where it is registered.
 */
const PROGRAM_FLAG = 'WEBGPU_MATMUL_PROGRAM_TYPE';
const [REDUCE, SPLIT_K, SMALL_OUTPUT, PACKED] = [0, 1, 2, 3] as const;
/** Beyond so many outputs the reducing program, a workgroup for each of them, cannot win; trying it takes seconds. */
const REDUCE_LIMIT = 512;

interface Product {
  readonly a: number[];
  readonly b: number[];
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

export interface MatmulPrograms {
  /** Measures all shapes that were multiplied so far and not yet measured. */
  tune(): Promise<void>;
}

let installed: MatmulPrograms | null = null;

/** Until they are measured, all products take the program that is best for most. */
export function chooseMatmulPrograms(): MatmulPrograms {
  return (installed ??= install());
}

function install(): MatmulPrograms {
  const chosen = new Map<string, number | null>();
  let forced: number | null = null;
  const registered = tf.getKernel('BatchMatMul', 'webgpu');
  tf.unregisterKernel('BatchMatMul', 'webgpu');
  tf.registerKernel({
    ...registered,
    kernelFunc: (parameters) => {
      const key = keyOf(parameters);
      if (!chosen.has(key)) chosen.set(key, null);
      tf.env().set(PROGRAM_FLAG, forced ?? chosen.get(key) ?? PACKED);
      return registered.kernelFunc(parameters);
    },
  });
  return {
    async tune() {
      for (const [key, program] of [...chosen]) {
        if (program !== null) continue;
        chosen.set(key, await fastest(JSON.parse(key) as Product, (program) => (forced = program))); // written by keyOf
      }
      forced = null;
    },
  };
}

function keyOf({ inputs, attrs }: Parameters<tf.KernelFunc>[0]): string {
  const { a, b } = inputs;
  const product = { a: a?.shape, b: b?.shape, transposeA: attrs?.['transposeA'], transposeB: attrs?.['transposeB'] };
  return JSON.stringify(product);
}

async function fastest(product: Product, force: (program: number) => void): Promise<number> {
  const [a, b] = [tf.randomNormal(product.a), tf.randomNormal(product.b)];
  let best = { program: PACKED as number, milliseconds: Infinity };
  try {
    for (const program of candidates(product)) {
      force(program);
      await multiply(a, b, product, 1); // compiles
      let milliseconds = await multiply(a, b, product, 1);
      if (milliseconds > 4 * best.milliseconds) continue;
      for (let repeat = 0; repeat < 3; repeat++) {
        milliseconds = Math.min(milliseconds, await multiply(a, b, product, 4));
      }
      if (milliseconds < best.milliseconds) best = { program, milliseconds };
    }
  } finally {
    tf.dispose([a, b]);
  }
  return best.program;
}

function candidates({ a, b, transposeA, transposeB }: Product): number[] {
  const batch = a.slice(0, -2).reduce((count, size) => count * size, 1);
  const M = a.at(transposeA ? -1 : -2) ?? 1;
  const N = b.at(transposeB ? -2 : -1) ?? 1;
  const programs: number[] = [PACKED, SMALL_OUTPUT];
  if (batch * M * N <= REDUCE_LIMIT) programs.push(REDUCE);
  if (batch === 1) programs.push(SPLIT_K);
  return programs;
}

/** Milliseconds of one of `count` products. */
async function multiply(a: tf.Tensor, b: tf.Tensor, product: Product, count: number): Promise<number> {
  const startedAt = monotonicMs();
  const corner = tf.tidy(() => {
    let result = tf.matMul(a, b, product.transposeA, product.transposeB);
    for (let done = 1; done < count; done++) result = tf.matMul(a, b, product.transposeA, product.transposeB);
    return tf.slice(tf.reshape(result, [-1]), [0], [1]);
  });
  await corner.data();
  corner.dispose();
  return (monotonicMs() - startedAt) / count;
}
