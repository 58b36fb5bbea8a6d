import type { GpuDevice } from '../device.ts';
import type { KernelLibrary } from '../plan.ts';

/**
 * A kernel against PyTorch. Inputs are made by a formula that Python repeats (`checkInput`), so that only the expected
 * outputs are committed: whole ones when they are small, else projections and samples (`Golden`). The same checks run in
 * the tests, against broken kernels (which must fail them), and on the user's own GPU (`parley self-test`).
 */
export interface KernelCheck {
  /** For people, with variant and sizes: `matmul int4, 8 × 8, 17 × 129 × 132`. */
  readonly name: string;
  /** Names of the kernels that it exercises, as in `Kernel.name`. */
  readonly kernels: readonly string[];
  /** Entry of the golden file. Variants of one formula share it. */
  readonly golden: string;
  /** Largest allowed error, relative to the largest expected magnitude of the output. */
  readonly tolerance: number;
  /** Whether this adapter can run it, for example because it has f16. */
  isAvailable(gpu: GpuDevice): boolean;
  /** Runs on output buffers that hold NaN beforehand. @returns outputs by name, row-major */
  run(bench: CheckBench): Promise<ReadonlyMap<string, Float32Array>>;
}

/** What a check runs on. */
export interface CheckBench {
  readonly gpu: GpuDevice;
  readonly library: KernelLibrary;
}

/** What PyTorch says about one output. */
export interface GoldenOutput {
  readonly shape: readonly number[];
  /** Largest magnitude. */
  readonly largest: number;
  /** Every value, where there are at most 256; else null. */
  readonly values: readonly number[] | null;
  /** Sums over all values with the signs of `checkSign(projection, index)`. */
  readonly projections: readonly number[];
  /** `[index, value]` here and there. */
  readonly samples: readonly (readonly [index: number, value: number])[];
}
export type Golden = Readonly<Record<string, Readonly<Record<string, GoldenOutput>>>>;

/** A change that must make a check of the kernel fail: the tests prove with it that they can. */
export interface Mutation {
  readonly kernel: string;
  /** Part of the kernel's code, and what to put in its place (first occurrence). */
  readonly from: string;
  readonly to: string;
}
