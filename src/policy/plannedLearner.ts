import type { GpuDevice } from '../gpu/device.ts';
import { BufferPool, readBuffer, type KernelLibrary, type Plan } from '../gpu/plan.ts';
import { createBackwardBuffers, recordBackward, recordStats, type BackwardBuffers } from './backwardPlan.ts';
import type { Learner, TokenCoefficients, TokenStats, TrainingSequence } from './engine.ts';
import { createLayerBuffers, recordForward, ropeAngles, type ForwardBuffers } from './forwardPlan.ts';
import { InfoWriter, type InfoDraw } from './infoWriter.ts';
import type { ModelConfig } from './modelConfig.ts';
import { PackedWeights } from './packedWeights.ts';
import type { Weights } from './weights.ts';

/**
 * Forward and backward with recorded kernels over packed sequences: no padding, and the sampler's own forward kernels, so
 * that the log-prob of a token is the same number here as where it was sampled.
 */
export class PlannedLearner implements Learner {
  readonly tokenLimit: number;
  private readonly gpu: GpuDevice;
  private readonly config: ModelConfig;
  private readonly pool: BufferPool;
  private readonly info: InfoWriter;
  private readonly forwardBuffers: ForwardBuffers;
  private readonly backwardBuffers: BackwardBuffers;
  private readonly gradients: PackedWeights;
  private readonly policyPlan: Plan;
  private readonly basePlan: Plan;
  private readonly statsPlan: Plan;
  private readonly backwardPlan: Plan;
  private current: { rowCount: number; drawCount: number } | null = null;

  constructor(
    gpu: GpuDevice,
    library: KernelLibrary,
    config: ModelConfig,
    policy: PackedWeights,
    base: PackedWeights,
    tokenLimit: number,
  ) {
    this.gpu = gpu;
    this.config = config;
    this.tokenLimit = tokenLimit;
    const pool = (this.pool = new BufferPool(gpu.device));
    this.info = new InfoWriter(gpu.device, pool, tokenLimit);
    this.gradients = new PackedWeights(gpu.device, config);
    const { hiddenSize: D, vocabularySize: V } = config;
    const angles = pool.create('angles', config.contextLength * config.headSize);
    gpu.device.queue.writeBuffer(angles, 0, ropeAngles(config));
    const state = () => pool.create('state', tokenLimit * D);
    const ends = {
      info: this.info.buffer,
      angles,
      hidden: pool.create('hidden', tokenLimit * D),
      inverse: pool.create('inverse', tokenLimit),
    };
    this.forwardBuffers = {
      ...ends,
      layers: Array.from({ length: config.layerCount }, () => ({
        ...createLayerBuffers(pool, config, tokenLimit, tokenLimit),
        input: state(),
      })),
      output: state(),
      logits: pool.create('logits', tokenLimit * V),
    };
    this.backwardBuffers = createBackwardBuffers(pool, config, tokenLimit);
    // The base needs no backward pass: one set of buffers serves all its layers. It runs first; the policy then
    // overwrites `hidden` and `inverse` with what its own backward pass reads.
    const baseState = state();
    const baseLayer = { ...createLayerBuffers(pool, config, tokenLimit, tokenLimit), input: baseState };
    this.basePlan = recordForward(library, config, base, {
      ...ends,
      layers: Array.from({ length: config.layerCount }, () => baseLayer),
      output: baseState,
      logits: this.backwardBuffers.baseLogits,
    });
    this.policyPlan = recordForward(library, config, policy, this.forwardBuffers);
    this.statsPlan = recordStats(library, config, this.forwardBuffers, this.backwardBuffers);
    this.backwardPlan = recordBackward(
      library,
      config,
      policy,
      this.gradients,
      this.forwardBuffers,
      this.backwardBuffers,
    );
  }

