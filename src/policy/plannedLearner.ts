import { recordHeadBackward, recordTokenStats, STAT_WORDS, type HeadCall } from '../gpu/head.ts';
import { recordEmbed, recordEmbedGradient } from '../gpu/linear.ts';
import { BufferPool, Plan } from '../gpu/plan.ts';
import { ReadBack, readParts } from '../gpu/readBack.ts';
import {
  createBackwardBuffers,
  recordFinalNormBackward,
  recordLayerBackward,
  type BackwardBuffers,
  type GradientTarget,
} from './backwardPlan.ts';
import { createBuffers } from './bufferSizes.ts';
import type {
  Learner,
  LearnerOptions,
  LearnerState,
  StepOptions,
  TokenCoefficients,
  TokenStats,
  TrainingSequence,
} from './engine.ts';
import {
  createLayerBuffers,
  recordFinalNorm,
  recordLayer,
  ropeAngles,
  type LayerBuffers,
  type LayerPlace,
  type PlanContext,
} from './forwardPlan.ts';
import { InfoWriter } from './infoWriter.ts';
import { createParameterBuffers, type KernelWeights, type PlannedPolicy } from './kernelWeights.ts';
import { batchCacheSizes, learnerColumns, learnerSizes, stateSize } from './memoryEstimate.ts';
import { groupTokenUses, packRows, type PackedRows } from './packedRows.ts';
import { PlannedOptimizer } from './plannedOptimizer.ts';
import type { TensorBuffers } from './tensorBuffers.ts';
import type { Weights } from './weights.ts';

/** A layer with its place among the others. */
interface PlacedLayer {
  readonly buffers: LayerBuffers;
  readonly place: LayerPlace;
}

/**
 * Forward and backward with recorded kernels over packed sequences: no padding, and the sampler's own forward kernels.
 * The base runs first, in the buffers that the policy then overwrites; what is kept of it are its final states.
 */
export class PlannedLearner implements Learner {
  readonly tokenLimit: number;
  private readonly context: PlanContext;
  private readonly policy: PlannedPolicy;
  private readonly recomputes: boolean;
  private readonly pool: BufferPool;
  private readonly info: InfoWriter;
  private readonly buffers: Record<keyof ReturnType<typeof learnerSizes>, GPUBuffer>;
  private readonly backwardBuffers: BackwardBuffers;
  private readonly gradients: TensorBuffers;
  private readonly optimizer: PlannedOptimizer;
  private readonly forwardPlan: Plan;
  private readonly backwardPlan: Plan;
  private readonly readBack: ReadBack;
  private current: PackedRows | null = null;

  constructor(context: PlanContext, policy: PlannedPolicy, tokenLimit: number, { recompute }: LearnerOptions) {
    const { gpu, config } = context;
    this.context = context;
    this.policy = policy;
    this.tokenLimit = tokenLimit;
    this.recomputes = recompute;
    const createLike = () => createParameterBuffers(gpu, config, policy.rank);
    this.gradients = createLike();
    this.optimizer = new PlannedOptimizer(context, policy.parameters, this.gradients, createLike);
    const pool = (this.pool = new BufferPool(gpu.device));
    this.info = new InfoWriter(gpu.device, pool, tokenLimit, tokenLimit);
    this.buffers = createBuffers(pool, learnerSizes(config, tokenLimit));
    this.backwardBuffers = createBackwardBuffers(pool, config, tokenLimit, policy.rank);
    gpu.device.queue.writeBuffer(this.buffers.angles, 0, ropeAngles(config));
    const layers = this.createLayers();
    this.forwardPlan = this.recordForward(layers);
    this.backwardPlan = this.recordBackward(layers);
    this.readBack = new ReadBack(gpu, 'statistics', tokenLimit * STAT_WORDS * 4);
  }

