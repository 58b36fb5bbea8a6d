import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Golden, GoldenOutput, KernelCheck, Mutation } from '../src/gpu/checks/check.ts';
import type { CheckArea } from '../src/gpu/checks/index.ts';
import { runCheck } from '../src/gpu/checks/run.ts';
import { requestGpuDevice, type GpuDevice } from '../src/gpu/device.ts';
import { KernelLibrary, type Kernel } from '../src/gpu/plan.ts';
import { readFixture } from './fixtureFiles.ts';

/** Every kernel of an area computes what PyTorch computes, and its checks notice every mutation. */
export function kernelContract(area: string, { checks, mutations }: Omit<CheckArea, 'name'>): void {
  let gpu: GpuDevice;
  let library: KernelLibrary;
  let golden: Golden;
  beforeAll(async () => {
    gpu = await requestGpuDevice(navigator.gpu);
    library = new KernelLibrary(gpu.device);
    const bytes = await readFixture(`kernels/${area}.json`);
    // Written by tools/golden/kernels in this form.
    golden = JSON.parse(new TextDecoder().decode(bytes ?? undefined)) as Golden;
  });
  afterAll(() => gpu.device.destroy());

  describe('agrees with PyTorch', () => {
    test.each(checks)('$name', async (check) => {
      if (!check.isAvailable(gpu)) return;
      const dispatches = (kernel: string) => library.counts.get(kernel)?.dispatches ?? 0;
      const before = check.kernels.map(dispatches);
      const { outcome, problem } = await runCheck(gpu, library, check, golden[check.golden]);
      expect(problem).toBeNull();
      expect(outcome).toBe('passed');
      check.kernels.forEach((kernel, index) => {
        expect(dispatches(kernel), `dispatches of ${kernel}`).toBeGreaterThan(before[index] ?? NaN);
      });
    });
  });

  describe('notices a mutation', () => {
    test.each(mutations)('$kernel: $from → $to', async (mutation) => {
      const changed = new MutatedLibrary(library, mutation);
      const { kernel, from } = mutation;
      const ofKernel = checks.filter((check) => check.kernels.includes(kernel) && check.isAvailable(gpu));
      expect(await hasWrongNumbers(ofKernel, changed)).toBe(true);
      expect(changed.isChanged, `"${from}" in the code of ${kernel}`).toBe(true);
    });
  });

  /** A change that does not compile proves nothing, so that it fails the test. */
  async function hasWrongNumbers(candidates: readonly KernelCheck[], changed: KernelLibrary): Promise<boolean> {
    const size = ({ golden: entry }: KernelCheck) => elementCount(golden[entry]);
    for (const check of alternately(candidates.toSorted((a, b) => size(a) - size(b)))) {
      const { outcome, problem } = await runCheck(gpu, changed, check, golden[check.golden]);
      expect(outcome, problem ?? '').not.toBe('broken');
      if (outcome === 'wrong') return true;
    }
    return false;
  }
}

/** One kernel with a change; all others are those of `base`, compiled already. */
class MutatedLibrary extends KernelLibrary {
  isChanged = false;
  private readonly base: KernelLibrary;
  private readonly mutation: Mutation;

  constructor(base: KernelLibrary, mutation: Mutation) {
    super(base.device, ({ code }) => {
      this.isChanged ||= code.includes(mutation.from);
      return code.replace(mutation.from, () => mutation.to);
    });
    this.base = base;
    this.mutation = mutation;
  }

  override specialise(kernel: Kernel, constants: Readonly<Record<string, number>>) {
    const isOther = kernel.name !== this.mutation.kernel;
    return isOther ? this.base.specialise(kernel, constants) : super.specialise(kernel, constants);
  }
}

/** First, last, second, last but one, …: the smallest is cheap, and the largest sees most. */
function alternately<Item>(items: readonly Item[]): readonly Item[] {
  const half = Math.ceil(items.length / 2);
  const [left, right] = [items.slice(0, half), items.slice(half).toReversed()];
  return left.flatMap((item, index) => [item, ...right.slice(index, index + 1)]);
}

function elementCount(outputs: Readonly<Record<string, GoldenOutput>> | undefined): number {
  return Object.values(outputs ?? {}).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}
