import { z } from 'zod';
import type { TokenCoefficients, TokenStats, TrainingSequence } from '../engine.ts';
import { loadCheckpoint, type FileSource } from '../formats/huggingFace.ts';
import { readAdapter, type LoraAdapter } from '../formats/peft.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import type { ModelConfig } from '../modelConfig.ts';
import type { Weights } from '../weights.ts';

/** Reads a file below `tests/fixtures`, where PyTorch's numbers are (tools/golden); null when there is none of that name. */
export type ReadFixture = (path: string) => Promise<Uint8Array | null>;

/** What PyTorch says about a tiny model: every token but the first of each sequence is scored. */
export interface GoldenModel {
  readonly config: ModelConfig;
  readonly policy: Weights;
  readonly base: Weights;
  readonly sequences: readonly TrainingSequence[];
  readonly coefficients: TokenCoefficients;
  readonly stats: Omit<TokenStats, 'hidden'>;
  readonly loss: number;
  /** `logits.<sequence>` [T, V], and `grad.<weight>` of the loss. */
  readonly tensors: Weights;
}

/** The tiny model with PEFT's adapter; its base is the model without. `grad.*` are those of the factors. */
export type GoldenAdapter = Omit<GoldenModel, 'policy'> & { readonly adapter: LoraAdapter };

/** Random models: two plain Llamas, and one of each departure that `modelConfig.ts` knows. */
export const GOLDEN_FOLDERS = [
  'tiny-llama',
  'tiny-llama-untied',
  'tiny-llama3-rope',
  'tiny-qwen2',
  'tiny-qwen3',
] as const;
export type GoldenFolder = (typeof GOLDEN_FOLDERS)[number];

const Column = z.array(z.number());
const Columns = z.object({ logProb: Column, entropy: Column, klToBase: Column, klFromBase: Column });
const Statistics = Columns.extend({ baseLogProb: Column });
const Numbers = z.object({
  loss: z.number(),
  cases: z.array(z.object({ ids: z.array(z.int()), coefficients: Columns, statistics: Statistics })),
});

export async function readGoldenModel(read: ReadFixture, folder: GoldenFolder): Promise<GoldenModel> {
  const { config, weights } = await loadCheckpoint(sourceOf(read, folder));
  const base = await readTensors(read, `${folder}/base.safetensors`);
  return { config, policy: weights, base, ...(await readNumbers(read, `${folder}/golden`)) };
}

export async function readGoldenAdapter(read: ReadFixture): Promise<GoldenAdapter> {
  const { config, weights } = await loadCheckpoint(sourceOf(read, 'tiny-llama'));
  const adapter = await readAdapter(sourceOf(read, 'tiny-llama/adapter'), config);
  return { config, base: weights, adapter, ...(await readNumbers(read, 'tiny-llama/golden-lora')) };
}

/** @throws Error when there is no such file */
export async function readExisting(read: ReadFixture, path: string): Promise<Uint8Array> {
  const bytes = await read(path);
  if (!bytes) throw new Error(`no fixture ${path}`);
  return bytes;
}

/** All tensors of a file. */
export async function readTensors(read: ReadFixture, path: string): Promise<Weights> {
  return readSafetensors(await readExisting(read, path), path).tensors;
}

async function readNumbers(read: ReadFixture, path: string) {
  const { loss, cases } = Numbers.parse(JSON.parse(new TextDecoder().decode(await readExisting(read, `${path}.json`))));
  // Entry t speaks about the token at index t; nothing predicts the first.
  type Case = (typeof cases)[number];
  const column = (listOf: (golden: Case) => readonly number[]) =>
    Float32Array.from(cases.flatMap((golden) => listOf(golden).slice(1)));
  const coefficient = (name: keyof Case['coefficients']) => column(({ coefficients }) => coefficients[name]);
  const statistic = (name: keyof Case['statistics']) => column(({ statistics }) => statistics[name]);
  return {
    loss,
    sequences: cases.map(({ ids }) => ({
      tokenIds: Int32Array.from(ids),
      scoredIndices: Int32Array.from(ids.keys()).subarray(1),
    })),
    coefficients: {
      logProb: coefficient('logProb'),
      entropy: coefficient('entropy'),
      klToBase: coefficient('klToBase'),
      klFromBase: coefficient('klFromBase'),
    },
    stats: {
      logProbs: statistic('logProb'),
      entropies: statistic('entropy'),
      klToBase: statistic('klToBase'),
      klFromBase: statistic('klFromBase'),
      baseLogProbs: statistic('baseLogProb'),
    },
    tensors: await readTensors(read, `${path}.safetensors`),
  };
}

function sourceOf(read: ReadFixture, folder: string): FileSource {
  return {
    has: async (name) => (await read(`${folder}/${name}`)) !== null,
    readBytes: (name) => readExisting(read, `${folder}/${name}`),
  };
}
