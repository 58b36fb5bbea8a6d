import type { GpuDevice } from '../gpu/device.ts';
import { createLinearWeights, linearBytes, writeRows, type LinearWeights, type LowRank } from '../gpu/linear.ts';
import { BufferPool } from '../gpu/plan.ts';
import type { Precision } from '../gpu/quantise.ts';
import type { FrozenWeights, Policy, Speaker, Trainable } from './engine.ts';
import { FACTOR_A, FACTOR_B, adapterShapes } from './lora.ts';
import { BIASED_PROJECTIONS, HEAD_NORMS, weightCount, weightShapes, type ModelConfig } from './modelConfig.ts';
import { TensorBuffers, type TensorGroup } from './tensorBuffers.ts';
import { elementCount, tensorNamed, type HostTensor, type Weights } from './weights.ts';

/** A matrix of a layer as the kernels see it: query, key and value are one matrix, and so are gate and up. */
export type MatrixKind = 'qkv' | 'out' | 'gateUp' | 'down';
export const MATRIX_KINDS: readonly MatrixKind[] = ['qkv', 'out', 'gateUp', 'down'];

/**
 * One set of weights as the kernels read it. Keys: `embed`, `head`, `norm`, `<layer>.norm1`, `<layer>.qkv`, …; a matrix with
 * a bias brings it along. `<layer>.headNorm`: gains of query heads, then those of key heads.
 */
export interface KernelWeights {
  matrix(key: string): LinearWeights;
  vector(key: string): GPUBuffer;
  /** The factors beside the matrix of that key, where there are some. */
  lowRank(key: string): LowRank | null;
}

/** Of the bias beside a matrix. */
export const biasKey = (matrixKey: string) => `${matrixKey}.bias`;

/** Which host tensors lie together. A tied head is the embedding. */
export function weightGroups(config: ModelConfig): readonly TensorGroup[] {
  const groups: TensorGroup[] = [{ key: 'embed', parts: ['model.embed_tokens.weight'] }];
  for (let layer = 0; layer < config.layerCount; layer++) {
    const prefix = `model.layers.${layer}`;
    groups.push({ key: `${layer}.norm1`, parts: [`${prefix}.input_layernorm.weight`] });
    for (const kind of MATRIX_KINDS) {
      groups.push({ key: `${layer}.${kind}`, parts: modulesOf(layer, kind).map((module) => `${module}.weight`) });
    }
    if (config.attentionVariant === 'biased') {
      const parts = BIASED_PROJECTIONS.map((name) => `${prefix}.${name}.bias`);
      groups.push({ key: biasKey(`${layer}.qkv`), parts });
    }
    if (config.attentionVariant === 'headNormed') {
      groups.push({ key: `${layer}.headNorm`, parts: HEAD_NORMS.map((name) => `${prefix}.${name}.weight`) });
    }
    groups.push({ key: `${layer}.norm2`, parts: [`${prefix}.post_attention_layernorm.weight`] });
  }
  groups.push({ key: 'norm', parts: ['model.norm.weight'] });
  if (!config.isHeadTied) groups.push({ key: 'head', parts: ['lm_head.weight'] });
  return groups;
}

/** Which factors lie together: all A of a matrix, and all B. */
export function factorGroups(config: ModelConfig): readonly TensorGroup[] {
  return layersAndKinds(config).flatMap(([layer, kind]) => {
    const modules = modulesOf(layer, kind);
    return [
      { key: `${layer}.${kind}.a`, parts: modules.map((module) => module + FACTOR_A) },
      { key: `${layer}.${kind}.b`, parts: modules.map((module) => module + FACTOR_B) },
    ];
  });
}

function layersAndKinds({ layerCount }: ModelConfig): (readonly [number, MatrixKind])[] {
  return Array.from({ length: layerCount }, (_, layer) => MATRIX_KINDS.map((kind) => [layer, kind] as const)).flat();
}

/** Hugging Face modules of one of our matrices, in order. */
function modulesOf(layer: number, kind: MatrixKind): string[] {
  const names: Record<MatrixKind, readonly string[]> = {
    qkv: ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'],
    out: ['self_attn.o_proj'],
    gateUp: ['mlp.gate_proj', 'mlp.up_proj'],
    down: ['mlp.down_proj'],
  };
  return names[kind].map((name) => `model.layers.${layer}.${name}`);
}

/** Rows that are rounded and sent at a time: bounds what the host needs besides the weights themselves. */
const ROWS_AT_A_TIME = 4096;

/** Frozen weights on the device. Norms stay float32, and the embedding and the head have 8 bits at least. */
export class PlannedWeights implements FrozenWeights, KernelWeights {
  readonly kind = 'frozen';
  readonly precision: Precision;
  private readonly pool: BufferPool;
  private readonly matrices = new Map<string, LinearWeights>();
  private readonly vectors = new Map<string, GPUBuffer>();
  private readonly isHeadTied: boolean;
  private readonly device: GPUDevice;
  /** Where each tensor goes. */
  private readonly places = new Map<string, { readonly key: string; readonly firstRow: number }>();

  /** @param weights all of them; null where `put` brings them one by one, and until then they are zero */
  constructor({ device }: GpuDevice, config: ModelConfig, weights: Weights | null, precision: Precision) {
    this.device = device;
    this.precision = precision;
    this.isHeadTied = config.isHeadTied;
    this.pool = new BufferPool(device);
    const shapes = weightShapes(config);
    for (const { key, parts } of weightGroups(config)) {
      let N = 0;
      for (const name of parts) {
        this.places.set(name, { key, firstRow: N });
        N += shapes.get(name)?.[0] ?? 0;
      }
      const columns = shapes.get(parts[0] ?? '')?.[1];
      if (columns === undefined) this.vectors.set(key, this.pool.create(key, N));
      else {
        const shape = { label: key, precision: precisionOf(key, precision), N, K: columns };
        this.matrices.set(key, createLinearWeights(device, this.pool, shape));
      }
    }
    if (weights) for (const name of this.places.keys()) this.put(name, tensorNamed(weights, name));
  }

