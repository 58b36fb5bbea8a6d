import type { CheckResult } from './protocol.ts';

/** What all checks of one kernel say together. */
export interface KernelSummary {
  readonly kernel: string;
  /** `unavailable`: the adapter lacks what each of its checks needs. */
  readonly outcome: 'passed' | 'failed' | 'unavailable';
  /** Checks that ran, and those among them that passed. */
  readonly ran: number;
  readonly passed: number;
  /** The error that comes closest to its tolerance, or goes furthest beyond; null when nothing could be compared. */
  readonly worst: { readonly error: number; readonly tolerance: number; readonly check: string } | null;
  readonly problems: readonly { readonly check: string; readonly problem: string }[];
}

/** By kernel, in the order in which they were first checked. A check of several kernels counts for each. */
export function summariseByKernel(results: readonly CheckResult[]): readonly KernelSummary[] {
  const kernels = [...new Set(results.flatMap((result) => result.kernels))];
  return kernels.map((kernel) =>
    summarise(
      kernel,
      results.filter((result) => result.kernels.includes(kernel)),
    ),
  );
}

function summarise(kernel: string, results: readonly CheckResult[]): KernelSummary {
  const ran = results.filter(({ outcome }) => outcome !== 'unavailable');
  const passed = ran.filter(({ outcome }) => outcome === 'passed');
  const errors = ran.flatMap(({ name, tolerance, errors }) =>
    Object.values(errors).flatMap((error) => (error === null ? [] : [{ error, tolerance, check: name }])),
  );
  const share = ({ error, tolerance }: { error: number; tolerance: number }) => error / tolerance;
  return {
    kernel,
    outcome: ran.length === 0 ? 'unavailable' : passed.length === ran.length ? 'passed' : 'failed',
    ran: ran.length,
    passed: passed.length,
    worst: errors.toSorted((a, b) => share(b) - share(a))[0] ?? null,
    problems: ran.flatMap(({ name, problem }) => (problem === null ? [] : [{ check: name, problem }])),
  };
}
