import type { RandomStream } from '../base/random.ts';
import { PROJECTIONS, weightShapes, type ModelConfig } from './modelConfig.ts';
import { elementCount, tensorNamed, type HostTensor, type Weights } from './weights.ts';

/**
 * LoRA (Hu et al. 2021, arXiv 2106.09685) as a parametrisation of the weights: `W + scale · B · A`, with A [rank, in] and
 * B [out, rank] per projection. The kernels apply the factors beside the base; here is the same on the host, from effective
 * weights and their gradients, for the reference engine and for exports.
 *
 * An adapter is a `Weights` map with the names `<module path>.lora_A` and `.lora_B`, for example
 * `model.layers.0.self_attn.q_proj.lora_A`. Numbers are stored as float32; sums are formed in float64.
 */
export const FACTOR_A = '.lora_A';
export const FACTOR_B = '.lora_B';

/** `alpha / rank`. */
export function adapterScale(rank: number, alpha: number): number {
  return alpha / rank;
}

/**
 * A new adapter on all seven projections of every layer. A is uniform in ±1/√in (PEFT's initialisation), B is zero, so the
 * effective weights are at first those of the base.
 */
export function createAdapter(config: ModelConfig, rank: number, random: RandomStream): Weights {
  return new Map(
    [...adapterShapes(config, rank)].map(([name, shape]) => {
      const data = new Float32Array(elementCount(shape));
      const bound = 1 / Math.sqrt(shape[1] ?? 1);
      const isA = name.endsWith(FACTOR_A);
      return [name, { shape, data: isA ? data.map(() => (2 * random.uniform() - 1) * bound) : data }];
    }),
  );
}

/** Name and shape of every factor of an adapter, in file order. */
export function adapterShapes(config: ModelConfig, rank: number): ReadonlyMap<string, readonly number[]> {
  const shapes = weightShapes(config);
  return new Map(
    adaptedModules(config).flatMap((module) => {
      const [rows = 0, columns = 0] = shapes.get(`${module}.weight`) ?? [];
      return [
        [module + FACTOR_A, [rank, columns]],
        [module + FACTOR_B, [rows, rank]],
      ];
    }),
  );
}

/** Module paths of the projections, in file order. */
export function adaptedModules(config: ModelConfig): string[] {
  return Array.from({ length: config.layerCount }, (_, layer) =>
    PROJECTIONS.map((projection) => `model.layers.${layer}.${projection}`),
  ).flat();
}

/** Effective weights. Those without an adapter are shared with `base`, not copied. */
export function applyAdapter(base: Weights, adapter: Weights, scale: number): Weights {
  const effective = new Map(base);
  for (const { module, a, b } of factorPairs(adapter)) {
    const { shape, data } = tensorNamed(base, `${module}.weight`);
    const product = matmul(b, a);
    effective.set(`${module}.weight`, {
      shape,
      data: data.map((weight, index) => weight + scale * (product[index] ?? 0)),
    });
  }
  return effective;
}

/**
 * Gradients of the factors from those of the effective weights: with `W_effective = W + s·B·A`,
 * `dA = s · Bᵀ · dW` and `dB = s · dW · Aᵀ`.
 */
export function adapterGradients(weightGradients: Weights, adapter: Weights, scale: number): Weights {
  const gradients = new Map<string, HostTensor>();
  for (const { module, a, b } of factorPairs(adapter)) {
    const outer = tensorNamed(weightGradients, `${module}.weight`);
    const scaled = (product: Float64Array) => Float32Array.from(product, (value) => scale * value);
    gradients.set(module + FACTOR_A, { shape: a.shape, data: scaled(matmul(transposed(b), outer)) });
    gradients.set(module + FACTOR_B, { shape: b.shape, data: scaled(matmul(outer, transposed(a))) });
  }
  return gradients;
}

interface FactorPair {
  readonly module: string;
  readonly a: HostTensor;
  readonly b: HostTensor;
}

export function factorPairs(adapter: Weights): FactorPair[] {
  const modules = [...adapter.keys()]
    .filter((name) => name.endsWith(FACTOR_A))
    .map((name) => name.slice(0, -FACTOR_A.length));
  return modules.map((module) => ({
    module,
    a: tensorNamed(adapter, module + FACTOR_A),
    b: tensorNamed(adapter, module + FACTOR_B),
  }));
}

/** left [m, k] · right [k, n] → [m, n]. Row times row, so that memory is read in order. */
function matmul(left: HostTensor, right: HostTensor): Float64Array {
  const [m = 0, k = 0] = left.shape;
  const n = right.shape[1] ?? 0;
  const product = new Float64Array(m * n);
  for (let row = 0; row < m; row++) {
    for (let inner = 0; inner < k; inner++) {
      const factor = left.data[row * k + inner] ?? 0;
      if (factor === 0) continue;
      for (let column = 0; column < n; column++) {
        const at = row * n + column;
        product[at] = (product[at] ?? 0) + factor * (right.data[inner * n + column] ?? 0);
      }
    }
  }
  return product;
}

function transposed({ shape: [rows = 0, columns = 0], data }: HostTensor): HostTensor {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) turned[column * rows + row] = data[row * columns + column] ?? 0;
  }
  return { shape: [columns, rows], data: turned };
}
