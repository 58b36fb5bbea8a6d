import type { KernelCheck, Mutation } from './check.ts';
import * as attention from './sequence/attention.ts';
import * as elementwise from './sequence/elementwise.ts';
import * as headNorm from './sequence/headNorm.ts';
import * as rmsNorm from './sequence/rmsNorm.ts';

/** Kernels that work on the rows of a sequence. Golden numbers: `tools/golden/kernels/sequence.py`. */
export const checks: readonly KernelCheck[] = [
  ...elementwise.checks,
  ...rmsNorm.checks,
  ...headNorm.checks,
  ...attention.checks,
];

export const mutations: readonly Mutation[] = [
  ...elementwise.mutations,
  ...rmsNorm.mutations,
  ...headNorm.mutations,
  ...attention.mutations,
];
