import { globals } from 'webgpu';
import { AppError } from '../src/base/errors.ts';
import type { GpuDevice } from '../src/gpu/device.ts';

/**
 * A graphics device that computes nothing and counts the bytes of the buffers that are alive. Only what the engine calls is
 * there; read-backs give zeros.
 */
export class FakeGpu {
  readonly bytes = { now: 0, peak: 0 };
  readonly gpu: GpuDevice;

  constructor(limits: Partial<Record<keyof GPUSupportedLimits, number>> = {}) {
    Object.assign(globalThis, globals); // GPUBufferUsage and the like
    const pass = { setPipeline() {}, setBindGroup() {}, dispatchWorkgroups() {}, end() {} };
    const encoder = { beginComputePass: () => pass, copyBufferToBuffer() {}, clearBuffer() {}, finish: () => ({}) };
    const device = {
      features: new Set(),
      limits: {
        maxBufferSize: 2 ** 31,
        maxStorageBufferBindingSize: 2 ** 31,
        maxComputeWorkgroupsPerDimension: 65_535,
        ...limits,
      },
      createBuffer: ({ size }: GPUBufferDescriptor) => this.createBuffer(size),
      createShaderModule: () => ({}),
      createComputePipeline: () => ({ getBindGroupLayout: () => ({}) }),
      createComputePipelineAsync: async () => ({ getBindGroupLayout: () => ({}) }),
      createBindGroup: () => ({}),
      createCommandEncoder: () => encoder,
      pushErrorScope() {},
      popErrorScope: async () => null,
      queue: { writeBuffer() {}, submit() {}, onSubmittedWorkDone: async () => undefined },
      destroy() {},
    };
    // The engine uses no more of them than is above.
    this.gpu = {
      device: device as unknown as GPUDevice,
      info: {} as GPUAdapterInfo,
      adapterName: 'none',
      assertHealthy() {},
      allocate: (_purpose, make) => make(),
      allocated: async () => undefined,
      faultBehind: async (cause) => new AppError('gpu-fault', { what: String(cause), why: '', fix: '' }),
    };
  }

  private createBuffer(size: number) {
    this.bytes.now += size;
    this.bytes.peak = Math.max(this.bytes.peak, this.bytes.now);
    let isAlive = true;
    return {
      size,
      destroy: () => {
        if (isAlive) this.bytes.now -= size;
        isAlive = false;
      },
      mapAsync: async () => undefined,
      getMappedRange: () => new ArrayBuffer(size),
      unmap() {},
    };
  }
}
