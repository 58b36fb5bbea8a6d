import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, globals } from 'webgpu';
import { requestGpuDevice, type GpuDevice } from '../src/gpu/device.ts';

/** Dawn's instance must outlive its devices: when it is collected, the process dies. */
let instance: GPU | null = null;

/** A device in Node through Dawn. `cli/parley.mjs` has set the environment in which Dawn finds a driver. */
export async function requestNodeDevice(): Promise<GpuDevice> {
  Object.assign(globalThis, globals);
  if (!process.env['XDG_RUNTIME_DIR']) {
    const folder = mkdtempSync(join(tmpdir(), 'parley-'));
    process.env['XDG_RUNTIME_DIR'] = folder;
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  }
  instance ??= create([]);
  return requestGpuDevice(instance);
}
