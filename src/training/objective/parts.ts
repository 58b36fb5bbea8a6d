/**
 * What an objective is made of: loss = −aggregate(weight · stabilised likelihood · advantage) + regularisers, over the
 * strategist's own tokens. One union per part; a preset is one literal of `Objective`. The file is a table, and long, so that
 * everything that can be composed stands in one place.
 */
export type Objective = PolicyGradientObjective | ContrastiveObjective;

export interface PolicyGradientObjective {
  readonly kind: 'policy-gradient';
  readonly credit: Credit;
  readonly likelihood: Likelihood;
  readonly regularisers: readonly Regulariser[];
  readonly aggregation: Aggregation;
  readonly data: DataSide;
}

/** Pairs of trajectories of one group (CoPG): credit and aggregation are part of the formula, so there is nothing to choose. */
export interface ContrastiveObjective {
  readonly kind: 'contrastive';
  /** β: nats of log-ratio to the base per unit of return. 0 is policy gradient with a pairwise baseline. */
  readonly klWeight: number;
  readonly regularisers: readonly Regulariser[];
  readonly data: DataSide;
}

// ---- credit: from rewards to the advantage of each token

export type Credit = ReturnsCredit | GaeCredit | ImitationCredit | QuantileRiskCredit | SetCredit;

export interface ReturnsCredit {
  readonly kind: 'returns';
  /** Of each turn what follows it, or of all turns what the whole trajectory earned. */
  readonly signal: 'reward-to-go' | 'episode-return';
  readonly baseline: Baseline;
  readonly scale: Scale;
  readonly adjustments: readonly AdvantageAdjustment[];
}

export type Baseline =
  | { readonly kind: 'none' }
  | { readonly kind: 'leave-one-out' }
  | { readonly kind: 'group-mean' }
  /** Every token counts once, so that long trajectories weigh more. */
  | { readonly kind: 'group-token-mean' }
  /** Over the trajectories of the seat. */
  | { readonly kind: 'batch-mean' }
  /** Exponential moving average per seat over earlier batches, read before it is updated. */
  | { readonly kind: 'seat-average'; readonly decay: number }
  | { readonly kind: 'linear' }
  | { readonly kind: 'value-head' }
  /** Known to be biased where the policy decides when an episode ends; `checkObjective` refuses it. */
  | { readonly kind: 'turn-index-mean' };

export type Scale =
  | { readonly kind: 'none' }
  | { readonly kind: 'batch-rms' }
  | { readonly kind: 'batch-max' }
  | { readonly kind: 'batch-whiten'; readonly over: 'turns' | 'tokens' }
  | { readonly kind: 'trajectory-max' }
  | { readonly kind: 'group-std'; readonly of: 'returns' | 'turn-rewards' | 'tokens' };

export type AdvantageAdjustment =
  /** XRPO: raise what is good although the policy found it unlikely. */
  | { readonly kind: 'novelty'; readonly weight: number; readonly cap: number }
  /** ARPO: turns that several branches share get the mean of their advantages. */
  | { readonly kind: 'shared-turns' };

export interface GaeCredit {
  readonly kind: 'gae';
  readonly lambda: number;
  readonly values: 'linear' | 'head';
  /** After the last turn of an episode that a limit ended: nothing follows, or the last value goes on (EGAE). */
  readonly afterCutOff: 'nothing' | 'last-value';
  readonly scale: Scale;
}

/** Supervised learning of what went well: advantage 1 for what is kept, nothing else is trained on. */
export interface ImitationCredit {
  readonly kind: 'imitation';
  readonly minimumOutcome: number;
}

/** RiskPO: a mixture of two regions of the distribution of bundle scores. */
export interface QuantileRiskCredit {
  readonly kind: 'quantile-risk';
  readonly lowerLevel: number;
  readonly upperLevel: number;
  /** ω: extra weight of everything below the lower quantile. */
  readonly tailWeight: number;
  /** Scenarios per bundle. */
  readonly bundleSize: number;
  readonly trackingRate: number;
}

/** Polychromic: sets of trajectories from one state, worth mean return × share of distinct kinds. */
export interface SetCredit {
  readonly kind: 'set';
  readonly size: number;
}

// ---- likelihood

export type Likelihood = ScoreFunctionLikelihood | RatioLikelihood;

export interface ScoreFunctionLikelihood {
  readonly kind: 'score-function';
}

export interface RatioLikelihood {
  readonly kind: 'ratio';
  readonly unit: RatioUnit;
  readonly stabiliser: Stabiliser;
  readonly staleness: Staleness;
  readonly rejection: Rejection | null;
}

