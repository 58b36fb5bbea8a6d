import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { globals } from 'webgpu';
import { folderSource } from '../cli/loadModel.ts';
import { requestNodeDevice } from '../cli/nodeGpu.ts';
import { drawKey, RandomStream } from '../src/base/random.ts';
import { openTensors, readTensors, WEIGHTS_FILE } from '../src/policy/formats/tensorSource.ts';
import type { Precision } from '../src/gpu/quantise.ts';
import type { StepRow, TrainingSequence } from '../src/policy/engine.ts';
import { adapterScale, createAdapter } from '../src/policy/lora.ts';
import { estimateMemory } from '../src/policy/memoryEstimate.ts';
import { weightCount, type ModelConfig } from '../src/policy/modelConfig.ts';
import { PlannedEngine } from '../src/policy/plannedEngine.ts';
import { ADAMW, MAXIMUM_NORM } from './contestant.ts';
import { watchGpu } from './gpuWatch.ts';
import { REAL_SIZE, writeRandomWeights } from './realSizeModel.ts';
import { stopwatch } from './stopwatch.ts';

/** A run's knob `contextLimit` bounds what caches are made for. */
const CONFIG: ModelConfig = { ...REAL_SIZE, contextLength: 512 };
const RANK = 8;
const SLOTS = 2;
const TOKEN_LIMIT = 512;
const PROMPT_TOKENS = 32;
const NEW_TOKENS = 8;
const CONTEXT_TOKENS = 96;
const SCORED_TOKENS = 24;

/**
 * Does a model of real size fit as the estimate says? `node bench/realSize.mjs [f32|f16|int8|int4] [updates]`: SmolLM2-135M's
 * exact shape with random bfloat16 weights in a file is streamed to the device, writes tokens and takes LoRA updates; printed
 * as JSON: seconds, and the bytes of buffers at their highest point beside the estimate. Minutes on a CPU adapter.
 */
const [precision = 'f32', updates = '2'] = JSON.parse(process.env['PARLEY_ARGUMENTS'] ?? '[]') as [Precision?, string?];
const folder = await mkdtemp(join(tmpdir(), 'parley-real-size-'));
try {
  await writeRandomWeights(join(folder, WEIGHTS_FILE));
  console.log(JSON.stringify(await measure(), null, 2));
} finally {
  await rm(folder, { recursive: true });
}
process.exit(); // Dawn keeps a thread for its device

async function measure() {
  Object.assign(globalThis, globals);
  const watch = watchGpu();
  const gpu = await requestNodeDevice();
  const engine = new PlannedEngine(gpu, CONFIG);
  const { seconds, timed } = stopwatch();

  const source = await openTensors(folderSource(folder));
  using base = await timed('load', () => engine.streamWeights(readTensors(source, CONFIG), precision));
  const parameters = createAdapter(CONFIG, RANK, new RandomStream(1, 'adapter'));
  using policy = engine.createPolicy(base, {
    kind: 'lora',
    rank: RANK,
    scale: adapterScale(RANK, 2 * RANK),
    parameters,
  });
  using decoder = engine.createDecoder([policy, base], SLOTS);
  using learner = engine.createLearner(policy, TOKEN_LIMIT);
  await timed('compile', async () => {
    for await (const share of engine.prepare()) void share;
  });

  const random = new RandomStream(1, 'tokens');
  const drawOf = (slot: number, position: number): StepRow => ({
    slot,
    position,
    tokenId: random.index(CONFIG.vocabularySize),
    speaker: policy,
    draw: { key: drawKey(1, 'real size', slot), counter: position, temperature: 1, topK: 0, topP: 1 },
  });
  const slots = Array.from({ length: SLOTS }, (_, slot) => slot);
  await timed('prompt', () =>
    decoder.step(
      slots.flatMap((slot) => Array.from({ length: PROMPT_TOKENS }, (_, position) => drawOf(slot, position))),
    ),
  );
  await timed('generate', async () => {
    for (let written = 0; written < NEW_TOKENS; written++) {
      const drawn = await decoder.step(slots.map((slot) => drawOf(slot, PROMPT_TOKENS + written)));
      if (!drawn.every(({ logProb }) => Number.isFinite(logProb))) throw new Error('a log-prob is not finite');
    }
  });

  const sequences: TrainingSequence[] = slots.map(() => ({
    tokenIds: Int32Array.from({ length: CONTEXT_TOKENS }, () => random.index(CONFIG.vocabularySize)),
    scoredIndices: Int32Array.from({ length: SCORED_TOKENS }, (_, index) => CONTEXT_TOKENS - SCORED_TOKENS + index),
  }));
  const count = SLOTS * SCORED_TOKENS;
  const filled = (value: number) => new Float32Array(count).fill(value);
  // Makes these tokens likelier: so their mean log-prob has to rise.
  const coefficients = {
    logProb: filled(-1 / count),
    entropy: filled(0),
    klToBase: filled(0),
    klFromBase: filled(0),
  };
  const meanLogProb: number[] = [];
  for (let step = 1; step <= Number(updates); step++) {
    await timed(`update ${step}`, async () => {
      const { logProbs } = await learner.forward(sequences, 1);
      meanLogProb.push(logProbs.reduce((sum, value) => sum + value, 0) / count);
      await learner.backward(coefficients);
      await learner.step({ ...ADAMW, learningRate: 1e-3, step, maximumNorm: MAXIMUM_NORM });
    });
  }
  const { total, ...parts } = estimateMemory(CONFIG, {
    precision,
    rank: RANK,
    slotCount: SLOTS,
    tokenLimit: TOKEN_LIMIT,
  });
  return {
    adapter: gpu.adapterName,
    precision,
    parameters: weightCount(CONFIG),
    seconds,
    meanLogProb,
    peakBytes: watch.peakBytes(),
    estimate: { total, ...parts },
    ratio: watch.peakBytes() / total,
  };
}
