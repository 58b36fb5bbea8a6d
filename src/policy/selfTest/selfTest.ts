import { z } from 'zod';
import type { Golden } from '../../gpu/checks/check.ts';
import { areas } from '../../gpu/checks/index.ts';
import { runChecks, type CheckResult } from '../../gpu/checks/run.ts';
import type { GpuDevice } from '../../gpu/device.ts';
import { KernelLibrary } from '../../gpu/plan.ts';
import { PlannedEngine } from '../plannedEngine.ts';
import { readExisting, type ReadFixture } from './goldenModel.ts';
import { readModelChecks } from './modelChecks.ts';

const GoldenFile = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({
      shape: z.array(z.int().positive()),
      largest: z.number().nonnegative(),
      values: z.array(z.number()).nullable(),
      projections: z.array(z.number()),
      samples: z.array(z.tuple([z.int(), z.number()])),
    }),
  ),
);

/**
 * Compares every kernel, and then whole models, with PyTorch on this device. One check that fails never stops the rest.
 * @param onProgress after each check. @throws the signal's reason; what `read` throws
 */
export async function selfTest(
  gpu: GpuDevice,
  read: ReadFixture,
  signal: AbortSignal,
  onProgress: (result: CheckResult, done: number, total: number) => void,
): Promise<readonly CheckResult[]> {
  const [golden, models] = await Promise.all([
    readGolden(read),
    readModelChecks(read, (bench, config) => new PlannedEngine(bench.gpu, config, bench.library)),
  ]);
  const checks = [...areas.flatMap((area) => area.checks), ...models.checks];
  const library = new KernelLibrary(gpu.device);
  return runChecks(gpu, library, checks, { ...golden, ...models.golden }, signal, onProgress);
}

async function readGolden(read: ReadFixture): Promise<Golden> {
  const files = await Promise.all(areas.map(({ name }) => readExisting(read, `kernels/${name}.json`)));
  return Object.assign({}, ...files.map((bytes) => GoldenFile.parse(JSON.parse(new TextDecoder().decode(bytes)))));
}
