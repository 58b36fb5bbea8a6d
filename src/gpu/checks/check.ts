import type { GpuDevice } from '../device.ts';
import type { KernelLibrary, Plan } from '../plan.ts';

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

/** What a check runs on. Buffers belong to it and go when the check is over. */
export interface CheckBench {
  readonly gpu: GpuDevice;
  readonly library: KernelLibrary;
  /** A buffer with these values (8- and 16-bit ones packed, padded to whole words). */
  upload(data: ArrayBufferView): GPUBuffer;
  /** A buffer of 32-bit elements that holds NaN, with a guard behind it: for everything that a kernel writes. */
  poisoned(elements: number): GPUBuffer;
  /** The `info` buffer that every kernel reads (layout: `gpu/info.ts`). */
  info(content: CheckInfo): GPUBuffer;
  /** Submits the plan and waits for it. */
  runOnce(plan: Plan, rowCount: number, drawCount?: number): Promise<void>;
  /** Outputs by name: what `KernelCheck.run` returns. */
  read(outputs: Readonly<Record<string, GPUBuffer>>): Promise<Map<string, Float32Array>>;
  readIntegers(buffer: GPUBuffer): Promise<Uint32Array>;
}

/** A number stands for as many rows, or for draws of the rows 0, 1, … at temperature 1, of which only the count matters. */
export interface CheckInfo {
  readonly rows: number | readonly (readonly [token: number, position: number, kvStart: number, end: number])[];
  readonly draws?: number | readonly CheckDraw[];
  readonly adaptedRows?: number;
}
export interface CheckDraw {
  readonly row: number;
  readonly temperature: number;
  /** At most six more words: target, or what `drawWords` says. */
  readonly words?: readonly number[];
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
