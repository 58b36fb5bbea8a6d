import type { Rounds } from './timing.ts';

/** The parts of a run; `memory` is first, while nobody keeps buffers from earlier work. */
export const PARTS = ['memory', 'decode', 'train', 'ceilings'] as const;
export type Part = (typeof PARTS)[number];

/** How much is measured. */
export interface Size {
  readonly batches: readonly number[];
  readonly promptTokens: number;
  readonly newTokens: number;
  /** Contexts of one update. */
  readonly contexts: number;
  /** Whether contestants look for their fastest way first. */
  readonly isTuned: boolean;
  readonly decodeRounds: Rounds;
  readonly trainRounds: Rounds;
  readonly smallestProduct: number;
  readonly copyBytes: number;
}

/** The batch whose prompts are timed, and whose steps' host time is. */
export const PREFILL_BATCH = 8;

export const FULL_SIZE: Size = {
  batches: [1, PREFILL_BATCH, 32],
  promptTokens: 64,
  newTokens: 32,
  contexts: 16,
  isTuned: true,
  decodeRounds: { atLeast: 3, atMost: 9, budgetMs: 20_000 },
  trainRounds: { atLeast: 3, atMost: 7, budgetMs: 30_000 },
  smallestProduct: 512,
  copyBytes: 64 * 2 ** 20,
};

/** Less than a minute on a CPU adapter: it shows that everything runs, not how fast. */
export const QUICK_SIZE: Size = {
  batches: [1, PREFILL_BATCH],
  promptTokens: 4,
  newTokens: 4,
  contexts: 1,
  isTuned: false,
  decodeRounds: { atLeast: 1, atMost: 2, budgetMs: 1000 },
  trainRounds: { atLeast: 1, atMost: 1, budgetMs: 1000 },
  smallestProduct: 64,
  copyBytes: 4 * 2 ** 20,
};
