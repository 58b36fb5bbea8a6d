import type { KernelCheck, Mutation } from './check.ts';
import * as head from './head.ts';
import * as linear from './linear.ts';
import * as optimizer from './optimizer.ts';
import * as sampling from './sampling.ts';
import * as sequence from './sequence.ts';

/** Kernels that belong together, with the name of their golden file (`tests/fixtures/kernels/<name>.json`). */
export interface CheckArea {
  readonly name: string;
  readonly checks: readonly KernelCheck[];
  readonly mutations: readonly Mutation[];
}

/**
 * A kernel's checks and mutations live in its area: `<name>.ts` here, `<name>.gpu.test.ts` beside it (which runs them on the
 * test adapter), and `tools/golden/kernels/<name>.py`, which computes the numbers.
 */
export const areas: readonly CheckArea[] = [
  { name: 'head', ...head },
  { name: 'linear', ...linear },
  { name: 'optimizer', ...optimizer },
  { name: 'sampling', ...sampling },
  { name: 'sequence', ...sequence },
];
