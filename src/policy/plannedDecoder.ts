import type { GpuDevice } from '../gpu/device.ts';
import * as kernels from '../gpu/kernels/kernels.ts';
import { BufferPool, type KernelLibrary, type Plan } from '../gpu/plan.ts';
import type { Decoder, DrawnToken, StepRow } from './engine.ts';
import { createLayerBuffers, recordForward, ropeAngles } from './forwardPlan.ts';
import { floatBits, InfoWriter, type InfoDraw } from './infoWriter.ts';
import type { ModelConfig } from './modelConfig.ts';
import type { PackedWeights } from './packedWeights.ts';

/** Rows of one submission; a longer step is split, in order. */
export const DECODER_ROW_LIMIT = 512;

/** Cached generation with recorded kernels: one queue write, one submission and one small read-back per step. */
export class PlannedDecoder implements Decoder {
  readonly slotCount: number;
  private readonly gpu: GpuDevice;
  private readonly config: ModelConfig;
  private readonly pool: BufferPool;
  private readonly plan: Plan;
  private readonly info: InfoWriter;
  private readonly drawn: GPUBuffer;
  private readonly staging: GPUBuffer;

  constructor(gpu: GpuDevice, library: KernelLibrary, config: ModelConfig, weights: PackedWeights, slotCount: number) {
    this.gpu = gpu;
    this.config = config;
    this.slotCount = slotCount;
    const pool = (this.pool = new BufferPool(gpu.device));
    this.info = new InfoWriter(gpu.device, pool, DECODER_ROW_LIMIT);
    const angles = pool.create('angles', config.contextLength * config.headSize);
    gpu.device.queue.writeBuffer(angles, 0, ropeAngles(config));
    const { hiddenSize: D, keyValueHeadCount: G, headSize: S, vocabularySize: V } = config;
    const state = pool.create('state', DECODER_ROW_LIMIT * D);
    // Layers run one after the other, so they share everything but their caches.
    const shared = createLayerBuffers(pool, config, DECODER_ROW_LIMIT, 1);
    const cacheElements = slotCount * config.contextLength * G * S;
    const layers = Array.from({ length: config.layerCount }, () => ({
      ...shared,
      input: state,
      keys: pool.create('key cache', cacheElements),
      values: pool.create('value cache', cacheElements),
    }));
    const logits = pool.create('logits', DECODER_ROW_LIMIT * V);
    this.plan = recordForward(library, config, weights, {
      info: this.info.buffer,
      angles,
      layers,
      output: state,
      hidden: pool.create('hidden', DECODER_ROW_LIMIT * D),
      inverse: pool.create('inverse', DECODER_ROW_LIMIT),
      logits,
    });
    this.drawn = pool.create('drawn', DECODER_ROW_LIMIT * 4);
    this.plan.add(kernels.draw, { V }, [this.info.buffer, logits, this.drawn], (_rows, draws) => draws);
    this.staging = gpu.device.createBuffer({
      label: 'drawn, on the host',
      size: DECODER_ROW_LIMIT * 16,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
  }

  async step(rows: readonly StepRow[]): Promise<readonly DrawnToken[]> {
    const drawn: DrawnToken[] = [];
    for (let first = 0; first < rows.length; first += DECODER_ROW_LIMIT) {
      drawn.push(...(await this.submit(rows.slice(first, first + DECODER_ROW_LIMIT))));
    }
    return drawn;
  }

  private async submit(rows: readonly StepRow[]): Promise<DrawnToken[]> {
    const { device } = this.gpu;
    const { contextLength } = this.config;
    const draws: InfoDraw[] = [];
    rows.forEach(({ slot, position, tokenId, draw }, row) => {
      if (slot >= this.slotCount || position >= contextLength) {
        throw new RangeError(`step: slot ${slot}, position ${position} is outside the cache`);
      }
      this.info.setRow(row, tokenId, position, slot * contextLength, 0);
      if (draw) draws.push({ row, temperature: draw.temperature, words: [floatBits(draw.uniform)] });
    });
    this.info.write(rows.length, draws);

    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    this.plan.replay(pass, rows.length, draws.length);
    pass.end();
    const bytes = draws.length * 16;
    if (bytes > 0) encoder.copyBufferToBuffer(this.drawn, 0, this.staging, 0, bytes);
    device.queue.submit([encoder.finish()]);
    if (bytes === 0) return [];
    await this.staging.mapAsync(GPUMapMode.READ, 0, bytes);
    const words = new Uint32Array(this.staging.getMappedRange(0, bytes).slice(0));
    this.staging.unmap();
    this.gpu.assertHealthy();
    const floats = new Float32Array(words.buffer);
    return draws.map((_, index) => ({
      tokenId: words[index * 4] ?? 0,
      logProb: floats[index * 4 + 1] ?? 0,
      entropy: floats[index * 4 + 2] ?? 0,
    }));
  }

  [Symbol.dispose](): void {
    this.staging.destroy();
    this.pool[Symbol.dispose]();
  }
}
