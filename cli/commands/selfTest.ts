import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadFixture } from '../../src/policy/selfTest/goldenModel.ts';
import type { CheckResult } from '../../src/gpu/checks/run.ts';
import { selfTest } from '../../src/policy/selfTest/selfTest.ts';
import { summariseByKernel, type KernelSummary } from '../../workers/kernelSummary.ts';
import type { Command } from '../arguments.ts';
import { requestNodeDevice } from '../nodeGpu.ts';

const FIXTURES = join('tests', 'fixtures');
/** What kernels may ask for and an adapter may lack. */
const OPTIONAL_FEATURES = ['shader-f16', 'subgroups'];

export const selfTestCommand: Command = {
  name: 'self-test',
  summary: 'Compares every GPU kernel, and whole tiny models, with PyTorch’s numbers on this machine’s adapter.',
  options: {},
  async run(_options, terminal) {
    const gpu = await requestNodeDevice();
    try {
      const checks = await selfTest(gpu, readFixture, new AbortController().signal, ({ name }, done, total) =>
        terminal.progress(done / total, name),
      );
      const { kernels, ...verdict } = reportOf(checks, [...gpu.device.features].sort());
      if (!verdict.hasPassed) process.exitCode = 1;
      if (!terminal.isJson) for (const kernel of kernels) terminal.line(lineOf(kernel));
      const report = { adapter: gpu.adapterName, ...verdict };
      return terminal.isJson ? { ...report, kernels, checks } : report;
    } finally {
      gpu.device.destroy();
    }
  },
};

/** @param features of the adapter */
export function reportOf(checks: readonly CheckResult[], features: readonly string[]) {
  const kernels = summariseByKernel(checks);
  return {
    hasPassed: checks.length > 0 && kernels.every(({ outcome }) => outcome !== 'failed'),
    features,
    missingFeatures: OPTIONAL_FEATURES.filter((feature) => !features.includes(feature)),
    notRun: checks.filter(({ outcome }) => outcome === 'unavailable').map(({ name }) => name),
    kernels,
  };
}

const readFixture: ReadFixture = (path) =>
  readFile(join(FIXTURES, path)).then(
    (bytes) => new Uint8Array(bytes),
    () => null,
  );

function lineOf({ kernel, outcome, ran, passed, worst, problems }: KernelSummary): string {
  const error = worst ? `${worst.error.toExponential(1)} of ${worst.tolerance.toExponential(0)}` : '–';
  const line = `${kernel.padEnd(34)} ${outcome.padEnd(11)} ${`${passed}/${ran}`.padStart(7)}  ${error}`;
  return [line, ...problems.map(({ check, problem }) => `    ${check}: ${problem}`)].join('\n');
}