  async forward(sequences: readonly TrainingSequence[], temperature: number): Promise<TokenStats> {
    const { gpu, config } = this.context;
    this.current = null;
    const packed = packRows(sequences, temperature, config, this.tokenLimit, this.info);
    const { rowCount, draws, scored, hidden } = packed;
    // The base pass has no factors to apply; all rows of the policy's do.
    this.info.write(rowCount, draws, rowCount);
    gpu.device.queue.writeBuffer(this.buffers.tokenUses, 0, groupTokenUses(packed.tokenIds));
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    this.forwardPlan.replay(pass, rowCount, draws.length);
    pass.end();
    this.readBack.copy(encoder, this.buffers.stats, 0, draws.length * STAT_WORDS * 4);
    gpu.device.queue.submit([encoder.finish()]);
    const table = new Float32Array(await this.readBack.read());
    const column = (at: number) => Float32Array.from(scored, (draw) => table[draw * STAT_WORDS + at] ?? NaN);
    const stats = {
      logProbs: column(0),
      entropies: column(1),
      klToBase: column(2),
      klFromBase: column(3),
      baseLogProbs: column(6),
    };
    const states = await this.readHidden(hidden);
    this.current = packed;
    return { ...stats, hidden: states };
  }

  async backward(coefficients: TokenCoefficients): Promise<void> {
    if (!this.current) throw new Error('backward: call forward first; each forward allows one backward');
    const { rowCount, draws, scored } = this.current;
    this.current = null;
    const { logProb, entropy, klToBase, klFromBase } = coefficients;
    const columns = [logProb, entropy, klToBase, klFromBase];
    const table = new Float32Array(draws.length * columns.length);
    scored.forEach((draw, token) => {
      columns.forEach((column, at) => (table[draw * columns.length + at] = column[token] ?? 0));
    });
    const { device } = this.context.gpu;
    device.queue.writeBuffer(this.buffers.coefficients, 0, table);
    const encoder = device.createCommandEncoder();
    encoder.clearBuffer(this.backwardBuffers.residual, 0, rowCount * this.context.config.hiddenSize * 4);
    const pass = encoder.beginComputePass();
    this.backwardPlan.replay(pass, rowCount, draws.length);
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    this.context.gpu.assertHealthy();
  }

  async step(options: StepOptions): Promise<{ gradientNorm: number }> {
    return { gradientNorm: await this.optimizer.step(options) };
  }

  async takeGradients(): Promise<Weights> {
    const gradients = await this.gradients.read();
    this.dropGradients();
    return gradients;
  }

  dropGradients(): void {
    const encoder = this.context.gpu.device.createCommandEncoder();
    this.gradients.clear(encoder);
    this.context.gpu.device.queue.submit([encoder.finish()]);
  }

  readState(): Promise<LearnerState> {
    return this.optimizer.readState();
  }

  writeState(state: LearnerState): void {
    this.optimizer.writeState(state);
  }

  [Symbol.dispose](): void {
    for (const owned of [this.optimizer, this.gradients, this.pool, this.readBack]) owned[Symbol.dispose]();
  }

  /** With recomputation all layers share one set of buffers, and only their inputs are kept. */
  private createLayers(): PlacedLayer[] {
    const { pool, tokenLimit } = this;
    const { config } = this.context;
    const state = () => pool.create('state', stateSize(config, tokenLimit));
    const kept = () => ({
      buffers: createLayerBuffers(pool, config, tokenLimit, this.policy.rank),
      cache: createBuffers(pool, batchCacheSizes(config, tokenLimit)),
    });
    const shared = this.recomputes ? kept() : null;
    let input = state();
    return Array.from({ length: config.layerCount }, () => {
      const { buffers, cache } = shared ?? kept();
      const place = { input, output: state(), ...cache };
      input = place.output;
      return { buffers, place };
    });
  }

