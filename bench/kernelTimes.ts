import { monotonicMs } from '../src/base/clock.ts';
import type { GpuDevice } from '../src/gpu/device.ts';
import * as kernels from '../src/gpu/kernels/kernels.ts';
import { BufferPool, profilePlan, type KernelLibrary, type Plan } from '../src/gpu/plan.ts';
import { createBackwardBuffers, recordBackward, recordStats } from '../src/policy/backwardPlan.ts';
import type { TrainingSequence } from '../src/policy/engine.ts';
import type { LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import { createLayerBuffers, recordForward, ropeAngles, type ForwardBuffers } from '../src/policy/forwardPlan.ts';
import { floatBits, InfoWriter, type InfoDraw } from '../src/policy/infoWriter.ts';
import type { ModelConfig } from '../src/policy/modelConfig.ts';
import { PackedWeights } from '../src/policy/packedWeights.ts';
import { groupTokenUses } from '../src/policy/plannedLearner.ts';
import { LEARNER_CONTEXTS, learnerBatch } from './engines.ts';
import { median } from './timing.ts';

const DECODE_BATCH = 32;
/** How many tokens each of them has in the cache. */
const DECODE_POSITION = 64;

/** Milliseconds of every kernel, in one decode step of 32 dialogues and in one forward and backward pass. */
export async function kernelTimes(gpu: GpuDevice, library: KernelLibrary, { config, weights }: LoadedCheckpoint) {
  const { device } = gpu;
  const { sequences, rows } = learnerBatch(config.vocabularySize, LEARNER_CONTEXTS);
  using pool = new BufferPool(device);
  using policy = new PackedWeights(device, config);
  using gradients = new PackedWeights(device, config);
  policy.update(weights);
  const info = new InfoWriter(device, pool, rows);
  const forward = createForwardBuffers(device, pool, config, info.buffer, rows);
  const backward = createBackwardBuffers(pool, config, rows);
  const forwardPlan = recordForward(library, config, policy, forward);

  const decodeDraws = writeDecodeStep(info);
  const drawn = pool.create('drawn', DECODE_BATCH * 4);
  const decodePlan = recordForward(library, config, policy, forward);
  decodePlan.add(
    kernels.draw,
    { V: config.vocabularySize },
    [info.buffer, forward.logits, drawn],
    (_rows, draws) => draws,
  );
  const decode = await medianProfile(device, [decodePlan], DECODE_BATCH, decodeDraws);

  const draws = writeSequences(info, sequences);
  const tokenIds = sequences.flatMap((sequence) => [...sequence.tokenIds.subarray(0, sequence.scoredIndices.at(-1))]);
  device.queue.writeBuffer(backward.tokenUses, 0, groupTokenUses(tokenIds));
  const learnPlans = [
    forwardPlan,
    recordStats(library, config, forward, backward),
    recordBackward(library, config, policy, gradients, forward, backward),
  ];
  const learn = await medianProfile(device, learnPlans, rows, draws);
  const names = [...new Set([...learn.keys(), ...decode.keys()])];
  return {
    decodeBatch: DECODE_BATCH,
    learnRows: rows,
    emptyMs: await emptySubmission(device),
    kernels: names.map((name) => ({ name, decodeMs: decode.get(name) ?? null, learnMs: learn.get(name) ?? null })),
  };
}

function createForwardBuffers(
  device: GPUDevice,
  pool: BufferPool,
  config: ModelConfig,
  info: GPUBuffer,
  rows: number,
): ForwardBuffers {
  const { hiddenSize: D, headSize: S, contextLength, vocabularySize: V, layerCount } = config;
  const angles = pool.create('angles', contextLength * S);
  device.queue.writeBuffer(angles, 0, ropeAngles(config));
  return {
    info,
    angles,
    layers: Array.from({ length: layerCount }, () => ({
      ...createLayerBuffers(pool, config, rows, Math.max(rows, DECODE_BATCH * (DECODE_POSITION + 1))),
      input: pool.create('state', rows * D),
    })),
    output: pool.create('state', rows * D),
    hidden: pool.create('hidden', rows * D),
    inverse: pool.create('inverse', rows),
    logits: pool.create('logits', rows * V),
  };
}

function writeDecodeStep(info: InfoWriter): number {
  const draws: InfoDraw[] = [];
  for (let row = 0; row < DECODE_BATCH; row++) {
    info.setRow(row, 7, DECODE_POSITION, row * (DECODE_POSITION + 1), 0);
    draws.push({ row, temperature: 1, words: [floatBits(0.5)] });
  }
  info.write(DECODE_BATCH, draws);
  return draws.length;
}

/** As the learner lays them out: one after the other, without padding. */
function writeSequences(info: InfoWriter, sequences: readonly TrainingSequence[]): number {
  const draws: InfoDraw[] = [];
  let start = 0;
  for (const { tokenIds, scoredIndices } of sequences) {
    const length = scoredIndices.at(-1) ?? 0;
    for (let position = 0; position < length; position++) {
      info.setRow(start + position, tokenIds[position] ?? 0, position, start, start + length);
    }
    for (const index of scoredIndices) {
      draws.push({ row: start + index - 1, temperature: 1, words: [tokenIds[index] ?? 0] });
    }
    start += length;
  }
  info.write(start, draws);
  return draws.length;
}

/** Of three profiles, after one that is not counted. */
async function medianProfile(device: GPUDevice, plans: readonly Plan[], rows: number, draws: number) {
  const all = new Map<string, number[]>();
  for (let repeat = 0; repeat < 4; repeat++) {
    const once = new Map<string, number>();
    for (const plan of plans) {
      for (const [name, ms] of await profilePlan(plan, device, rows, draws)) once.set(name, (once.get(name) ?? 0) + ms);
    }
    if (repeat > 0) for (const [name, ms] of once) all.set(name, [...(all.get(name) ?? []), ms]);
  }
  return new Map([...all].map(([name, values]) => [name, median(values)]));
}

/** What it costs to submit nothing and wait for it: the floor under every number of a profile. */
async function emptySubmission(device: GPUDevice): Promise<number> {
  const milliseconds: number[] = [];
  for (let repeat = 0; repeat < 20; repeat++) {
    const before = monotonicMs();
    device.queue.submit([device.createCommandEncoder().finish()]);
    await device.queue.onSubmittedWorkDone();
    milliseconds.push(monotonicMs() - before);
  }
  return median(milliseconds);
}
