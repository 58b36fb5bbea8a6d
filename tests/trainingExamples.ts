import { RandomStream } from '../src/base/random.ts';
import type { Learner, TokenCoefficients, TokenStats } from '../src/policy/engine.ts';
import { EMPTY_MEMORY } from '../src/record/objectiveMemory.ts';
import { groupOf } from '../src/training/objective/batch.ts';
import { PLAIN_DATA, type PolicyGradientObjective } from '../src/training/objective/parts.ts';
import { planBatch, type BatchPlan } from '../src/training/objective/planBatch.ts';
import type { TrainingExample } from '../src/training/sides.ts';

/** Without discount and baseline a turn's advantage is its reward: what the examples below say. */
export const PLAIN_OBJECTIVE: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: {
    kind: 'returns',
    signal: 'reward-to-go',
    baseline: { kind: 'none' },
    scale: { kind: 'none' },
    adjustments: [],
  },
  likelihood: { kind: 'score-function' },
  regularisers: [{ kind: 'exact-kl', direction: 'to-base', coefficient: 0.5, aggregation: null, outcomeWeight: 0 }],
  aggregation: 'turn-sum',
  data: PLAIN_DATA,
};

/** An example that was written by hand, with what each of its turns earned. */
export interface WrittenExample extends TrainingExample {
  readonly turns: readonly { readonly advantage: number; readonly tokenCount: number }[];
  /** How well it ended, 0–1. */
  readonly outcome: number;
}

/** Turns of the given lengths and advantages, two tokens of prompt before each. Ids are below 61, the tiny vocabulary. */
export function writtenExample(
  turns: readonly (readonly [tokenCount: number, advantage: number])[],
  { seed = 1, outcome = 0 }: { readonly seed?: number; readonly outcome?: number } = {},
): WrittenExample {
  const random = new RandomStream(seed, 'example');
  const tokenIds: number[] = [];
  const scoredIndices: number[] = [];
  for (const [tokenCount] of turns) {
    tokenIds.push(random.index(61), random.index(61));
    for (let index = 0; index < tokenCount; index++) scoredIndices.push(tokenIds.push(random.index(61)) - 1);
  }
  tokenIds.push(random.index(61));
  return {
    tokenIds: Int32Array.from(tokenIds),
    scoredIndices: Int32Array.from(scoredIndices),
    sampledLogProbs: Float32Array.from(scoredIndices, () => -1),
    turns: turns.map(([tokenCount, advantage]) => ({ tokenCount, advantage })),
    outcome,
  };
}

/** All of one group and seat. @param values of each turn, where a value head has spoken */
export function planOf(
  examples: readonly WrittenExample[],
  objective: Parameters<typeof planBatch>[0] = PLAIN_OBJECTIVE,
  values: readonly (readonly number[])[] | null = null,
): BatchPlan {
  const batch = examples.map(({ turns, sampledLogProbs, outcome }, index) => ({
    seat: 0 as const,
    scenario: 's',
    group: groupOf({ scenario: 's', seat: 0 }),
    source: 'policy' as const,
    outcome,
    isCutOff: false,
    kind: null,
    fork: null,
    turns: turns.map(({ advantage, tokenCount }, turn) => ({
      reward: advantage,
      tokenCount,
      situation: null,
      value: values?.[index]?.[turn] ?? null,
      belief: null,
    })),
    tokens: {
      logProbs: sampledLogProbs,
      entropies: sampledLogProbs,
      proximalLogProbs: null,
      baseLogProbs: sampledLogProbs.map((logProb) => logProb - 0.5),
      temperedLogProbs: null,
      isTrained: null,
    },
  }));
  return planBatch(objective, batch, { discount: 0, progress: 0, tokenLimit: 100, memory: EMPTY_MEMORY });
}

/**
 * A learner that says log-prob −1, entropy 2, KL 0.25 and log-prob −1.5 under the base of every token, hidden states of two
 * ones, and keeps what it is given. Each step moves the log-probs it says by `drift`.
 */
export class RecordingLearner implements Learner {
  readonly tokenLimit: number;
  readonly passes: { sequences: number; tokenIds: Int32Array[]; coefficients: TokenCoefficients | null }[] = [];
  readonly steps: number[] = [];
  readonly written: unknown[] = [];
  dropped = 0;
  drift = 0;
  private readonly onForward: () => void;

  constructor(tokenLimit: number, onForward: () => void = () => undefined) {
    this.tokenLimit = tokenLimit;
    this.onForward = onForward;
  }

  forward: Learner['forward'] = async (sequences): Promise<TokenStats> => {
    const tokenIds = sequences.map((sequence) => sequence.tokenIds);
    this.passes.push({ sequences: sequences.length, tokenIds, coefficients: null });
    this.onForward();
    const count = sequences.reduce((sum, { scoredIndices }) => sum + scoredIndices.length, 0);
    const hidden = sequences.reduce((sum, { hiddenIndices }) => sum + (hiddenIndices?.length ?? 0), 0);
    const everywhere = (value: number) => new Float32Array(count).fill(value);
    return {
      logProbs: everywhere(-1 + this.drift * this.steps.length),
      entropies: everywhere(2),
      klToBase: everywhere(0.25),
      klFromBase: everywhere(0),
      baseLogProbs: everywhere(-1.5),
      hidden: new Float32Array(2 * hidden).fill(1),
    };
  };
  backward: Learner['backward'] = async (coefficients) => {
    const last = this.passes.at(-1);
    if (last) last.coefficients = coefficients;
  };
  takeGradients: Learner['takeGradients'] = async () => new Map();
  step: Learner['step'] = async ({ step }) => {
    this.steps.push(step);
    return { gradientNorm: step };
  };
  readState: Learner['readState'] = async () => ({
    parameters: new Map(),
    moments: { first: new Map(), second: new Map() },
  });
  writeState: Learner['writeState'] = (state) => void this.written.push(state);
  dropGradients(): void {
    this.dropped += 1;
  }
  [Symbol.dispose](): void {}
}
