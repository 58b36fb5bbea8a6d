import { monotonicMs } from '../src/base/clock.ts';
import { drawKey } from '../src/base/random.ts';
import { Owner } from '../src/base/owner.ts';
import type { GpuDevice } from '../src/gpu/device.ts';
import { createLinearWeights, defaultTiles, recordLinear } from '../src/gpu/linear.ts';
import { BufferPool, KernelLibrary, Plan } from '../src/gpu/plan.ts';
import type { StepRow } from '../src/policy/engine.ts';
import type { ModelConfig } from '../src/policy/modelConfig.ts';
import { PlannedEngine } from '../src/policy/plannedEngine.ts';
import type { Weights } from '../src/policy/weights.ts';
import type { Multiplier } from './ceilings.ts';
import { ADAMW, MAXIMUM_NORM, type Contestant, type DecodeSession, type TrainSession } from './contestant.ts';

/** Tokens of one micro-batch, as in a run. */
const TOKEN_LIMIT = 2048;

/** Our engine: the only file of the comparison that knows it. */
export function ourContestant(gpu: GpuDevice, config: ModelConfig, weights: Weights): Contestant {
  return {
    name: 'ours',
    async openDecoder({ prompts, newTokens }): Promise<DecodeSession> {
      const engine = new PlannedEngine(gpu, config);
      const owner = new Owner();
      const speaker = owner.own(engine.loadWeights(weights));
      const decoder = owner.own(engine.createDecoder([speaker], prompts.length));
      await ready(engine);
      const greedily = (slot: number, position: number, tokenId: number): StepRow => ({
        slot,
        position,
        tokenId,
        speaker,
        draw: { key: drawKey(1, 'bench', slot), counter: position, temperature: 0, topK: 0, topP: 1 },
      });
      const generate = async () => {
        const startedAt = monotonicMs();
        const promptRows = prompts.flatMap((prompt, slot) =>
          [...prompt].map((tokenId, position): StepRow =>
            position < prompt.length - 1 ? { slot, position, tokenId, speaker } : greedily(slot, position, tokenId),
          ),
        );
        let drawn = await decoder.step(promptRows);
        const firstAt = monotonicMs();
        const tokenIds = drawn.map(({ tokenId }) => [tokenId]);
        for (let written = 1; written < newTokens; written++) {
          const rows = drawn.map(({ tokenId }, slot) =>
            greedily(slot, (prompts[slot]?.length ?? 0) + written - 1, tokenId),
          );
          drawn = await decoder.step(rows);
          drawn.forEach(({ tokenId }, slot) => tokenIds[slot]?.push(tokenId));
        }
        return { firstMs: firstAt - startedAt, restMs: monotonicMs() - firstAt, tokenIds };
      };
      return { generate, close: async () => owner[Symbol.dispose]() };
    },
    async openTrainer({ sequences, logProb, klToBase }): Promise<TrainSession> {
      const engine = new PlannedEngine(gpu, config);
      const owner = new Owner();
      const base = owner.own(engine.loadWeights(weights));
      const policy = owner.own(engine.createPolicy(base, { kind: 'full', parameters: weights }));
      const learner = owner.own(engine.createLearner(policy, TOKEN_LIMIT));
      await ready(engine);
      const zeros = new Float32Array(logProb.length);
      const coefficients = {
        logProb,
        entropy: zeros,
        klToBase: new Float32Array(logProb.length).fill(klToBase),
        klFromBase: zeros,
      };
      let step = 0;
      const update = async () => {
        await learner.forward(sequences, 1);
        await learner.backward(coefficients);
        const { gradientNorm } = await learner.step({ ...ADAMW, step: ++step, maximumNorm: MAXIMUM_NORM });
        return gradientNorm;
      };
      return { update, close: async () => owner[Symbol.dispose]() };
    },
  };
}

async function ready(engine: PlannedEngine): Promise<void> {
  for await (const share of engine.prepare()) void share;
}

/** Products `[size, size] · [size, size]ᵀ` with the kernels and tiles of our linear layers. */
export function ourMultiplier(gpu: GpuDevice, size: number): Multiplier {
  const { device } = gpu;
  const pool = new BufferPool(device);
  const weights = createLinearWeights(device, pool, { label: 'right', precision: 'f32', N: size, K: size });
  const [x, y] = [pool.create('left', size * size), pool.create('product', size * size)];
  const info = pool.create('info', 4);
  device.queue.writeBuffer(info, 0, Uint32Array.of(size, 0, 0, 0));
  const plan = new Plan(new KernelLibrary(device));
  recordLinear(plan, { info, weights, over: 'rows', x, y, tiles: defaultTiles(gpu, 'batch') });
  return {
    multiply: async (products) => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (let product = 0; product < products; product++) plan.replay(pass, size, 0);
      pass.end();
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
    },
    [Symbol.dispose]: () => pool[Symbol.dispose](),
  };
}
