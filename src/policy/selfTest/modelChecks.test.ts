import { beforeAll, expect, test } from 'vitest';
import { FakeGpu } from '../../../tests/fakeGpu.ts';
import { readFixture } from '../../../tests/fixtureFiles.ts';
import type { KernelCheck } from '../../gpu/checks/check.ts';
import { runChecks } from '../../gpu/checks/run.ts';
import { setCpuBackend } from '../../gpu/tfjsBackend.ts';
import { KernelLibrary } from '../../gpu/plan.ts';
import type { ModelConfig } from '../modelConfig.ts';
import { ReferenceEngine } from '../referenceEngine.ts';
import { readModelChecks } from './modelChecks.ts';

beforeAll(() => setCpuBackend());

/** Through the engine of plain operations, which needs no device. */
async function run(change: (config: ModelConfig) => ModelConfig, isWanted: (check: KernelCheck) => boolean) {
  const { checks, golden } = await readModelChecks(
    readFixture,
    (_bench, config) => new ReferenceEngine(change(config)),
  );
  const { gpu } = new FakeGpu();
  return runChecks(gpu, new KernelLibrary(gpu.device), checks.filter(isWanted), golden);
}

test('nine checks: forward, backward and decode of three models', async () => {
  const { checks, golden } = await readModelChecks(readFixture, (_bench, config) => new ReferenceEngine(config));
  expect(checks).toHaveLength(9);
  expect(Object.keys(golden).toSorted()).toEqual(checks.map((check) => check.golden).toSorted());
});

test('the reference engine passes', async () => {
  const names = ['tiny-llama, forward', 'tiny-llama-untied, decode', 'tiny-llama with LoRA, backward'];
  const results = await run(
    (config) => config,
    ({ name }) => names.includes(name),
  );
  expect(results.map(({ name, problem }) => [name, problem])).toEqual(names.map((name) => [name, null]));
}, 60_000);

test('an engine that rotates by other angles fails', async () => {
  const results = await run(
    (config) => ({ ...config, ropeTheta: config.ropeTheta * 2 }),
    ({ name }) => name === 'tiny-llama, forward' || name === 'tiny-llama, backward',
  );
  expect(results.map(({ outcome }) => outcome)).toEqual(['wrong', 'wrong']);
}, 60_000);
