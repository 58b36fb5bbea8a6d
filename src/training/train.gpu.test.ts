import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changedGpu } from '../../tests/changedGpu.ts';
import { largestDifference } from '../../tests/goldenModel.ts';
import { loadTinyModel, newsOf, tinyConfig, trainTiny, type TinyRun } from '../../tests/tinyRun.ts';
import { requestGpuDevice, type GpuDevice } from '../gpu/device.ts';
import type { KernelLibrary } from '../gpu/plan.ts';
import type { LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import { PlannedEngine } from '../policy/plannedEngine.ts';
import { ReferenceEngine } from '../policy/referenceEngine.ts';
import { tensorNamed, type Weights } from '../policy/weights.ts';
import { learnerStateOf } from './trainerState.ts';

let gpu: GpuDevice;
let model: LoadedCheckpoint;
/** One for all runs: it compiles each kernel once. */
let engine: PlannedEngine;
beforeAll(async () => {
  gpu = await requestGpuDevice(navigator.gpu);
  model = await loadTinyModel();
  engine = new PlannedEngine(gpu, model.config);
});
afterAll(() => gpu.device.destroy());

/** What a training run must have dispatched. */
const FORWARD = ['embed', 'rmsNorm', 'linear', 'rope', 'attention', 'swiglu', 'drawToken', 'tokenStats'];
const BACKWARD = [
  'logitGradient',
  'inputGradient',
  'weightGradient',
  'rmsNormGainGradient',
  'rmsNormBackward',
  'swigluBackward',
  'attentionQueryGradient',
  'attentionKeyValueGradient',
  'ropeBackward',
  'embedGradient',
];
const OPTIMIZER = ['squaredNorm', 'squaredNormTotal', 'adamW'];
const KERNELS = [...FORWARD, ...BACKWARD, ...OPTIMIZER];

/** What is wrong with the record of a run: kernels that did nothing, or other work than the run reports. */
function complaints(counts: KernelLibrary['counts'], { news }: TinyRun): string[] {
  const missing = KERNELS.filter((name) => !((counts.get(name)?.dispatches ?? 0) > 0));
  const fed = newsOf(news, 'update.finished').reduce((sum, { metrics }) => sum + metrics.tokensFed, 0);
  // A trained context is fed up to its last sampled token, once to the policy and once to the base.
  const rowsOf = (mask: Uint8Array) => Math.max(0, mask.lastIndexOf(1));
  const learnt = newsOf(news, 'batch.recorded')
    .flatMap(({ traces }) => traces)
    .reduce((sum, { sampledMask }) => sum + 2 * rowsOf(sampledMask), 0);
  const embedded = counts.get('embed')?.rows ?? 0;
  const mismatch = embedded === fed + learnt ? [] : [`${embedded} rows embedded, ${fed} fed and ${learnt} learnt`];
  return [...missing.map((name) => `${name} was never dispatched`), ...mismatch];
}

describe('who does the work', () => {
  let run: TinyRun;
  /** By kernel, of this run alone. */
  let recorded: Map<string, { dispatches: number; rows: number }>;
  beforeAll(async () => {
    engine.library.counts.clear();
    run = await trainTiny(engine, model, tinyConfig({ updates: 1 }));
    recorded = new Map([...engine.library.counts].map(([name, count]) => [name, { ...count }]));
  });

  test('a training run passes every token through our kernels, and through all of them', () => {
    expect(run.thrown).toBeNull();
    expect(run.saved).toHaveLength(1);
    expect(complaints(recorded, run)).toEqual([]);
  });

  test('the list names every kernel that the run’s plans hold', () => {
    expect([...engine.library.names].toSorted()).toEqual(KERNELS.toSorted());
  });

  test.each(KERNELS)('without %s the record would not pass', (name) => {
    const counts = new Map(recorded);
    counts.delete(name);
    expect(complaints(counts, run)).toContain(`${name} was never dispatched`);
  });

  test('one token more or less would not pass either', () => {
    const { dispatches, rows } = recorded.get('embed') ?? { dispatches: 0, rows: 0 };
    for (const off of [-1, 1]) {
      const counts = new Map(recorded).set('embed', { dispatches, rows: rows + off });
      expect(complaints(counts, run)).toHaveLength(1);
    }
  });

  test.each(KERNELS)(
    'when %s cannot be compiled, the run fails before its first token, and says which',
    async (name) => {
      const broken = changedGpu(gpu, {
        // The others are never dispatched, so nobody needs to compile them.
        createComputePipelineAsync: async ({ label }) => {
          if (label?.startsWith(`${name} `)) throw new Error('no such instruction');
          return {} as GPUComputePipeline;
        },
      });
      const run = await trainTiny(new PlannedEngine(broken, model.config), model, tinyConfig({ updates: 1 }));
      expect(run.thrown).toMatchObject({
        code: 'gpu-kernel',
        what: expect.stringContaining(name),
        why: 'no such instruction',
      });
      expect(newsOf(run.news, 'episode.started')).toEqual([]);
    },
  );

  test('the run tells how much of the engine is ready, before anything else happens', async () => {
    const fresh = await trainTiny(new PlannedEngine(gpu, model.config), model, tinyConfig({ updates: 1 }));
    const shares = newsOf(fresh.news, 'engine.prepared').map(({ share }) => share);
    expect(shares.at(-1)).toBe(1);
    const last = fresh.news.findLastIndex(({ kind }) => kind === 'engine.prepared');
    expect(fresh.news.slice(0, last + 1).map(({ kind }) => kind)).toEqual([
      'run.started',
      ...shares.map(() => 'engine.prepared'),
    ]);
  });
});

describe('one update of the kernels and one of the reference, from the same seed', () => {
  const config = () => tinyConfig({ updates: 1, strategistTemperature: 0.9, klPenaltyPerNat: 0.1 });
  let own: TinyRun;
  let reference: TinyRun;
  beforeAll(async () => {
    await tf.setBackend('cpu'); // nothing in common with the device under test
    own = await trainTiny(engine, model, config());
    reference = await trainTiny(new ReferenceEngine(model.config), model, config());
  });
  const stateOf = (run: TinyRun) => {
    const [checkpoint] = run.saved;
    if (!checkpoint) throw new Error('nothing was saved');
    return learnerStateOf(checkpoint);
  };
  const distance = (left: Weights, right: Weights) =>
    Math.max(...[...left].map(([name, { data }]) => largestDifference(data, tensorNamed(right, name).data)));

  test('play the same dialogues, token by token', () => {
    const tracesOf = (run: TinyRun) => newsOf(run.news, 'batch.recorded').flatMap(({ traces }) => traces);
    const tokensOf = (run: TinyRun) => tracesOf(run).map(({ tokenIds }) => [...tokenIds]);
    expect(tokensOf(own)).toEqual(tokensOf(reference));
    tracesOf(own).forEach(({ logProbs, entropies }, index) => {
      const other = tracesOf(reference)[index];
      expect(largestDifference(logProbs, other?.logProbs ?? [])).toBeLessThan(1e-4);
      expect(largestDifference(entropies, other?.entropies ?? [])).toBeLessThan(1e-4);
    });
  });

  test('measure the same', () => {
    const [left] = newsOf(own.news, 'update.finished');
    const [right] = newsOf(reference.news, 'update.finished');
    for (const name of ['loss', 'entropy', 'klToBase', 'gradientNorm', 'turnRewardMean', 'tokensFed'] as const) {
      const [mine, theirs] = [left?.metrics[name] ?? NaN, right?.metrics[name] ?? NaN];
      expect(Math.abs(mine - theirs) / Math.max(1, Math.abs(theirs)), name).toBeLessThan(1e-3);
    }
    expect(left?.metrics.ratioDeviationMax).toBeLessThan(1e-5);
  });

  test('arrive at the same weights and moments', () => {
    const [left, right] = [stateOf(own), stateOf(reference)];
    expect(distance(left.parameters, model.weights)).toBeGreaterThan(5e-3); // they did move, by up to 0.01
    expect(distance(left.moments.first, right.moments.first)).toBeLessThan(1e-6);
    expect(distance(left.parameters, right.parameters)).toBeLessThan(1e-3);
  });
});

describe.each([
  { name: 'all weights', passes: 1, changes: {} },
  {
    name: 'factors beside a rounded base',
    passes: 1,
    changes: { adaptation: 'lora', loraRank: 3, basePrecision: 'int8' },
  },
  // Stopped in its third of four steps, with two to be taken back.
  {
    name: 'several steps and a value head',
    passes: 3,
    changes: { preset: 'ppo', epochsPerBatch: 2, stepsPerEpoch: 2 },
  },
] as const)('the same device gives the same bits: $name', ({ changes, passes }) => {
  const config = () => tinyConfig({ updates: 2, updatesPerCheckpoint: 2, ...changes });
  let whole: TinyRun;
  beforeAll(async () => {
    whole = await trainTiny(engine, model, config());
    expect(whole.saved.map(({ manifest }) => manifest.updatesDone)).toEqual([2]);
    for (const { metrics } of newsOf(whole.news, 'update.finished')) {
      expect(metrics.ratioDeviationMax).toBeLessThan(1e-5);
      expect(metrics.gradientNorm).toBeGreaterThan(0);
    }
  });
  beforeEach(() => gpu.assertHealthy());

  test('two runs of one config end in the same weights', async () => {
    const again = await trainTiny(engine, model, config());
    expect(again.saved.at(-1)?.tensors).toEqual(whole.saved.at(-1)?.tensors);
  });

  test.each(['rollout', 'update'])(
    'stopped in its second %s and resumed, a run ends where it would have',
    async (phase) => {
      let passed = 0;
      const first = await trainTiny(engine, model, config(), {
        onNews: (news, control) => {
          const isHere = news.kind === 'phase.progressed' && news.updateIndex === 1 && news.phase === phase;
          if (isHere && ++passed === (phase === 'update' ? passes : 1)) control.stop();
        },
      });
      const resumeFrom = first.saved.at(-1) ?? null;
      expect(resumeFrom?.manifest.updatesDone).toBe(1);
      const second = await trainTiny(engine, model, config(), { resumeFrom });
      expect(second.saved.at(-1)?.tensors).toEqual(whole.saved.at(-1)?.tensors);
    },
  );
});
