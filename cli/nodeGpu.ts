import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, globals } from 'webgpu';
import { requestGpuDevice, type GpuDevice } from '../src/gpu/device.ts';
import { kernelStyle } from '../src/gpu/style.ts';
import { restingBefore } from './resting.ts';

/** Dawn's instance must outlive its devices: when it is collected, the process dies. */
let instance: GPU | null = null;

const POLL_REST_MS = 0.3;
let pollsRest = false;

/** A device in Node through Dawn. `cli/parley.mjs` has set the environment in which Dawn finds a driver. */
export async function requestNodeDevice(): Promise<GpuDevice> {
  Object.assign(globalThis, globals);
  if (!process.env['XDG_RUNTIME_DIR']) {
    const folder = mkdtempSync(join(tmpdir(), 'parley-'));
    process.env['XDG_RUNTIME_DIR'] = folder;
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  }
  instance ??= create([]);
  const device = await requestGpuDevice(instance);
  if (kernelStyle(device) === 'serial') restPolls();
  return device;
}

/**
 * Dawn's binding asks through the global `setImmediate`, without a pause, whether work is done: a whole core, which an adapter
 * on the CPU needs itself, and garbage with every question (docs/experiments.md, "Without a GPU").
 */
function restPolls(): void {
  if (pollsRest) return;
  pollsRest = true;
  const { setImmediate } = globalThis;
  globalThis.setImmediate = Object.assign(restingBefore(setImmediate, POLL_REST_MS), {
    __promisify__: setImmediate.__promisify__,
  });
}
