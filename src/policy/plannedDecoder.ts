import { recordEmbed, recordLinear } from '../gpu/linear.ts';
import { BufferPool, Plan } from '../gpu/plan.ts';
import { ReadBack } from '../gpu/readBack.ts';
import { createDrawBuffers, drawShape, drawWords, recordDraw } from '../gpu/sampling.ts';
import { createBuffers } from './bufferSizes.ts';
import type { Decoder, DrawnToken, Speaker, StepRow } from './engine.ts';
import { createLayerBuffers, recordFinalNorm, recordLayer, ropeAngles, type PlanContext } from './forwardPlan.ts';
import { InfoWriter, type InfoDraw } from './infoWriter.ts';
import { cacheSizes, decoderLimits, decoderSizes } from './memoryEstimate.ts';
import { largestRank, voicesOf, type Voice } from './voices.ts';

/** A voice with the plan that computes it and what that plan reads. */
interface VoicePlan {
  readonly voice: Voice;
  readonly plan: Plan;
  readonly info: InfoWriter;
}

/** A row and its place among the rows of the step. */
interface OrderedRow {
  readonly row: StepRow;
  readonly order: number;
}

/** What one plan computes in one pass. */
interface Batch {
  readonly of: VoicePlan;
  readonly rows: OrderedRow[];
}

/**
 * Cached generation with recorded kernels: per step one queue write for each set of weights that speaks, one submission and
 * one small read-back. Plans share one cache and all working memory; WebGPU runs them one after the other.
 */
export class PlannedDecoder implements Decoder {
  readonly slotCount: number;
  private readonly context: PlanContext;
  private readonly pool: BufferPool;
  private readonly plans: readonly VoicePlan[];
  private readonly caches: readonly { readonly keys: GPUBuffer; readonly values: GPUBuffer }[];
  private readonly forked: GPUBuffer;
  private readonly drawn: GPUBuffer;
  private readonly readBack: ReadBack;
  private readonly limits: { readonly rows: number; readonly draws: number };

  constructor(context: PlanContext, speakers: readonly Speaker[], slotCount: number) {
    const { gpu, library, config, style } = context;
    this.context = context;
    this.slotCount = slotCount;
    const pool = (this.pool = new BufferPool(gpu.device));
    const { rows, draws } = (this.limits = decoderLimits(config, slotCount));
    const { state, angles, logits, forked, ...ends } = createBuffers(pool, decoderSizes(config, this.limits));
    this.forked = forked;
    gpu.device.queue.writeBuffer(angles, 0, ropeAngles(config));
    const voices = voicesOf(speakers);
    // Layers run one after the other, so they share everything but their caches.
    const layer = createLayerBuffers(pool, config, rows, largestRank(voices));
    this.caches = Array.from({ length: config.layerCount }, () => createBuffers(pool, cacheSizes(config, slotCount)));
    const shape = drawShape(style, config.vocabularySize);
    const drawBuffers = createDrawBuffers(pool, config.vocabularySize, shape, draws);
    this.drawn = drawBuffers.drawn;
    this.plans = voices.map((voice) => {
      const { weights } = voice;
      const writer = new InfoWriter(gpu.device, pool, rows, draws);
      const info = writer.buffer;
      const plan = new Plan(library);
      recordEmbed(plan, { info, weights: weights.matrix('embed'), x: state });
      this.caches.forEach((cache, index) => {
        const place = { input: state, output: state, ...cache };
        recordLayer(plan, context, weights, index, { info, angles }, place, layer);
      });
      recordFinalNorm(plan, context, weights, info, state, ends);
      const head = { info, over: 'draws', weights: weights.matrix('head'), x: ends.hidden, y: logits } as const;
      recordLinear(plan, { ...head, tiles: context.tiles });
      recordDraw(plan, config.vocabularySize, shape, info, logits, drawBuffers);
      return { voice, plan, info: writer };
    });
    this.readBack = new ReadBack(gpu, 'drawn tokens', this.plans.length * draws * DRAWN_BYTES);
  }

  async step(rows: readonly StepRow[]): Promise<readonly DrawnToken[]> {
    for (const row of rows) this.assertFeedable(row);
    const drawn: (DrawnToken | undefined)[] = [];
    const queues = this.plans.map((of) => this.batchesOf(of, rows));
    const turns = Math.max(0, ...queues.map((batches) => batches.length));
    for (let turn = 0; turn < turns; turn++) {
      const batches = queues.flatMap((queue) => queue[turn] ?? []);
      await this.submit(batches, drawn);
    }
    return drawn.filter((token) => token !== undefined);
  }