export type RatioUnit =
  | { readonly kind: 'token' }
  /** The geometric mean of the unit's token ratios, or their product. */
  | { readonly kind: 'turn' | 'sequence'; readonly isLengthNormalised: boolean };

/** What is done where the sampling weights are older than those at the start of the update. */
export type Staleness =
  /** The ratio is taken to the weights that sampled. */
  | { readonly kind: 'none' }
  /** The ratio is taken to the weights at the start; the rest of the way is a factor of at most `limit`. */
  | { readonly kind: 'truncate'; readonly limit: number }
  /** The same, and tokens whose factor lies outside are not trained on. */
  | { readonly kind: 'mask'; readonly low: number; readonly high: number };

export type Stabiliser =
  | { readonly kind: 'none' }
  /** Ratio within [1 − low, 1 + high]; `dual` bounds what one token with a negative advantage may do. */
  | { readonly kind: 'clip'; readonly low: number; readonly high: number; readonly dual: number | null }
  | AdaptiveBounds
  /** CISPO: the ratio is a constant weight within [1 − low, 1 + high]; every token keeps its gradient. */
  | { readonly kind: 'truncated-weight'; readonly low: number; readonly high: number }
  /** HAPO: bounds and advantage depend on the token's entropy. */
  | { readonly kind: 'entropy-clip'; readonly range: number; readonly pivot: number };

/** BAPO: bounds move, lower first, until positive advantages contribute their share. */
export interface AdaptiveBounds {
  readonly kind: 'adaptive-bounds';
  readonly low: BoundRange;
  readonly high: BoundRange;
  /** Smallest share of the summed surrogate that must come from positive advantages. */
  readonly positiveShare: number;
  readonly dual: number | null;
}
export interface BoundRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** Tokens that are not trained on because they would move the policy too far. */
export type Rejection =
  /** CAPO-style: the tokens with the largest expected movement |A|·(1 − π), at most `share` of all. */
  | { readonly kind: 'movement'; readonly threshold: number; readonly share: number }
  | { readonly kind: 'ratio'; readonly low: number; readonly high: number };

// ---- regularisers

export type Regulariser =
  | ExactKl
  | KlEstimate
  | KlInReward
  | { readonly kind: 'entropy-bonus'; readonly coefficient: number }
  | EntropyTarget
  | EntropyBand
  | TemperedReinforce
  /** Forward KL from the demonstrations' writer, up to its entropy: the cross-entropy of demonstrations. */
  | { readonly kind: 'demonstration-kl'; readonly coefficient: number };

export interface ExactKl {
  readonly kind: 'exact-kl';
  /** `to-base`: KL(policy‖base). `from-base`: KL(base‖policy). */
  readonly direction: 'to-base' | 'from-base';
  readonly coefficient: number;
  /** Of this term, where it differs from the objective's. */
  readonly aggregation: Aggregation | null;
  /** RAPO: φ of the weight exp(φ·(outcome − mean of the group)), normalised to mean 1 in the group; 0: all weigh 1. */
  readonly outcomeWeight: number;
}

export interface KlEstimate {
  readonly kind: 'kl-estimate';
  readonly estimator: KlEstimator;
  readonly coefficient: number;
  /** Multiply by the importance ratio and differentiate through it: unbiased, off-policy too. */
  readonly isRatioWeighted: boolean;
  readonly aggregation: Aggregation | null;
}
export type KlEstimator = 'k1' | 'k2' | 'k3';

export interface KlInReward {
  readonly kind: 'kl-in-reward';
  readonly estimator: KlEstimator;
  readonly coefficient: number;
  /** Ziegler et al. 2019: the coefficient follows the KL per trajectory; null keeps it. */
  readonly controller: { readonly target: number; readonly horizon: number } | null;
}

/** The coefficient of an entropy bonus rises while entropy is below the target, and falls above it. */
export interface EntropyTarget {
  readonly kind: 'entropy-target';
  readonly target: number;
  readonly rate: number;
  readonly maximum: number;
}

/** Entropy-regularised EPO: the entropy of a turn stays in a band around what turns of that number had before. */
export interface EntropyBand {
  readonly kind: 'entropy-band';
  readonly coefficient: number;
  readonly low: number;
  readonly high: number;
  readonly isPhased: boolean;
}

/**
 * AEPO and DCPO: REINFORCE under the policy at another temperature, which pulls entropy towards the target. `sampled`: on
 * `tempered` trajectories. `weighted`: on the policy's own, weighted by how likely the other temperature makes each token.
 */
