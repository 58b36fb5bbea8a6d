import { explain } from '../../base/errors.ts';
import type { GpuDevice } from '../device.ts';
import type { KernelLibrary } from '../plan.ts';
import { Bench } from './bench.ts';
import type { Golden, GoldenOutput, KernelCheck } from './check.ts';
import { compareOutput } from './compare.ts';

/** Plain data: it travels from the worker to the page and into JSON. */
export interface CheckResult {
  readonly name: string;
  readonly kernels: readonly string[];
  /** `wrong`: it ran and the numbers differ. `broken`: WebGPU refused it, or it threw. */
  readonly outcome: 'passed' | 'wrong' | 'broken' | 'unavailable';
  readonly tolerance: number;
  /** Worst error of each output, relative to its largest expected magnitude; null where nothing could be compared. */
  readonly errors: Readonly<Record<string, number | null>>;
  /** Why it did not pass. */
  readonly problem: string | null;
}

/**
 * Runs the checks one after the other; what happens to one never stops the rest.
 * @param onProgress after each check. @throws the signal's reason, between two checks
 */
export async function runChecks(
  gpu: GpuDevice,
  library: KernelLibrary,
  checks: readonly KernelCheck[],
  golden: Golden,
  signal?: AbortSignal,
  onProgress?: (result: CheckResult, done: number, total: number) => void,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    signal?.throwIfAborted();
    const result = await runCheck(gpu, library, check, golden[check.golden]);
    results.push(result);
    onProgress?.(result, results.length, checks.length);
  }
  return results;
}

/** @param expected outputs by name; undefined when the golden file lacks the entry, which fails the check */
export async function runCheck(
  gpu: GpuDevice,
  library: KernelLibrary,
  check: KernelCheck,
  expected: Readonly<Record<string, GoldenOutput>> | undefined,
): Promise<CheckResult> {
  const { name, kernels, tolerance } = check;
  const base = { name, kernels, tolerance, errors: {} };
  if (!check.isAvailable(gpu)) return { ...base, outcome: 'unavailable', problem: null };
  if (!expected) return { ...base, outcome: 'broken', problem: `PyTorch's numbers "${check.golden}" are missing.` };
  using bench = new Bench(gpu, library);
  try {
    const outputs = await withoutGpuErrors(gpu.device, () => check.run(bench));
    const names = [...new Set([...Object.keys(expected), ...outputs.keys()])];
    const compared = names.map((output) => [output, compareNamed(output, outputs, expected, tolerance)] as const);
    const problems = [
      ...bench.overruns.map((output) => `${output} was written past its end`),
      ...compared.flatMap(([output, { problem }]) => (problem === null ? [] : [`${output} ${problem}`])),
    ];
    return {
      ...base,
      errors: Object.fromEntries(compared.map(([output, { error }]) => [output, error])),
      outcome: problems.length === 0 ? 'passed' : 'wrong',
      problem: problems.length === 0 ? null : `${problems.join('; ')}.`,
    };
  } catch (thrown) {
    return { ...base, outcome: 'broken', problem: explain(thrown).why };
  }
}

function compareNamed(
  output: string,
  outputs: ReadonlyMap<string, Float32Array>,
  expected: Readonly<Record<string, GoldenOutput>>,
  tolerance: number,
) {
  const actual = outputs.get(output);
  const golden = expected[output];
  if (!actual) return { error: null, problem: 'was not computed' };
  if (!golden) return { error: null, problem: 'has no golden numbers' };
  return compareOutput(actual, golden, tolerance);
}

const ERROR_FILTERS = ['validation', 'out-of-memory', 'internal'] as const satisfies readonly GPUErrorFilter[];

/** Runs `work`, and throws what WebGPU had to say about it: it reports its errors later and elsewhere. */
async function withoutGpuErrors<T>(device: GPUDevice, work: () => Promise<T>): Promise<T> {
  for (const filter of ERROR_FILTERS) device.pushErrorScope(filter);
  const [worked] = await Promise.allSettled([work()]);
  const errors = await Promise.all(ERROR_FILTERS.map(() => device.popErrorScope()));
  const error = errors.find((found) => found !== null);
  if (error) throw new Error(error.message);
  if (worked.status === 'rejected') throw worked.reason;
  return worked.value;
}
