import { sharingLearner } from '../src/policy/distinctSequences.ts';
import { drawToken } from '../src/policy/drawToken.ts';
import { adamWStep, clipGlobalNorm, zeroMoments, type Moments } from '../src/policy/adamW.ts';
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
import type { ModelConfig } from '../src/policy/modelConfig.ts';
import { tensorNamed, type HostTensor, type Weights } from '../src/policy/weights.ts';

const EMBEDDING = 'model.embed_tokens.weight';

/**
 * An engine without a transformer: a token's logit is the sum of its row of the embedding, whatever comes before it. It
 * draws, scores and learns exactly, and a whole run takes milliseconds.
 */
export class UnigramEngine implements Engine {
  readonly kind = 'reference';
  readonly config: ModelConfig;
  readonly slotLimit = 1024;
  isDisposed = false;

  constructor(config: ModelConfig) {
    this.config = config;
  }

  loadWeights(weights: Weights): FrozenWeights {
    return new UnigramWeights(weights);
  }

  /** All weights only: it has no projections that an adapter could stand beside. */
  createPolicy(base: FrozenWeights, { kind, parameters }: Trainable): Policy {
    if (kind !== 'full') throw new Error('the unigram engine trains all weights');
    return new UnigramPolicy(asUnigram(base), parameters);
  }

  createDecoder(_speakers: readonly Speaker[], slotCount: number): Decoder {
    return new UnigramDecoder(slotCount);
  }

  createLearner(policy: Policy, tokenLimit: number): Learner {
    if (!(policy instanceof UnigramPolicy)) throw new Error('this policy was made by another engine');
    return sharingLearner(new UnigramLearner(policy, tokenLimit));
  }

  async *prepare(): AsyncGenerator<number, void> {}

  dispose(): void {
    this.isDisposed = true;
  }
}

function asUnigram(speaker: Speaker): UnigramSpeaker {
  if (speaker instanceof UnigramSpeaker) return speaker;
  throw new Error('these weights were made by another engine');
}

class UnigramSpeaker {
  values: Weights;

  constructor(weights: Weights) {
    this.values = weights;
  }

  logits(): Float32Array {
    const { shape, data } = tensorNamed(this.values, EMBEDDING);
    const [V = 0, D = 0] = shape;
    return Float32Array.from({ length: V }, (_, token) =>
      data.subarray(token * D, (token + 1) * D).reduce((sum, value) => sum + value, 0),
    );
  }

  logProbs(temperature: number): Float64Array {
    const scaled = Float64Array.from(this.logits(), (logit) => logit / temperature);
    const top = Math.max(...scaled);
    const logTotal = top + Math.log(scaled.reduce((sum, logit) => sum + Math.exp(logit - top), 0));
    return scaled.map((logit) => logit - logTotal);
  }

  [Symbol.dispose](): void {}
}

class UnigramWeights extends UnigramSpeaker implements FrozenWeights {
  readonly kind = 'frozen';
  readonly precision = 'f32';
}

class UnigramPolicy extends UnigramSpeaker implements Policy {
  readonly kind = 'policy';
  readonly base: UnigramWeights;

  constructor(base: UnigramSpeaker, parameters: Weights) {
    super(parameters);
    this.base = new UnigramWeights(base.values);
  }
}

class UnigramDecoder implements Decoder {
  readonly slotCount: number;

  constructor(slotCount: number) {
    this.slotCount = slotCount;
  }

  async step(rows: readonly StepRow[]): Promise<readonly DrawnToken[]> {
    return rows.flatMap(({ draw, speaker }) => (draw ? [drawToken(asUnigram(speaker).logits(), draw)] : []));
  }

  fork(): void {}

  [Symbol.dispose](): void {}
}

class UnigramLearner implements Learner {
  readonly tokenLimit: number;
  private readonly policy: UnigramPolicy;
  private moments: Moments;
  private targets: readonly number[] = [];
  private temperature = 1;
  /** d loss / d logit. */
  private slopes: Float64Array;

