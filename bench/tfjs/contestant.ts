import * as tf from '@tensorflow/tfjs';
import { monotonicMs, yieldToEvents } from '../../src/base/clock.ts';
import type { ModelConfig } from '../../src/policy/modelConfig.ts';
import type { Weights } from '../../src/policy/weights.ts';
import type { Contestant, DecodeSession, DecodeWorkload, TrainSession, TrainWorkload } from '../contestant.ts';
import { createDecodeWeights, disposeDecodeWeights } from './decodeWeights.ts';
import { TfjsDecoder } from './decoder.ts';
import { chooseMatmulPrograms } from './matmulPrograms.ts';
import { TfjsTrainer } from './trainer.ts';

export type TfjsBackend = 'webgpu' | 'wasm' | 'cpu';

/** Dispatches that tfjs collects before it submits: a whole decode step; but a training pass must not keep all its buffers. */
const SUBMIT_FLAG = 'WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE';
const SUBMITTED_AT_ONCE = { decode: 1000, train: 15 };

/** Sequences per micro-batch that are tried; the fastest per sequence is taken. */
const MICRO_BATCHES = [1, 2, 4, 8];

/** Plain tfjs operations, at their best. The backend must be registered already. */
export function tfjsContestant(backend: TfjsBackend, config: ModelConfig, weights: Weights): Contestant {
  const programs = backend === 'webgpu' ? chooseMatmulPrograms() : null;
  // Several backends take turns: each has to be the current one when its operations run.
  const prepare = async (work: keyof typeof SUBMITTED_AT_ONCE) => {
    await tf.setBackend(backend);
    if (backend === 'webgpu') tf.env().set(SUBMIT_FLAG, SUBMITTED_AT_ONCE[work]);
    await yieldToEvents(); // the CPU backend never waits for anything
  };

  async function openDecoder(workload: DecodeWorkload): Promise<DecodeSession> {
    await prepare('decode');
    const decodeWeights = createDecodeWeights(config, weights);
    const decoder = new TfjsDecoder(config, decodeWeights, workload);
    return {
      generate: async () => {
        await prepare('decode');
        return decoder.generate();
      },
      tune: async () => {
        await prepare('decode');
        await programs?.tune();
      },
      close: async () => {
        await decoder.close();
        disposeDecodeWeights(decodeWeights);
      },
    };
  }

  async function openTrainer(workload: TrainWorkload): Promise<TrainSession> {
    await prepare('train');
    const trainerOf = (microBatch: number) => new TfjsTrainer(config, weights, workload, microBatch);
    let trainer = trainerOf(Math.min(2, workload.sequences.length));
    return {
      update: async () => {
        await prepare('train');
        return trainer.update();
      },
      tune: async () => {
        await prepare('train');
        await trainer.close();
        trainer = trainerOf(await fastestMicroBatch(workload));
      },
      close: () => trainer.close(),
    };
  }

  async function fastestMicroBatch(workload: TrainWorkload): Promise<number> {
    let best = { microBatch: 1, perSequenceMs: Infinity };
    for (const microBatch of MICRO_BATCHES.filter((size) => size <= workload.sequences.length)) {
      const trainer = new TfjsTrainer(config, weights, firstOf(workload, microBatch), microBatch);
      await trainer.update();
      await programs?.tune();
      let perSequenceMs = Infinity;
      for (let repeat = 0; repeat < 2; repeat++) {
        const startedAt = monotonicMs();
        await trainer.update();
        perSequenceMs = Math.min(perSequenceMs, (monotonicMs() - startedAt) / microBatch);
      }
      await trainer.close();
      if (perSequenceMs < best.perSequenceMs) best = { microBatch, perSequenceMs };
    }
    return best.microBatch;
  }

  const name = { webgpu: 'tfjs', wasm: 'tfjsWasm', cpu: 'tfjsCpu' }[backend];
  return { name, openDecoder, openTrainer };
}

function firstOf({ sequences, logProb, klToBase }: TrainWorkload, count: number): TrainWorkload {
  const perSequence = sequences[0]?.scoredIndices.length ?? 0;
  return { sequences: sequences.slice(0, count), logProb: logProb.subarray(0, count * perSequence), klToBase };
}
