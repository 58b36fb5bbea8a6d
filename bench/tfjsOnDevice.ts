import type { GpuDevice } from '../src/gpu/device.ts';
import { setWebGpuBackend } from '../src/gpu/tfjsBackend.ts';

/** Lets tfjs compute on this device in Node, so that both engines share one adapter. */
export async function registerTfjsOn(gpu: GpuDevice): Promise<void> {
  // tfjs looks for a browser's `navigator.gpu` before it believes in WebGPU; it gets its device from us all the same.
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: {}, userAgent: 'node' }, configurable: true });
  await setWebGpuBackend(gpu);
}
