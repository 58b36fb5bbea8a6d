import { expect, test } from 'vitest';
import { FakeGpu } from '../../tests/fakeGpu.ts';
import { KernelLibrary, Plan } from './plan.ts';

const KERNEL = { name: 'double', code: '' };

/** A plan of one kernel with a workgroup per row, on a device that allows `limit` of them. */
function planOn(limit: number) {
  const { device } = new FakeGpu({ maxComputeWorkgroupsPerDimension: limit }).gpu;
  const library = new KernelLibrary(device);
  const plan = new Plan(library);
  plan.add(KERNEL, {}, [], (rows) => [rows, 1]);
  return { library, replay: (rows: number) => plan.replay(device.createCommandEncoder().beginComputePass(), rows, 0) };
}

test('a dispatch wider than the adapter allows is refused by name, before it is encoded', () => {
  const { library, replay } = planOn(100);
  replay(100);
  expect(() => replay(101)).toThrow(
    expect.objectContaining({ code: 'gpu-dispatch', why: expect.stringContaining('double') }),
  );
  expect(library.counts.get('double')).toEqual({ dispatches: 1, rows: 100 });
});

test('a replay without rows dispatches nothing', () => {
  const { library, replay } = planOn(100);
  replay(0);
  expect(library.counts.size).toBe(0);
});
