import { expect } from 'vitest';
import { drawKey, RandomStream } from '../../src/base/random.ts';
import type {
  Decoder,
  Draw,
  DrawnToken,
  Engine,
  Learner,
  Policy,
  Speaker,
  StepRow,
  TokenCoefficients,
  Trainable,
  TrainingSequence,
} from '../../src/policy/engine.ts';
import { createAdapter } from '../../src/policy/lora.ts';
import type { ModelConfig } from '../../src/policy/modelConfig.ts';
import { tensorNamed, type Weights } from '../../src/policy/weights.ts';
import { largestDifference, type GoldenModel } from '../goldenModel.ts';

/** What the claims about an engine need: the engine, a model that PyTorch has measured, and other engines of its kind. */
export class EngineStage {
  readonly engine: Engine;
  readonly golden: GoldenModel;
  readonly open: (config: ModelConfig) => Engine;

  constructor(golden: GoldenModel, open: (config: ModelConfig) => Engine) {
    this.engine = open(golden.config);
    this.golden = golden;
    this.open = open;
  }

  /** A learner of all weights of the golden model, unless it is told otherwise. */
  async withLearner<Value>(
    work: (learner: Learner, policy: Policy) => Promise<Value>,
    { base, trainable }: { readonly base?: Weights; readonly trainable?: Trainable } = {},
  ): Promise<Value> {
    using frozen = this.engine.loadWeights(base ?? this.golden.base);
    using policy = this.engine.createPolicy(frozen, trainable ?? { kind: 'full', parameters: this.golden.policy });
    using learner = this.engine.createLearner(policy, 512);
    return await work(learner, policy);
  }

  /** A decoder whose only speaker is the golden model, frozen. */
  async withDecoder<Value>(slotCount: number, work: (sampler: Sampler) => Promise<Value>): Promise<Value> {
    using speaker = this.engine.loadWeights(this.golden.policy);
    using decoder = this.engine.createDecoder([speaker], slotCount);
    return await work(new Sampler(decoder, speaker));
  }
}

export const STATISTICS = ['logProbs', 'entropies', 'klToBase', 'klFromBase', 'baseLogProbs'] as const;
export const PROMPT = [1, 20, 9, 33, 2, 40];
export const SHORT: TrainingSequence = {
  tokenIds: Int32Array.of(1, 20, 9, 33, 2, 40, 3, 41, 5),
  scoredIndices: Int32Array.of(5, 6),
};
export const LONG: TrainingSequence = {
  tokenIds: Int32Array.from({ length: 37 }, (_, index) => 1 + ((index * 7) % 60)),
  scoredIndices: Int32Array.of(4, 5, 20, 36),
};
export const OTHER: TrainingSequence = {
  tokenIds: Int32Array.from({ length: 18 }, (_, index) => 2 + ((index * 11) % 57)),
  scoredIndices: Int32Array.of(1, 9, 10, 17),
};

/** Factors that change something: B would start at zero. */
export function largeAdapter(config: ModelConfig): Weights {
  const random = new RandomStream(3, 'factors');
  return new Map(
    [...createAdapter(config, 4, random)].map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((x) => x + random.normal() / 8) },
    ]),
  );
}

export const scoredCount = (sequences: readonly TrainingSequence[]) =>
  sequences.reduce((sum, { scoredIndices }) => sum + scoredIndices.length, 0);

export function constant(count: number): TokenCoefficients {
  return {
    logProb: new Float32Array(count).fill(1),
    entropy: new Float32Array(count).fill(0.3),
    klToBase: new Float32Array(count).fill(-0.5),
    klFromBase: new Float32Array(count).fill(0.2),
  };
}

export function draw(changes: Partial<Draw> = {}): Draw {
  return { key: drawKey(3, 'draws'), counter: 0, temperature: 1, topK: 0, topP: 1, ...changes };
}

/** One speaker at a decoder. */
export class Sampler {
  readonly decoder: Decoder;
  private readonly speaker: Speaker;

  constructor(decoder: Decoder, speaker: Speaker) {
    this.decoder = decoder;
    this.speaker = speaker;
  }

  at(slot: number) {
    return { slot, speaker: this.speaker };
  }

  /** The prompt's rows; the last one draws. */
  promptRows(slot: number, tokens: readonly number[] = PROMPT): StepRow[] {
    return tokens.map((tokenId, position) => ({
      ...this.at(slot),
      position,
      tokenId,
      ...(position === tokens.length - 1 && { draw: draw() }),
    }));
  }

  prompt(slot: number, tokens: readonly number[] = PROMPT): Promise<readonly DrawnToken[]> {
    return this.decoder.step(this.promptRows(slot, tokens));
  }

  /** Feeds the prompt, then draws `count` tokens one by one. */
  async generate(slot: number, count: number, changes: Partial<Draw>): Promise<DrawnToken[]> {
    const rows = this.promptRows(slot).map((row) => (row.draw ? { ...row, draw: draw(changes) } : row));
    const drawn = [...(await this.decoder.step(rows))];
    while (drawn.length < count) {
      const position = PROMPT.length + drawn.length - 1;
      const tokenId = drawn.at(-1)?.tokenId ?? 0;
      const next = { ...this.at(slot), position, tokenId, draw: draw({ ...changes, counter: drawn.length }) };
      drawn.push(...(await this.decoder.step([next])));
    }
    return drawn;
  }
}

export function expectStatistics(
  actual: Readonly<Record<(typeof STATISTICS)[number], Float32Array>>,
  expected: Readonly<Record<(typeof STATISTICS)[number], Float32Array>>,
): void {
  for (const name of STATISTICS) expect(largestDifference(actual[name], expected[name]), name).toBeLessThan(1e-4);
}

/** Differences relative to the largest magnitude of each tensor, or to 1. */
export function expectGradients(actual: Weights, expected: (name: string) => Float32Array, bound = 1e-4): void {
  expect(actual.size).toBeGreaterThan(0);
  for (const [name, { data }] of actual) {
    const golden = expected(name);
    const largest = golden.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    expect(largestDifference(data, golden) / largest, name).toBeLessThan(bound);
  }
}

export function expectClose(actual: Weights, expected: Weights, bound: number): void {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
  expectGradients(actual, (name) => tensorNamed(expected, name).data, bound);
}