  /** Rounds and sends one tensor, which nobody needs on the host afterwards. */
  put(name: string, { shape: [, columns], data }: HostTensor): void {
    const place = this.places.get(name);
    if (!place) throw new Error(`the model has no weight named ${name}`);
    const { key, firstRow } = place;
    if (columns === undefined) {
      // The type is narrowed because shared memory cannot be written to a queue; host tensors never are shared.
      this.device.queue.writeBuffer(this.vector(key), firstRow * 4, data as Float32Array<ArrayBuffer>);
      return;
    }
    const matrix = this.matrix(key);
    for (let at = 0; at < data.length; at += ROWS_AT_A_TIME * columns) {
      writeRows(this.device, matrix, firstRow + at / columns, data.subarray(at, at + ROWS_AT_A_TIME * columns));
    }
  }

  matrix(key: string): LinearWeights {
    const matrix = this.matrices.get(key === 'head' && this.isHeadTied ? 'embed' : key);
    if (!matrix) throw new Error(`there is no matrix ${key}`);
    return { ...matrix, bias: this.vectors.get(biasKey(key)) ?? null };
  }

  vector(key: string): GPUBuffer {
    const vector = this.vectors.get(key);
    if (!vector) throw new Error(`there is no vector ${key}`);
    return vector;
  }

  lowRank(): null {
    return null;
  }

  [Symbol.dispose](): void {
    this.pool[Symbol.dispose]();
  }
}

/** Four bits are too few for the embedding and the head: their errors meet every token. */
export function precisionOf(key: string, precision: Precision): Precision {
  return precision === 'int4' && (key === 'embed' || key === 'head') ? 'int8' : precision;
}

/** Bytes that `PlannedWeights` takes. */
export function frozenBytes(config: ModelConfig, precision: Precision): number {
  const shapes = weightShapes(config);
  return weightGroups(config).reduce((sum, { key, parts }) => {
    const N = parts.reduce((total, name) => total + (shapes.get(name)?.[0] ?? 0), 0);
    const columns = shapes.get(parts[0] ?? '')?.[1];
    return sum + (columns === undefined ? N * 4 : linearBytes(precisionOf(key, precision), N, columns));
  }, 0);
}

/** A policy on the device: all weights as a float32 copy, or low-rank factors beside the base. */
export class PlannedPolicy implements Policy, KernelWeights {
  readonly kind = 'policy';
  readonly base: PlannedWeights;
  /** Of the low-rank factors; null where all weights are trained. */
  readonly rank: number | null;
  readonly parameters: TensorBuffers;
  private readonly config: ModelConfig;
  private readonly factors = new Map<string, LowRank>();

  constructor(gpu: GpuDevice, config: ModelConfig, base: PlannedWeights, trainable: Trainable) {
    this.base = base;
    this.config = config;
    this.rank = trainable.kind === 'full' ? null : trainable.rank;
    this.parameters = createParameterBuffers(gpu, config, this.rank);
    this.parameters.write(trainable.parameters);
    if (trainable.kind === 'full') return;
    const { rank, scale } = trainable;
    const shapes = weightShapes(config);
    for (const [layer, kind] of layersAndKinds(config)) {
      const key = `${layer}.${kind}`;
      const parts = modulesOf(layer, kind).map((module) => shapes.get(`${module}.weight`)?.[0] ?? 0);
      const [a, b] = [this.parameters.buffer(`${key}.a`), this.parameters.buffer(`${key}.b`)];
      this.factors.set(key, { rank, scale, parts, a, b });
    }
  }

  matrix(key: string): LinearWeights {
    if (this.rank !== null) return this.base.matrix(key);
    const matrix = this.parameters.matrix(key === 'head' && this.config.isHeadTied ? 'embed' : key);
    const hasBias = this.config.attentionVariant === 'biased' && key.endsWith('.qkv');
    return hasBias ? { ...matrix, bias: this.parameters.buffer(biasKey(key)) } : matrix;
  }

  vector(key: string): GPUBuffer {
    return this.rank === null ? this.parameters.buffer(key) : this.base.vector(key);
  }

  lowRank(key: string): LowRank | null {
    return this.factors.get(key) ?? null;
  }

  [Symbol.dispose](): void {
    this.parameters[Symbol.dispose]();
  }
}

/** Buffers of the shape of what is trained: for parameters, gradients and moments. @param rank null for all weights */
export function createParameterBuffers(gpu: GpuDevice, config: ModelConfig, rank: number | null): TensorBuffers {
  return rank === null
    ? new TensorBuffers(gpu, weightGroups(config), weightShapes(config))
    : new TensorBuffers(gpu, factorGroups(config), adapterShapes(config, rank));
}

/** The weights that a speaker reads. @throws Error when another engine made it */
export function kernelWeightsOf(speaker: Speaker): PlannedWeights | PlannedPolicy {
  if (speaker instanceof PlannedWeights || speaker instanceof PlannedPolicy) return speaker;
  throw new Error('these weights were made by another engine');
}

/** Numbers that a policy trains. */
export function parameterCount(config: ModelConfig, rank: number | null): number {
  if (rank === null) return weightCount(config);
  return [...adapterShapes(config, rank).values()].reduce((sum, shape) => sum + elementCount(shape), 0);
}