  constructor(policy: UnigramPolicy, tokenLimit: number) {
    this.policy = policy;
    this.moments = zeroMoments(policy.values);
    this.tokenLimit = tokenLimit;
    this.slopes = new Float64Array(policy.logits().length);
  }

  async forward(sequences: readonly TrainingSequence[], temperature: number): Promise<TokenStats> {
    this.temperature = temperature;
    this.targets = sequences.flatMap(({ tokenIds, scoredIndices }) =>
      Array.from(scoredIndices, (index) => tokenIds[index] ?? 0),
    );
    const [own, base] = [this.policy.logProbs(temperature), this.policy.base.logProbs(temperature)];
    const everywhere = (value: number) => new Float32Array(this.targets.length).fill(value);
    const [, D = 0] = tensorNamed(this.policy.values, EMBEDDING).shape;
    const hiddenCount = sequences.reduce((sum, { hiddenIndices }) => sum + (hiddenIndices?.length ?? 0), 0);
    return {
      logProbs: Float32Array.from(this.targets, (token) => own[token] ?? NaN),
      entropies: everywhere(entropyOf(own)),
      klToBase: everywhere(divergence(own, base)),
      klFromBase: everywhere(divergence(base, own)),
      baseLogProbs: Float32Array.from(this.targets, (token) => base[token] ?? NaN),
      hidden: new Float32Array(hiddenCount * D).fill(1), // whatever comes before, the state is the same
    };
  }

  /**
   * d log p(token) / d logit_v = (1[v = token] − p_v) / T, d H = −p_v (log p_v + H) / T, d KL(p‖b) = p_v (log p_v / b_v − KL) / T,
   * d KL(b‖p) = (p_v − b_v) / T.
   */
  async backward({ logProb, entropy, klToBase, klFromBase }: TokenCoefficients): Promise<void> {
    const [own, base] = [this.policy.logProbs(this.temperature), this.policy.base.logProbs(this.temperature)];
    const [kl, H] = [divergence(own, base), entropyOf(own)];
    const sumOf = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0);
    const all = {
      logProb: sumOf(logProb),
      entropy: sumOf(entropy),
      toBase: sumOf(klToBase),
      fromBase: sumOf(klFromBase),
    };
    this.targets.forEach((token, index) => {
      this.slopes[token] = (this.slopes[token] ?? 0) + (logProb[index] ?? 0) / this.temperature;
    });
    this.slopes = this.slopes.map((slope, v) => {
      const [ownV, baseV] = [own[v] ?? NaN, base[v] ?? NaN];
      const share = Math.exp(ownV) / this.temperature;
      const ofEntropies = -share * (ownV + H) * all.entropy;
      const ofKl =
        share * (ownV - baseV - kl) * all.toBase + (share - Math.exp(baseV) / this.temperature) * all.fromBase;
      return slope - share * all.logProb + ofEntropies + ofKl;
    });
  }

  async step({ maximumNorm, step, ...options }: StepOptions): Promise<{ gradientNorm: number }> {
    const { gradients, norm } = clipGlobalNorm(await this.takeGradients(), maximumNorm);
    const { parameters, moments } = adamWStep(this.policy.values, gradients, this.moments, step, options);
    this.writeState({ parameters, moments });
    return { gradientNorm: norm };
  }

  async readState(): Promise<LearnerState> {
    return { parameters: this.policy.values, moments: this.moments };
  }

  writeState({ parameters, moments }: LearnerState): void {
    this.policy.values = parameters;
    this.moments = moments;
  }

  async takeGradients(): Promise<Weights> {
    const gradients = new Map<string, HostTensor>();
    for (const [name, { shape, data }] of this.policy.values) {
      const columns = shape[1] ?? 1;
      const ofElement = (index: number) => (name === EMBEDDING ? (this.slopes[Math.floor(index / columns)] ?? 0) : 0);
      gradients.set(name, { shape, data: Float32Array.from(data, (_, index) => ofElement(index)) });
    }
    this.dropGradients();
    return gradients;
  }

  dropGradients(): void {
    this.slopes = new Float64Array(this.slopes.length);
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
