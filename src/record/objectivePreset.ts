/** A named objective and the knobs that its source sets beside it. The composition itself is in `training/objective/presets/`. */
export interface ObjectivePreset {
  readonly name: string;
  readonly label: string;
  readonly about: string;
  /** Where it comes from; null: this lab. */
  readonly source: string | null;
  readonly knobs: {
    readonly turnReward: 'terminal' | 'critical-accepting';
    readonly turnDiscount: number;
  };
}

const OUTCOME = { turnReward: 'terminal', turnDiscount: 1 } as const;

/** The first is the default. A section of docs/algorithms.md says of each what it computes and where it deviates. */
export const OBJECTIVE_PRESETS = [
  {
    name: 'default',
    label: 'Default (linear baseline + KL)',
    about: 'Points at the end, minus what the turn’s situation predicts; held near the base by a KL penalty.',
    source: null,
    knobs: { turnReward: 'terminal', turnDiscount: 0.99 },
  },
  {
    name: 'epo',
    label: 'EPO · explicit (equation 5)',
    about: 'The paper’s critical turns and its own normalisation, without a KL penalty.',
    source: 'arXiv 2502.12486',
    knobs: { turnReward: 'critical-accepting', turnDiscount: 0.99 },
  },
  {
    name: 'epo-entropy',
    label: 'EPO · entropy-regularised',
    about: 'Group-normalised returns, an entropy bonus, and a band that entropy stays in.',
    source: 'arXiv 2509.22576',
    knobs: OUTCOME,
  },
  {
    name: 'reinforce',
    label: 'REINFORCE',
    about: 'Reward-to-go times the score function: unbiased, and noisy.',
    source: 'Williams 1992',
    knobs: OUTCOME,
  },
  {
    name: 'reinforce-plus-plus',
    label: 'REINFORCE++',
    about: 'Rewards with a KL penalty per token, whitened over the batch, clipped ratios.',
    source: 'arXiv 2501.03262',
    knobs: OUTCOME,
  },
  {
    name: 'rloo',
    label: 'RLOO',
    about: 'Whole returns with KL, minus the mean of the other dialogues of the scenario.',
    source: 'arXiv 2402.14740',
    knobs: OUTCOME,
  },
  {
    name: 'grpo',
    label: 'GRPO',
    about: 'Returns normalised within the scenario’s dialogues, clipped ratios, KL estimated in the loss.',
    source: 'arXiv 2402.03300',
    knobs: OUTCOME,
  },
  {
    name: 'dr-grpo',
    label: 'Dr. GRPO',
    about: 'GRPO without its two biases: no division by the spread, no division by the length.',
    source: 'arXiv 2503.20783',
    knobs: OUTCOME,
  },
  {
    name: 'ppo',
    label: 'PPO',
    about: 'Generalised advantages over turns with a value function, clipped ratios.',
    source: 'arXiv 1707.06347',
    knobs: { turnReward: 'terminal', turnDiscount: 0.99 },
  },
  {
    name: 'gspo',
    label: 'GSPO',
    about: 'One length-normalised ratio per dialogue, clipped tightly.',
    source: 'arXiv 2507.18071',
    knobs: OUTCOME,
  },
  {
    name: 'dapo',
    label: 'DAPO',
    about: 'A higher upper clip, all tokens alike, only scenarios whose dialogues differ, a penalty for length.',
    source: 'arXiv 2503.14476',
    knobs: OUTCOME,
  },
  {
    name: 'riskpo',
    label: 'RiskPO',
    about: 'Bundles of scenarios, and most weight on the lower part of what they earn.',
    source: 'arXiv 2510.00911',
    knobs: OUTCOME,
  },
  {
    name: 'aepo',
    label: 'AEPO',
    about: 'Entropy steered to a target by learning from samples at another temperature.',
    source: 'arXiv 2510.08141',
    knobs: OUTCOME,
  },
  {
    name: 'bapo',
    label: 'BAPO',
    about: 'Clip bounds that move until good and bad tokens contribute alike; made for reused data.',
    source: 'arXiv 2510.18927',
    knobs: OUTCOME,
  },
  {
    name: 'd3s',
    label: 'D³S',
    about: 'Only the dialogues that differ most and the tokens that matter most, at first.',
    source: 'arXiv 2509.22115',
    knobs: OUTCOME,
  },
  {
    name: 'igpo',
    label: 'IGPO',
    about: 'A turn earns by how much it raised the model’s own belief that the goal will be met.',
    source: 'arXiv 2510.14967',
    knobs: OUTCOME,
  },
  {
    name: 'xrpo',
    label: 'XRPO',
    about: 'More dialogues for uncertain scenarios, more weight for good dialogues that were unlikely.',
    source: 'arXiv 2510.06672',
    knobs: OUTCOME,
  },
  {
    name: 'arpo',
    label: 'ARPO',
    about: 'Dialogues branch where the strategist is uncertain; shared turns share their advantage.',
    source: 'arXiv 2507.19849',
    knobs: OUTCOME,
  },
  {
    name: 'polychromic',
    label: 'Polychromic',
    about: 'Sets of dialogues are worth their mean return times how different they are.',
    source: 'arXiv 2509.25424',
    knobs: OUTCOME,
  },
  {
    name: 'copg',
    label: 'CoPG',
    about: 'Pairs of dialogues of one scenario, each the other’s baseline; needs no ratio.',
    source: 'arXiv 2406.19185',
    knobs: OUTCOME,
  },
  {
    name: 'icpo',
    label: 'ICPO',
    about: 'Some dialogues are sampled with an example in the prompt and learned without it.',
    source: 'arXiv 2510.26519',
    knobs: OUTCOME,
  },
  {
    name: 'hpt',
    label: 'HPT',
    about: 'Scenarios that never succeed are learned from demonstrations, the others from own dialogues.',
    source: 'arXiv 2509.04419',
    knobs: OUTCOME,
  },
  {
    name: 'sft',
    label: 'SFT on good dialogues',
    about: 'Plain supervised learning of the dialogues that reached at least half of the goal.',
    source: null,
    knobs: OUTCOME,
  },
  {
    name: 't-ppo',
    label: 'T-PPO',
    about: 'PPO whose advantages also hold for dialogues that a limit cut off.',
    source: 'arXiv 2506.15050',
    knobs: OUTCOME,
  },
  {
    name: 'dcpo',
    label: 'DCPO',
    about: 'Entropy steered to a target on the policy’s own samples, reweighted to another temperature.',
    source: 'Distribution-Centric Policy Optimization, 2026',
    knobs: OUTCOME,
  },
  {
    name: 'rapo',
    label: 'RAPO',
    about: 'Forward KL to the base, stronger on dialogues that did well.',
    source: 'arXiv 2510.03865',
    knobs: OUTCOME,
  },
  {
    name: 'capo',
    label: 'CAPO-style',
    about: 'GRPO that leaves out the few tokens that would move the policy most.',
    source: 'after arXiv 2510.00819',
    knobs: OUTCOME,
  },
  {
    name: 'hapo',
    label: 'HAPO',
    about: 'Clip bounds and advantages that depend on how uncertain each token was.',
    source: 'arXiv 2509.16591',
    knobs: OUTCOME,
  },
  {
    name: 'critique-grpo',
    label: 'Critique-GRPO',
    about: 'Learns from dialogues that were refined after a critique, beside the first drafts.',
    source: 'arXiv 2506.03106',
    knobs: OUTCOME,
  },
  {
    name: 'empo',
    label: 'EMPO (no rewards)',
    about: 'A dialogue earns the share of its scenario’s dialogues that did the same: a baseline without labels.',
    source: 'arXiv 2504.05812',
    knobs: OUTCOME,
  },
] as const satisfies readonly ObjectivePreset[];

export type PresetName = (typeof OBJECTIVE_PRESETS)[number]['name'];

/** `z.enum` wants a tuple; the list above is one. */
export const PRESET_NAMES = OBJECTIVE_PRESETS.map(({ name }) => name) as unknown as readonly [
  PresetName,
  ...PresetName[],
];
