import type { GpuDevice } from '../src/gpu/device.ts';

/** The same device, except for some of its properties: its limits, or what it answers. */
export function changedGpu(gpu: GpuDevice, changes: Partial<GPUDevice>): GpuDevice {
  return { ...gpu, device: changed(gpu.device, changes) };
}

/** `limits` with some of them lower. */
export function lowered(limits: GPUSupportedLimits, lower: Partial<GPUSupportedLimits>): GPUSupportedLimits {
  return changed(limits, lower);
}

function changed<Target extends object>(target: Target, changes: Partial<Target>): Target {
  return new Proxy(target, {
    get(original, name) {
      if (name in changes) return changes[name as keyof Target]; // it is one of them
      const value: unknown = Reflect.get(original, name, original);
      return typeof value === 'function' ? value.bind(original) : value;
    },
  });
}