export interface TemperedReinforce {
  readonly kind: 'tempered-reinforce';
  readonly from: 'sampled' | 'weighted';
  readonly coefficient: number;
  readonly rule: TemperatureRule;
}
export interface TemperatureRule {
  readonly targetEntropy: number;
  readonly below: number;
  readonly above: number;
}

// ---- aggregation

export type Aggregation =
  /** All tokens of the batch weigh the same (DAPO). */
  | 'token-mean'
  /** Mean over the tokens of a turn, the turns of a trajectory, the trajectories (EPO). */
  | 'turn-mean'
  /** A turn's log-prob is the sum of its tokens'; mean over the turns of the batch. */
  | 'turn-sum'
  /** Mean over the tokens of a trajectory, then over trajectories (GRPO). */
  | 'sequence-mean'
  /** A trajectory's log-prob is the sum of its tokens'; mean over trajectories (REINFORCE). */
  | 'sequence-sum'
  /** As `sequence-sum`, divided by the largest number of tokens a trajectory may have (Dr.GRPO). */
  | 'constant';

// ---- data side

export interface DataSide {
  readonly rewards: readonly RewardRule[];
  readonly filters: readonly DataFilter[];
  /** How guided trajectories enter the loss; null: the objective does not learn from them. */
  readonly guided: GuidedLikelihood | null;
  /** When demonstrations enter the loss; null: never. */
  readonly demonstrations: DemonstrationRule | null;
  /** How the collector gathers what the objective wants; read by the training loop. */
  readonly rollouts: readonly RolloutRule[];
}

export type RewardRule =
  /** IGPO: a turn earns by how much it raised the belief that the goal is met; the last one keeps its reward. */
  | { readonly kind: 'belief-gain' }
  /** EMPO: the share of the group that came to the same, instead of every reward. */
  | { readonly kind: 'agreement' }
  /** DAPO: a linear penalty once less than `buffer` of the tokens that a trajectory may have is left. */
  | { readonly kind: 'overlong'; readonly buffer: number; readonly penalty: number }
  /** ICPO: guided trajectories earn more at first. */
  | { readonly kind: 'expert-bonus'; readonly bonus: number };

export type DataFilter =
  /** DAPO: groups in which all earned the same teach nothing. */
  | { readonly kind: 'dynamic-sampling' }
  | { readonly kind: 'minimum-outcome'; readonly outcome: number }
  /** ICPO: guided trajectories outside the expert region are dropped. */
  | { readonly kind: 'reject-guided'; readonly minimumOutcome: number }
  /** D3S: per group the trajectories whose advantages vary most, and of them the tokens with the largest |A|·H. */
  | {
      readonly kind: 'down-sample';
      readonly trajectoryShare: number;
      readonly tokenShare: number;
      /** Share of the run after which everything is kept. */
      readonly relaxedAfter: number;
    };

/** `x / (x + softening)` of x = the importance ratio, or of x = the probability itself, instead of x. */
export type GuidedLikelihood =
  | { readonly kind: 'shaped-ratio'; readonly softening: number }
  | { readonly kind: 'shaped-probability'; readonly softening: number };

/** HPT: a group that succeeds too rarely is learned from its demonstrations, the others from their own trajectories. */
export interface DemonstrationRule {
  readonly kind: 'when-failing';
  readonly successOutcome: number;
  readonly gate: number;
  readonly imitationWeight: number;
}

export type RolloutRule =
  /** XRPO: half of the dialogues everywhere, the rest where they narrow an interval most. */
  | { readonly kind: 'allocate'; readonly confidence: number; readonly explorationWeight: number }
  /** ARPO: half of the dialogues from the beginning, the rest from uncertain turns of these. */
  | { readonly kind: 'branch'; readonly base: number; readonly gain: number; readonly threshold: number }
  /** One dialogue per scenario, the rest from turns of it; what follows such a turn is compared. */
  | { readonly kind: 'vine'; readonly statesPerEpisode: number }
  /** A share of the dialogues with an example in the prompt. */
  | { readonly kind: 'in-context'; readonly share: number; readonly when: 'always' | 'group-failed' }
  /** Second tries at the dialogues that went worst, with a critique of the first in the prompt. */
  | { readonly kind: 'refine'; readonly refinementsPerGroup: number }
  /** Beside the policy's own: dialogues of rule-made experts. */
  | { readonly kind: 'demonstrate'; readonly perGroup: number }
  /** Beside the policy's own: this share of them again, at the temperature that the regulariser asks for. */
  | { readonly kind: 'tempered'; readonly share: number };

export const PLAIN_DATA: DataSide = { rewards: [], filters: [], guided: null, demonstrations: null, rollouts: [] };
