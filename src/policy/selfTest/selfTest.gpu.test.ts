import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFixture } from '../../../tests/fixtureFiles.ts';
import { areas } from '../../gpu/checks/index.ts';
import { runChecks } from '../../gpu/checks/run.ts';
import { requestGpuDevice, type GpuDevice } from '../../gpu/device.ts';
import { KernelLibrary } from '../../gpu/plan.ts';
import { kernelStyle, type KernelStyle } from '../../gpu/style.ts';
import { PlannedEngine } from '../plannedEngine.ts';
import { readModelChecks } from './modelChecks.ts';

let gpu: GpuDevice;
beforeAll(async () => {
  gpu = await requestGpuDevice(navigator.gpu);
});
afterAll(() => gpu.device.destroy());

/** The same device under a name for which the engine chooses that style. */
function named(style: KernelStyle): GpuDevice {
  const architecture = style === 'serial' ? 'swiftshader' : 'unknown to us';
  const renamed = { ...gpu, info: { vendor: '', architecture, device: '', description: '' } as GPUAdapterInfo };
  expect(kernelStyle(renamed)).toBe(style);
  return renamed;
}

describe.each(['serial', 'parallel'] as const)('whole models in the %s style', { timeout: 300_000 }, (style) => {
  test('agree with PyTorch, through kernels that are each checked themselves', async () => {
    const library = new KernelLibrary(gpu.device);
    const { checks, golden } = await readModelChecks(
      readFixture,
      (bench, config) => new PlannedEngine(bench.gpu, config, bench.library),
    );
    const results = await runChecks(named(style), library, checks, golden);
    expect(results.map(({ name, problem }) => [name, problem])).toEqual(checks.map(({ name }) => [name, null]));

    const dispatched = [...library.counts.keys()];
    const checked = new Set(areas.flatMap((area) => area.checks.flatMap(({ kernels }) => kernels)));
    expect(dispatched.length).toBeGreaterThan(10);
    expect(dispatched.filter((kernel) => !checked.has(kernel))).toEqual([]);
  });
});