  fork(from: number, to: number, length: number): void {
    if (length === 0 || from === to) return;
    const { contextLength, keyValueHeadCount: G, headSize: S } = this.context.config;
    const rowBytes = G * S * 4;
    const { device } = this.context.gpu;
    const encoder = device.createCommandEncoder();
    for (const buffer of this.caches.flatMap(({ keys, values }) => [keys, values])) {
      const [source, target] = [from, to].map((slot) => slot * contextLength * rowBytes) as [number, number];
      // WebGPU copies nothing within one buffer.
      encoder.copyBufferToBuffer(buffer, source, this.forked, 0, length * rowBytes);
      encoder.copyBufferToBuffer(this.forked, 0, buffer, target, length * rowBytes);
    }
    device.queue.submit([encoder.finish()]);
  }

  [Symbol.dispose](): void {
    this.readBack[Symbol.dispose]();
    this.pool[Symbol.dispose]();
  }

  private assertFeedable({ slot, position, tokenId, speaker }: StepRow): void {
    const { contextLength, vocabularySize } = this.context.config;
    if (!(slot >= 0 && slot < this.slotCount && position >= 0 && position < contextLength)) {
      throw new RangeError(`step: slot ${slot}, position ${position} is outside the cache`);
    }
    if (!(tokenId >= 0 && tokenId < vocabularySize)) {
      throw new RangeError(`step: token ${tokenId} is not in a vocabulary of ${vocabularySize}`);
    }
    if (!this.plans.some(({ voice }) => speaksWith(voice, speaker))) {
      throw new Error('step: this decoder was not made for that speaker');
    }
  }

  /** The rows that a plan computes, in as many batches as its buffers demand, in order. */
  private batchesOf(of: VoicePlan, rows: readonly StepRow[]): Batch[] {
    const batches: Batch[] = [];
    let draws = 0;
    rows.forEach((row, order) => {
      if (!speaksWith(of.voice, row.speaker)) return;
      const last = batches.at(-1);
      const isFull = !last || last.rows.length === this.limits.rows || (row.draw && draws === this.limits.draws);
      if (isFull) draws = 0;
      if (row.draw) draws += 1;
      if (isFull) batches.push({ of, rows: [{ row, order }] });
      else last.rows.push({ row, order });
    });
    return batches;
  }

  /** One batch of each plan at most: they share working memory, but each has an `info` of its own. */
  private async submit(batches: readonly Batch[], drawn: (DrawnToken | undefined)[]): Promise<void> {
    const { gpu, config } = this.context;
    const encoder = gpu.device.createCommandEncoder();
    const orders: number[] = [];
    for (const { of, rows } of batches) {
      const isAdapted = ({ row }: OrderedRow) => row.speaker === of.voice.adapted;
      const adapted = rows.filter(isAdapted);
      const draws: InfoDraw[] = [];
      [...adapted, ...rows.filter((row) => !isAdapted(row))].forEach(({ row, order }, index) => {
        const { tokenId, position, slot, draw } = row;
        of.info.setRow(index, tokenId, position, slot * config.contextLength, 0);
        if (!draw) return;
        draws.push({ row: index, temperature: draw.temperature, words: drawWords(draw) });
        orders.push(order);
      });
      of.info.write(rows.length, draws, adapted.length);
      const pass = encoder.beginComputePass();
      of.plan.replay(pass, rows.length, draws.length);
      pass.end();
      this.readBack.copy(encoder, this.drawn, 0, draws.length * DRAWN_BYTES);
    }
    gpu.device.queue.submit([encoder.finish()]);
    const words = new Uint32Array(await this.readBack.read());
    const floats = new Float32Array(words.buffer);
    orders.forEach((order, index) => {
      const [tokenId = 0] = words.subarray(index * 4);
      const [, logProb = NaN, entropy = NaN] = floats.subarray(index * 4);
      drawn[order] = { tokenId, logProb, entropy };
    });
  }
}

/** Token, log-prob, entropy and one unused word. */
const DRAWN_BYTES = 16;

function speaksWith({ adapted, plain }: Voice, speaker: Speaker): boolean {
  return speaker === adapted || speaker === plain;
}