  /** Base, policy, statistics. */
  private recordForward(layers: readonly PlacedLayer[]): Plan {
    const { context, policy, buffers } = this;
    const plan = new Plan(context.library);
    const [first] = layers;
    if (!first) throw new Error('a model has at least one layer');
    const inPlace = { ...first.place, output: first.place.input };
    this.recordStates(
      plan,
      policy.base,
      layers.map(() => ({ ...first, place: inPlace })),
      buffers.baseHidden,
    );
    this.recordStates(plan, policy, layers, buffers.hidden);
    recordTokenStats(plan, this.headCall());
    return plan;
  }

  /** Token ids → final normed states of the scored rows. */
  private recordStates(plan: Plan, weights: KernelWeights, layers: readonly PlacedLayer[], hidden: GPUBuffer): void {
    const { context, buffers } = this;
    const info = this.info.buffer;
    const [first, last] = [layers[0], layers.at(-1)];
    if (!first || !last) throw new Error('a model has at least one layer');
    recordEmbed(plan, { info, weights: weights.matrix('embed'), x: first.place.input });
    layers.forEach((layer, index) => {
      recordLayer(plan, context, weights, index, { info, angles: buffers.angles }, layer.place, layer.buffers);
    });
    recordFinalNorm(plan, context, weights, info, last.place.output, { hidden, inverse: buffers.inverse });
  }

  private recordBackward(layers: readonly PlacedLayer[]): Plan {
    const { context, policy, buffers, backwardBuffers: backward } = this;
    const { config } = context;
    const info = this.info.buffer;
    const shared = { info, angles: buffers.angles };
    const isFull = policy.rank === null;
    const target: GradientTarget = { isFull, sums: this.gradients };
    const plan = new Plan(context.library);
    const headKey = config.isHeadTied ? 'embed' : 'head';
    const headGradient = isFull ? this.gradients.matrix(headKey) : null;
    recordHeadBackward(plan, {
      ...this.headCall(),
      coefficients: buffers.coefficients,
      dHidden: buffers.dHidden,
      headGradient,
    });
    const output = layers.at(-1)?.place.output;
    if (!output) throw new Error('a model has at least one layer');
    const end = { output, inverse: buffers.inverse, dHidden: buffers.dHidden, residual: backward.residual };
    recordFinalNormBackward(plan, context, policy, target, info, end);
    for (const [index, { buffers: layer, place }] of [...layers.entries()].reverse()) {
      // The output itself is not needed again, but with factors what leads to it is.
      if (this.recomputes) recordLayer(plan, context, policy, index, shared, place, layer, !isFull);
      // Beside the first layer's input there is nothing but the embedding, which factors leave as it is.
      const hasInputGradient = isFull || index > 0;
      recordLayerBackward(plan, context, policy, target, index, shared, place, layer, backward, hasInputGradient);
    }
    if (isFull) {
      const weightGradient = this.gradients.matrix('embed');
      recordEmbedGradient(plan, { tokenUses: buffers.tokenUses, dx: backward.residual, weightGradient });
    }
    return plan;
  }

  private headCall(): HeadCall {
    const { context, policy, buffers } = this;
    return {
      style: context.style,
      info: this.info.buffer,
      policyHidden: buffers.hidden,
      baseHidden: buffers.baseHidden,
      policyHead: policy.matrix('head'),
      baseHead: policy.base.matrix('head'),
      columns: learnerColumns(context.config, this.tokenLimit),
      policyTile: buffers.policyTile,
      baseTile: buffers.baseTile,
      stats: buffers.stats,
      tiles: context.tiles,
    };
  }

  /** Final states of these draws, one after the other. */
  private async readHidden(draws: readonly number[]): Promise<Float32Array> {
    const D = this.context.config.hiddenSize;
    const states = new Float32Array(draws.length * D);
    const parts = draws.map((draw, index) => ({
      buffer: this.buffers.hidden,
      offset: draw * D * 4,
      target: states.subarray(index * D, (index + 1) * D),
    }));
    if (parts.length > 0) await readParts(this.context.gpu, parts);
    return states;
  }
}
