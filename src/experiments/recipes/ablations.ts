import { variantsRecipe } from './variants.ts';

/** What each piece is worth, one change at a time. */
export const ablations = variantsRecipe(
  {
    name: 'ablations',
    title: 'Ablations: one change at a time',
    question: 'What do process rewards, the discount, the normalisation, KL and reinforcement itself contribute?',
    defaults: { seeds: [1, 2, 3], episodes: 800, updates: 30 },
    note: 'Every variant has the same budget of dialogues. “Single turn” credits each turn with its own reward alone (γ 0); “no training” is the untrained strategist at T 1.',
  },
  () => [
    { name: 'default (terminal reward, linear baseline, KL .1)', knobs: {} },
    { name: 'process reward: critical turns', knobs: { turnReward: 'critical-progress' } },
    { name: 'process reward: potential', knobs: { turnReward: 'potential' } },
    { name: 'single turn', knobs: { turnReward: 'critical-progress', turnDiscount: 0 } },
    { name: 'γ .9', knobs: { turnDiscount: 0.9 } },
    { name: 'γ 1', knobs: { turnDiscount: 1 } },
    { name: 'no KL', knobs: { klPenaltyPerNat: 0 } },
    { name: 'leave-one-out', knobs: { advantage: 'leave-one-out' } },
    { name: 'group normalised', knobs: { advantage: 'group-normalised' } },
    { name: 'no baseline', knobs: { advantage: 'none' } },
    { name: 'largest of the dialogue (paper)', knobs: { advantage: 'paper' } },
    { name: 'largest of the batch', knobs: { advantage: 'paper-batch-max' } },
    { name: 'whitened', knobs: { advantage: 'paper-whitened' } },
    { name: 'SFT on good dialogues', knobs: { preset: 'sft', turnReward: 'terminal', turnDiscount: 1 } },
  ],
);

/** Equation 5, as published and as released, and what mends it. */
export const equationFive = variantsRecipe(
  {
    name: 'equation-5',
    title: 'Equation 5 of EPO: when it works, and what mends it',
    question: 'Does EPO’s own objective learn on this game, and which single change helps it?',
    defaults: { seeds: [1, 2, 3], episodes: 800, updates: 30 },
    note: '“Published” updates once on each batch. “Released” takes three epochs of four steps on the newest dialogues without importance ratios, as the authors’ code does. Judges are rules: (i) marks every accepting turn as critical, (ii) does not reward accepting as such.',
  },
  ({ servers }) => [
    { name: 'default objective', knobs: {} },
    { name: 'published, judge (i)', knobs: { preset: 'epo', turnReward: 'critical-accepting' } },
    { name: 'published, judge (ii)', knobs: { preset: 'epo', turnReward: 'critical-progress' } },
    {
      name: 'released, judge (i)',
      knobs: { preset: 'epo', turnReward: 'critical-accepting', epochsPerBatch: 3, stepsPerEpoch: 4 },
    },
    {
      name: 'released, judge (ii)',
      knobs: { preset: 'epo', turnReward: 'critical-progress', epochsPerBatch: 3, stepsPerEpoch: 4 },
    },
    { name: '(i) and KL .1', knobs: { preset: 'epo', turnReward: 'critical-accepting', klPenaltyPerNat: 0.1 } },
    {
      name: '(i) and only dialogues with 7 points',
      knobs: { preset: 'epo', turnReward: 'critical-accepting', minimumPoints: 7 },
    },
    {
      name: '(i) and the largest of the batch',
      knobs: { preset: 'epo', turnReward: 'critical-accepting', advantage: 'paper-batch-max' },
    },
    {
      name: '(i) and whitening',
      knobs: { preset: 'epo', turnReward: 'critical-accepting', advantage: 'paper-whitened' },
    },
    {
      name: '(i) and a linear baseline',
      knobs: { preset: 'epo', turnReward: 'critical-accepting', advantage: 'linear' },
    },
    // A model's judgement of critical turns, where the order names one.
    ...(servers.judge
      ? [
          { name: 'published, model as judge', knobs: { preset: 'epo', turnReward: 'judge' } as const },
          {
            name: 'released, model as judge',
            knobs: { preset: 'epo', turnReward: 'judge', epochsPerBatch: 3, stepsPerEpoch: 4 } as const,
          },
        ]
      : []),
  ],
);