  async forward(sequences: readonly TrainingSequence[], temperature: number): Promise<TokenStats> {
    const { rowCount, draws, tokenIds } = this.pack(sequences, temperature);
    this.info.write(rowCount, draws);
    const { device } = this.gpu;
    device.queue.writeBuffer(this.backwardBuffers.tokenUses, 0, groupTokenUses(tokenIds));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    this.basePlan.replay(pass, rowCount, draws.length);
    this.policyPlan.replay(pass, rowCount, draws.length);
    this.statsPlan.replay(pass, rowCount, draws.length);
    pass.end();
    device.queue.submit([encoder.finish()]);
    this.current = { rowCount, drawCount: draws.length };
    const table = new Float32Array(
      await readBuffer(device, this.backwardBuffers.stats, Math.max(1, draws.length) * 32),
    );
    this.gpu.assertHealthy();
    const column = (offset: number) => Float32Array.from(draws, (_, index) => table[index * 8 + offset] ?? 0);
    return { logProbs: column(0), entropies: column(1), klToBase: column(2), klFromBase: column(3) };
  }

  async backward(coefficients: TokenCoefficients): Promise<void> {
    if (!this.current) throw new Error('backward: call forward first; each forward allows one backward');
    const { rowCount, drawCount } = this.current;
    this.current = null;
    const table = new Float32Array(drawCount * 4);
    for (let index = 0; index < drawCount; index++) {
      table[index * 4] = coefficients.logProb[index] ?? 0;
      table[index * 4 + 1] = coefficients.entropy[index] ?? 0;
      table[index * 4 + 2] = coefficients.klToBase[index] ?? 0;
      table[index * 4 + 3] = coefficients.klFromBase[index] ?? 0;
    }
    const { device } = this.gpu;
    device.queue.writeBuffer(this.backwardBuffers.coefficients, 0, table);
    const encoder = device.createCommandEncoder();
    encoder.clearBuffer(this.backwardBuffers.residual);
    const pass = encoder.beginComputePass();
    this.backwardPlan.replay(pass, rowCount, drawCount);
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    this.gpu.assertHealthy();
  }

  async takeGradients(): Promise<Weights> {
    const gradients = await this.gradients.read();
    this.gpu.assertHealthy();
    this.dropGradients();
    return gradients;
  }

  dropGradients(): void {
    const encoder = this.gpu.device.createCommandEncoder();
    this.gradients.clear(encoder);
    this.gpu.device.queue.submit([encoder.finish()]);
  }

  [Symbol.dispose](): void {
    this.gradients[Symbol.dispose]();
    this.pool[Symbol.dispose]();
  }

  /** Lays the sequences out row after row. The token at index t is predicted by row t − 1, so the tail is not fed. */
  private pack(sequences: readonly TrainingSequence[], temperature: number) {
    const draws: InfoDraw[] = [];
    const tokenIds: number[] = [];
    for (const sequence of sequences) {
      const start = tokenIds.length;
      const length = sequence.scoredIndices.at(-1) ?? 0;
      if (length > this.config.contextLength) {
        throw new RangeError(
          `forward: a sequence of ${length} tokens exceeds the context of ${this.config.contextLength}`,
        );
      }
      if (start + length > this.tokenLimit) throw new RangeError(`forward: more than ${this.tokenLimit} tokens`);
      for (let position = 0; position < length; position++) {
        const tokenId = sequence.tokenIds[position] ?? 0;
        this.info.setRow(start + position, tokenId, position, start, start + length);
        tokenIds.push(tokenId);
      }
      for (const index of sequence.scoredIndices) {
        draws.push({ row: start + index - 1, temperature, words: [sequence.tokenIds[index] ?? 0] });
      }
    }
    return { rowCount: tokenIds.length, draws, tokenIds };
  }
}

/** `[distinct tokens, (token, first, end) of each, rows grouped by token]`: see `embedGradient.wgsl`. */
export function groupTokenUses(tokenIds: readonly number[]): Uint32Array<ArrayBuffer> {
  const rowsOf = new Map<number, number[]>();
  tokenIds.forEach((token, row) => {
    const rows = rowsOf.get(token);
    if (rows) rows.push(row);
    else rowsOf.set(token, [row]);
  });
  const table: number[] = [rowsOf.size];
  let first = 1 + rowsOf.size * 3;
  for (const [token, rows] of rowsOf) {
    table.push(token, first, first + rows.length);
    first += rows.length;
  }
  for (const rows of rowsOf.values()) table.push(...rows);
  return new Uint32Array(table);
}
