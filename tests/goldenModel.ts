import type { TokenCoefficients, TokenStats, TrainingSequence } from '../src/policy/engine.ts';
import { loadCheckpoint } from '../src/policy/formats/huggingFace.ts';
import { readAdapter, type LoraAdapter } from '../src/policy/formats/peft.ts';
import { readSafetensors } from '../src/policy/formats/safetensors.ts';
import type { ModelConfig } from '../src/policy/modelConfig.ts';
import type { Weights } from '../src/policy/weights.ts';
import { fixtureFolder, readFixture } from './fixtureFiles.ts';

/** What PyTorch says about a tiny model (tools/golden): every token but the first of each sequence is scored. */
export interface GoldenModel {
  readonly config: ModelConfig;
  readonly policy: Weights;
  readonly base: Weights;
  readonly sequences: readonly TrainingSequence[];
  readonly coefficients: TokenCoefficients;
  readonly stats: TokenStats;
  readonly loss: number;
  /** `logits.<sequence>` [T, V], and `grad.<weight>` of the loss. */
  readonly tensors: Weights;
}

type Statistic = 'logProb' | 'entropy' | 'klToBase' | 'klFromBase';
interface GoldenRecord {
  readonly loss: number;
  readonly cases: readonly {
    readonly ids: readonly number[];
    readonly coefficients: Record<Statistic, readonly number[]>;
    readonly statistics: Record<Statistic, readonly number[]>;
  }[];
}

export async function loadGoldenModel(folder: 'tiny-llama' | 'tiny-llama-untied'): Promise<GoldenModel> {
  const { config, weights } = await loadCheckpoint(fixtureFolder(folder));
  return {
    config,
    policy: weights,
    base: await fixtureTensors(`${folder}/base.safetensors`),
    ...(await loadNumbers(folder, 'golden')),
  };
}

/** The tiny model with PEFT's adapter; its base is the model without. `grad.*` are those of the factors. */
export async function loadGoldenAdapter(): Promise<Omit<GoldenModel, 'policy'> & { readonly adapter: LoraAdapter }> {
  const { config, weights } = await loadCheckpoint(fixtureFolder('tiny-llama'));
  const adapter = await readAdapter(fixtureFolder('tiny-llama/adapter'), config);
  return { config, base: weights, adapter, ...(await loadNumbers('tiny-llama', 'golden-lora')) };
}

/** All tensors of a file below tests/fixtures. */
export async function fixtureTensors(path: string): Promise<Weights> {
  const bytes = await readFixture(path);
  if (!bytes) throw new Error(`no fixture ${path}`);
  return readSafetensors(bytes, path).tensors;
}

async function loadNumbers(folder: string, name: string) {
  // Written by tools/golden in this form.
  const record = JSON.parse(
    new TextDecoder().decode((await readFixture(`${folder}/${name}.json`)) ?? undefined),
  ) as GoldenRecord;
  const column = (kind: 'coefficients' | 'statistics', statistic: Statistic) =>
    Float32Array.from(record.cases.flatMap((entry) => entry[kind][statistic].slice(1)));
  const sequences = record.cases.map(({ ids }) => ({
    tokenIds: Int32Array.from(ids),
    scoredIndices: Int32Array.from(ids.keys()).subarray(1),
  }));
  const coefficients: TokenCoefficients = {
    logProb: column('coefficients', 'logProb'),
    entropy: column('coefficients', 'entropy'),
    klToBase: column('coefficients', 'klToBase'),
    klFromBase: column('coefficients', 'klFromBase'),
  };
  const stats: TokenStats = {
    logProbs: column('statistics', 'logProb'),
    entropies: column('statistics', 'entropy'),
    klToBase: column('statistics', 'klToBase'),
    klFromBase: column('statistics', 'klFromBase'),
  };
  return {
    sequences,
    coefficients,
    stats,
    loss: record.loss,
    tensors: await fixtureTensors(`${folder}/${name}.safetensors`),
  };
}

/** Largest absolute difference. NaN when the lengths differ or a number is missing, so that no bound holds. */
export function largestDifference(left: ArrayLike<number>, right: ArrayLike<number>): number {
  if (left.length !== right.length) return NaN;
  let largest = 0;
  for (let index = 0; index < left.length; index++) {
    const difference = Math.abs((left[index] ?? NaN) - (right[index] ?? NaN));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}
