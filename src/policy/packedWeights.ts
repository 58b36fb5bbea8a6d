import { BufferPool, readBuffer } from '../gpu/plan.ts';
import type { WeightSet } from './engine.ts';
import type { ModelConfig } from './modelConfig.ts';
import { weightShapes } from './modelConfig.ts';
import { elementCount, tensorNamed, type HostTensor, type Weights } from './weights.ts';

/** One buffer on the device and the Hugging Face tensors that lie in it, one after the other. */
interface PackedTensor {
  readonly key: string;
  readonly parts: readonly string[];
}

/**
 * How weights lie on the device: query, key and value rows in one matrix, gate and up in another, so that each needs one
 * dispatch. A tied head is the embedding.
 */
export function packedLayout(config: ModelConfig): readonly PackedTensor[] {
  const layout: PackedTensor[] = [{ key: 'embed', parts: ['model.embed_tokens.weight'] }];
  for (let layer = 0; layer < config.layerCount; layer++) {
    const prefix = `model.layers.${layer}`;
    const attention = (projection: string) => `${prefix}.self_attn.${projection}_proj.weight`;
    const mlp = (projection: string) => `${prefix}.mlp.${projection}_proj.weight`;
    layout.push(
      { key: `${layer}.norm1`, parts: [`${prefix}.input_layernorm.weight`] },
      { key: `${layer}.qkv`, parts: [attention('q'), attention('k'), attention('v')] },
      { key: `${layer}.out`, parts: [attention('o')] },
      { key: `${layer}.norm2`, parts: [`${prefix}.post_attention_layernorm.weight`] },
      { key: `${layer}.gateUp`, parts: [mlp('gate'), mlp('up')] },
      { key: `${layer}.down`, parts: [mlp('down')] },
    );
  }
  layout.push({ key: 'norm', parts: ['model.norm.weight'] });
  if (!config.isHeadTied) layout.push({ key: 'head', parts: ['lm_head.weight'] });
  return layout;
}

/** Weights, or gradients of the same shapes, in device buffers. */
export class PackedWeights implements WeightSet {
  private readonly pool: BufferPool;
  private readonly buffers = new Map<string, GPUBuffer>();
  private readonly shapes: ReadonlyMap<string, readonly number[]>;
  private readonly layout: readonly PackedTensor[];
  private readonly device: GPUDevice;
  private readonly isHeadTied: boolean;

  constructor(device: GPUDevice, config: ModelConfig) {
    this.device = device;
    this.pool = new BufferPool(device);
    this.shapes = weightShapes(config);
    this.layout = packedLayout(config);
    this.isHeadTied = config.isHeadTied;
    for (const { key, parts } of this.layout) this.buffers.set(key, this.pool.create(key, this.sizeOf(parts)));
  }

  /** @param key `embed`, `norm`, `head`, or `<layer>.norm1|qkv|out|norm2|gateUp|down` */
  buffer(key: string): GPUBuffer {
    const buffer = this.buffers.get(key === 'head' && this.isHeadTied ? 'embed' : key);
    if (!buffer) throw new Error(`no packed tensor ${key}`);
    return buffer;
  }

  update(weights: Weights): void {
    for (const { key, parts } of this.layout) {
      let offset = 0;
      for (const part of parts) {
        const { data } = tensorNamed(weights, part);
        // The type is narrowed because shared memory cannot be written to a queue; host tensors never are shared.
        this.device.queue.writeBuffer(this.buffer(key), offset, data as Float32Array<ArrayBuffer>);
        offset += data.byteLength;
      }
    }
  }

  clear(encoder: GPUCommandEncoder): void {
    for (const buffer of this.buffers.values()) encoder.clearBuffer(buffer);
  }

  /** Copies everything to the host, by Hugging Face name. One read-back. */
  async read(): Promise<Weights> {
    const bytesOf = (parts: readonly string[]) => this.sizeOf(parts) * 4;
    const totalBytes = this.layout.reduce((sum, { parts }) => sum + bytesOf(parts), 0);
    using gathered = new BufferPool(this.device);
    const all = gathered.create('gathered', totalBytes / 4);
    const encoder = this.device.createCommandEncoder();
    let offset = 0;
    for (const { key, parts } of this.layout) {
      encoder.copyBufferToBuffer(this.buffer(key), 0, all, offset, bytesOf(parts));
      offset += bytesOf(parts);
    }
    this.device.queue.submit([encoder.finish()]);
    const bytes = await readBuffer(this.device, all, totalBytes);
    const tensors = new Map<string, HostTensor>();
    offset = 0;
    for (const name of this.layout.flatMap(({ parts }) => parts)) {
      const shape = this.shapeOf(name);
      tensors.set(name, { shape, data: new Float32Array(bytes, offset, elementCount(shape)) });
      offset += elementCount(shape) * 4;
    }
    return tensors;
  }

  [Symbol.dispose](): void {
    this.pool[Symbol.dispose]();
  }

  private sizeOf(parts: readonly string[]): number {
    return parts.reduce((sum, part) => sum + elementCount(this.shapeOf(part)), 0);
  }

  private shapeOf(name: string): readonly number[] {
    const shape = this.shapes.get(name);
    if (!shape) throw new Error(`the model has no weight named ${name}`);
    return shape;
  }
}
