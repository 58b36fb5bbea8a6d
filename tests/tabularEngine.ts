import { sharingLearner } from '../src/policy/distinctSequences.ts';
import { adamWStep, clipGlobalNorm, zeroMoments, type Moments } from '../src/policy/adamW.ts';
import { drawToken } from '../src/policy/drawToken.ts';
import type {
  Decoder,
  DrawnToken,
  Engine,
  FrozenWeights,
  Learner,
  LearnerState,
  Policy,
  Speaker,
  StepOptions,
  StepRow,
  TokenCoefficients,
  TokenStats,
  Trainable,
  TrainingSequence,
} from '../src/policy/engine.ts';
import type { LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import type { ModelConfig } from '../src/policy/modelConfig.ts';
import { tensorNamed, type Weights } from '../src/policy/weights.ts';

const TABLE = 'table';
/** Situations that there can be. */
const ROWS = 64;
const UNLIKELY = -20;

/** Names what decides, of all that was read so far. */
export type Situation = (tokenIds: readonly number[]) => string;

/**
 * A model that is nothing but a table: a row of logits for every situation. At first the `strategies` are all equally
 * likely and everything else is not. For `TabularEngine`.
 */
export function tabularModel(model: LoadedCheckpoint, strategies: readonly string[]): LoadedCheckpoint {
  const { vocabularySize: V } = model.config;
  const likely = new Set(strategies.map((word) => model.tokenizer.tokenId(word)));
  const data = Float32Array.from({ length: ROWS * V }, (_, index) => (likely.has(index % V) ? 0 : UNLIKELY));
  return { ...model, weights: new Map([[TABLE, { shape: [ROWS, V], data }]]) };
}

/** Draws, scores and learns such a model exactly; a run of hundreds of updates takes seconds. */
export class TabularEngine implements Engine {
  readonly kind = 'reference';
  readonly config: ModelConfig;
  readonly slotLimit = 4096;
  private readonly rowOf: RowOf;

  constructor(config: ModelConfig, situation: Situation) {
    this.config = config;
    const rows = new Map<string, number>();
    this.rowOf = (tokenIds) => {
      const name = situation(tokenIds);
      const row = rows.get(name) ?? rows.size;
      if (row >= ROWS) throw new RangeError(`TabularEngine: more than ${ROWS} situations`);
      rows.set(name, row);
      return row;
    };
  }

  loadWeights(weights: Weights): FrozenWeights {
    return new TabularWeights(weights);
  }

  createPolicy(base: FrozenWeights, { parameters }: Trainable): Policy {
    if (!(base instanceof TabularWeights)) throw new Error('these weights were made by another engine');
    return new TabularPolicy(base, parameters);
  }

  createDecoder(_speakers: readonly Speaker[], slotCount: number): Decoder {
    return new TabularDecoder(slotCount, this.rowOf);
  }

  createLearner(policy: Policy, tokenLimit: number): Learner {
    if (!(policy instanceof TabularPolicy)) throw new Error('this policy was made by another engine');
    return sharingLearner(new TabularLearner(policy, tokenLimit, this.rowOf, this.config.hiddenSize));
  }

  async *prepare(): AsyncGenerator<number, void> {}

  dispose(): void {}
}

type RowOf = (tokenIds: readonly number[]) => number;

class TabularSpeaker {
  values: Weights;

  constructor(values: Weights) {
    this.values = values;
  }

  logits(row: number): Float32Array {
    const { shape, data } = tensorNamed(this.values, TABLE);
    const [, V = 0] = shape;
    return data.subarray(row * V, (row + 1) * V);
  }

  logProbs(row: number, temperature: number): Float64Array {
    const scaled = Float64Array.from(this.logits(row), (logit) => logit / temperature);
    const top = scaled.reduce((most, logit) => Math.max(most, logit), -Infinity);
    const logTotal = top + Math.log(scaled.reduce((sum, logit) => sum + Math.exp(logit - top), 0));
    return scaled.map((logit) => logit - logTotal);
  }

  [Symbol.dispose](): void {}
}

class TabularWeights extends TabularSpeaker implements FrozenWeights {
  readonly kind = 'frozen';
  readonly precision = 'f32';
}

class TabularPolicy extends TabularSpeaker implements Policy {
  readonly kind = 'policy';
  readonly base: TabularWeights;

  constructor(base: TabularWeights, parameters: Weights) {
    super(parameters);
    this.base = base;
  }
}

class TabularDecoder implements Decoder {
  readonly slotCount: number;
  private readonly rowOf: RowOf;
  private readonly read = new Map<number, number[]>();

  constructor(slotCount: number, rowOf: RowOf) {
    this.slotCount = slotCount;
    this.rowOf = rowOf;
  }

  async step(rows: readonly StepRow[]): Promise<readonly DrawnToken[]> {
    return rows.flatMap(({ slot, position, tokenId, speaker, draw }) => {
      const tokens = this.read.get(slot)?.slice(0, position) ?? [];
      tokens.push(tokenId);
      this.read.set(slot, tokens);
      if (!(speaker instanceof TabularSpeaker)) throw new Error('these weights were made by another engine');
      return draw ? [drawToken(speaker.logits(this.rowOf(tokens)), draw)] : [];
    });
  }

  fork(from: number, to: number, length: number): void {
    this.read.set(to, (this.read.get(from) ?? []).slice(0, length));
  }

  [Symbol.dispose](): void {}
}

interface Scored {
  readonly row: number;
  readonly token: number;
}

class TabularLearner implements Learner {
  readonly tokenLimit: number;
  private readonly policy: TabularPolicy;
  private readonly rowOf: RowOf;
  private readonly hiddenSize: number;
  private moments: Moments;
  private scored: readonly Scored[] = [];
  private temperature = 1;
  /** d loss / d logit, [ROWS, V]. */
  private slopes: Float32Array;

  constructor(policy: TabularPolicy, tokenLimit: number, rowOf: RowOf, hiddenSize: number) {
    this.hiddenSize = hiddenSize;
    this.policy = policy;
    this.tokenLimit = tokenLimit;
    this.rowOf = rowOf;
    this.moments = zeroMoments(policy.values);
    this.slopes = new Float32Array(tensorNamed(policy.values, TABLE).data.length);
  }

  async forward(sequences: readonly TrainingSequence[], temperature: number): Promise<TokenStats> {
    this.temperature = temperature;
    this.scored = sequences.flatMap(({ tokenIds, scoredIndices }) => {
      const tokens = Array.from(tokenIds);
      return Array.from(scoredIndices, (index) => ({
        row: this.rowOf(tokens.slice(0, index)),
        token: tokens[index] ?? -1,
      }));
    });
    const D = this.hiddenSize;
    const hidden = sequences.flatMap(({ tokenIds, hiddenIndices }) =>
      Array.from(hiddenIndices ?? [], (index) => this.rowOf(Array.from(tokenIds.subarray(0, index + 1)))),
    );
    const of = (statistic: (own: Float64Array, base: Float64Array, token: number) => number) =>
      Float32Array.from(this.scored, ({ row, token }) =>
        statistic(this.policy.logProbs(row, temperature), this.policy.base.logProbs(row, temperature), token),
      );
    return {
      logProbs: of((own, _, token) => own[token] ?? NaN),
      entropies: of(entropyOf),
      klToBase: of(divergence),
      klFromBase: of((own, base) => divergence(base, own)),
      baseLogProbs: of((_, base, token) => base[token] ?? NaN),
      // One of the numbers is 1: which, says the situation.
      hidden: Float32Array.from({ length: hidden.length * D }, (_, at) =>
        at % D === (hidden[Math.floor(at / D)] ?? -1) % D ? 1 : 0,
      ),
    };
  }

  /** See `UnigramEngine`; here every token has the row of its own situation. */
  async backward({ logProb, entropy, klToBase, klFromBase }: TokenCoefficients): Promise<void> {
    const { temperature } = this;
    const V = tensorNamed(this.policy.values, TABLE).shape[1] ?? 0;
    this.scored.forEach(({ row, token }, index) => {
      const own = this.policy.logProbs(row, temperature);
      const base = this.policy.base.logProbs(row, temperature);
      const [kl, H] = [divergence(own, base), entropyOf(own)];
      own.forEach((ownV, v) => {
        const share = Math.exp(ownV);
        const baseV = base[v] ?? NaN;
        const slope =
          (logProb[index] ?? 0) * ((v === token ? 1 : 0) - share) -
          (entropy[index] ?? 0) * share * (ownV + H) +
          (klToBase[index] ?? 0) * share * (ownV - baseV - kl) +
          (klFromBase[index] ?? 0) * (share - Math.exp(baseV));
        const at = row * V + v;
        this.slopes[at] = (this.slopes[at] ?? 0) + slope / temperature;
      });
    });
  }

  async step({ maximumNorm, step, ...options }: StepOptions): Promise<{ gradientNorm: number }> {
    const { gradients, norm } = clipGlobalNorm(await this.takeGradients(), maximumNorm);
    const { parameters, moments } = adamWStep(this.policy.values, gradients, this.moments, step, options);
    this.writeState({ parameters, moments });
    return { gradientNorm: norm };
  }

  async takeGradients(): Promise<Weights> {
    const { shape } = tensorNamed(this.policy.values, TABLE);
    const gradients = new Map([[TABLE, { shape, data: this.slopes }]]);
    this.dropGradients();
    return gradients;
  }

  dropGradients(): void {
    this.slopes = new Float32Array(this.slopes.length);
  }

  async readState(): Promise<LearnerState> {
    return { parameters: this.policy.values, moments: this.moments };
  }

  writeState({ parameters, moments }: LearnerState): void {
    this.policy.values = parameters;
    this.moments = moments;
  }

  [Symbol.dispose](): void {}
}

function entropyOf(logProbs: Float64Array): number {
  return logProbs.reduce((sum, logProb) => sum - Math.exp(logProb) * logProb, 0);
}

/** KL(left‖right) of two distributions given as log-probs. */
function divergence(left: Float64Array, right: Float64Array): number {
  return left.reduce((sum, logProb, v) => sum + Math.exp(logProb) * (logProb - (right[v] ?? NaN)), 0);
}
