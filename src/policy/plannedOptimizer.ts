import { adamWSettings, recordAdamW, recordSquaredNorm, SETTINGS_WORDS, squaredNormScratch } from '../gpu/optimizer.ts';
import { BufferPool, Plan } from '../gpu/plan.ts';
import { ReadBack } from '../gpu/readBack.ts';
import { clipScale } from './adamW.ts';
import type { LearnerState, StepOptions } from './engine.ts';
import type { PlanContext } from './forwardPlan.ts';
import type { TensorBuffers } from './tensorBuffers.ts';

/** Sum of squares and its root. */
const NORM_WORDS = 2;

/** AdamW on the device: the moments, and one recorded step. Borrows parameters and gradients. */
export class PlannedOptimizer implements Disposable {
  private readonly context: PlanContext;
  private readonly parameters: TensorBuffers;
  private readonly first: TensorBuffers;
  private readonly second: TensorBuffers;
  private readonly pool: BufferPool;
  private readonly plan: Plan;
  private readonly settings: GPUBuffer;
  private readonly norm: GPUBuffer;
  private readonly readBack: ReadBack;

  /** @param createLike makes zeroed buffers of the same groups */
  constructor(
    context: PlanContext,
    parameters: TensorBuffers,
    gradients: TensorBuffers,
    createLike: () => TensorBuffers,
  ) {
    const { gpu, library } = context;
    this.context = context;
    this.parameters = parameters;
    this.first = createLike();
    this.second = createLike();
    const pool = (this.pool = new BufferPool(gpu.device));
    const sums = gradients.buffers();
    const [first, second] = [this.first.buffers(), this.second.buffers()];
    const tensors = parameters.buffers().map(({ buffer: parameter, elements: count, isMatrix: decays }, index) => {
      const [gradient, m, v] = [sums[index], first[index], second[index]];
      if (!gradient || !m || !v) throw new Error('parameters, gradients and moments must have the same buffers');
      return { parameter, gradient: gradient.buffer, first: m.buffer, second: v.buffer, count, decays };
    });
    this.settings = pool.create('AdamW settings', SETTINGS_WORDS, GPUBufferUsage.UNIFORM);
    this.norm = pool.create('gradient norm', NORM_WORDS);
    const scratch = pool.create('squares', squaredNormScratch(tensors.map(({ count }) => count)));
    this.plan = new Plan(library);
    const squared = tensors.map(({ gradient: buffer, count }) => ({ buffer, count }));
    recordSquaredNorm(this.plan, squared, scratch, this.norm);
    recordAdamW(this.plan, tensors, this.settings, this.norm);
    this.readBack = new ReadBack(gpu, 'gradient norm', NORM_WORDS * 4);
  }

  /** @returns the norm of the gradient before clipping. @throws as `Learner.step` does */
  async step(options: StepOptions): Promise<number> {
    const { device } = this.context.gpu;
    device.queue.writeBuffer(this.settings, 0, adamWSettings(options));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    this.plan.replay(pass, 0, 0);
    pass.end();
    this.readBack.copy(encoder, this.norm, 0, NORM_WORDS * 4);
    device.queue.submit([encoder.finish()]);
    const [squares = NaN, norm = NaN] = new Float32Array(await this.readBack.read());
    clipScale(squares, options.maximumNorm); // throws where the kernel has changed nothing: on the sum that overflows first
    return norm;
  }

  async readState(): Promise<LearnerState> {
    return {
      parameters: await this.parameters.read(),
      moments: { first: await this.first.read(), second: await this.second.read() },
    };
  }

  writeState({ parameters, moments }: LearnerState): void {
    this.parameters.write(parameters);
    this.first.write(moments.first);
    this.second.write(moments.second);
  }

  [Symbol.dispose](): void {
    for (const owned of [this.first, this.second, this.pool, this.readBack]) owned[Symbol.dispose]();
  }
}
