import type { GpuDevice } from './device.ts';

/**
 * Two ways to write a kernel. `serial`: few threads with much work each and no barriers, which is fastest where threads are
 * run one after the other by a CPU. `parallel`: many threads that share what they read, for real GPUs.
 */
export type KernelStyle = 'serial' | 'parallel';

/** Adapters that compute on the CPU, by what they say about themselves. */
const CPU_ADAPTERS = /swiftshader|llvmpipe|lavapipe|softpipe|warp|basic render/i;

/** A function of the adapter alone, so that a resumed run computes in the same style. */
export function kernelStyle({ info }: Pick<GpuDevice, 'info'>): KernelStyle {
  const { vendor, architecture, device, description } = info;
  return CPU_ADAPTERS.test([vendor, architecture, device, description].join(' ')) ? 'serial' : 'parallel';
}
