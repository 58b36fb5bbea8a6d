import { later } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';

/** The one device of a worker or process, and what went wrong on it. WebGPU reports faults asynchronously: ask. */
export interface GpuDevice {
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
  /** For people, for example `google / swiftshader`. */
  readonly adapterName: string;
  /** Throws the first fault since the start: a validation error, out of memory, or a lost device. It does not heal. */
  assertHealthy(): void;
  /** Makes what needs memory. If there is not enough, the fault names `purpose`, for example `The key cache`. */
  allocate<Made>(purpose: string, make: () => Made): Made;
  /** Waits until it is known whether all that was allocated so far has its memory. @throws the first fault */
  allocated(): Promise<void>;
  /** What is behind an operation of the device that was rejected: its fault, when there is one by now. */
  faultBehind(cause: unknown): Promise<AppError>;
}

/** Optional features that kernels can use where the adapter has them. */
const WANTED_FEATURES: readonly GPUFeatureName[] = ['shader-f16', 'subgroups', 'timestamp-query'];

/** Limits that we raise to what the adapter offers: tfjs forgets the number of storage buffers, and corrupts `addN`. */
const RAISED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupsPerDimension',
] as const;

/** Takes the device. @throws AppError `webgpu-missing` when there is no WebGPU or no adapter. */
export async function requestGpuDevice(gpu: GPU | undefined): Promise<GpuDevice> {
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new WebGpuMissingError(gpu ? 'The browser found no usable graphics adapter.' : null);
  const requiredLimits: Record<string, number> = {};
  for (const limit of RAISED_LIMITS) requiredLimits[limit] = adapter.limits[limit];
  const requiredFeatures = WANTED_FEATURES.filter((feature) => adapter.features.has(feature));
  const device = await adapter.requestDevice({ requiredLimits, requiredFeatures });
  return watch(device, adapter.info);
}

class WebGpuMissingError extends AppError {
  override readonly name = 'WebGpuMissingError';
  constructor(why: string | null) {
    super('webgpu-missing', {
      what: 'Parley needs WebGPU, and this page cannot get it.',
      why:
        why ?? 'This browser does not offer WebGPU here (too old, switched off, or the page is not served securely).',
      fix: 'Use a current Chrome, Edge, Safari or Firefox on https or localhost, with graphics acceleration on. Or go on with the slow CPU engine.',
    });
  }
}

function watch(device: GPUDevice, info: GPUAdapterInfo): GpuDevice {
  let fault: AppError | null = null;
  let allocations: Promise<void>[] = [];
  device.addEventListener('uncapturederror', ({ error }) => {
    fault ??= isOutOfMemory(error) ? outOfMemory('What came last', error) : refused(error.message);
  });
  const lost = device.lost.then(({ reason, message }) => {
    if (reason === 'destroyed') return;
    fault ??= new AppError('gpu-lost', {
      what: 'The graphics device was lost.',
      why: message || 'The driver was reset, or the system took the device away.',
      fix: 'Try again: a new device is taken. A run goes on from its last checkpoint.',
    });
  });
  return {
    device,
    info,
    adapterName: [info.vendor, info.architecture || info.device].filter(Boolean).join(' / ') || 'unnamed adapter',
    assertHealthy() {
      if (fault) throw fault;
    },
    allocate(purpose, make) {
      device.pushErrorScope('out-of-memory');
      try {
        return make();
      } finally {
        const noted = device.popErrorScope().then((error) => {
          if (error) fault ??= outOfMemory(purpose, error);
        });
        allocations.push(noted.catch(() => undefined)); // a lost device answers no scope; it has told that itself
      }
    },
    async allocated() {
      const asked = allocations;
      allocations = [];
      await Promise.all(asked);
      if (fault) throw fault;
    },
    async faultBehind(cause) {
      // The rejection may arrive before the news that explains it.
      await Promise.race([lost, later(LOST_NEWS_MS)]);
      return fault ?? refused(cause instanceof Error ? cause.message : String(cause), cause);
    },
  };
}

/** How long the news that a device was lost may take after its operations have failed. */
const LOST_NEWS_MS = 200;

function isOutOfMemory(error: GPUError): boolean {
  return typeof GPUOutOfMemoryError !== 'undefined' && error instanceof GPUOutOfMemoryError;
}

function outOfMemory(purpose: string, { message }: GPUError): AppError {
  return new AppError('gpu-memory', {
    what: `${purpose} did not fit into the graphics device’s memory.`,
    why: message || 'The device had less free memory than was asked for.',
    fix: 'Close other tabs and programs that use the graphics device, lower "Micro-batch" or "Episodes per update", or choose a smaller model. Nothing saved is lost.',
  });
}

function refused(message: string, cause?: unknown): AppError {
  return new AppError(
    'gpu-fault',
    {
      what: 'The graphics device reported an error.',
      why: message,
      fix: 'Nothing saved is lost. Reload the page; if it happens again, choose a smaller micro-batch or model.',
    },
    { cause },
  );
}

/** @throws AppError `gpu-memory` when one buffer, or all of them, cannot fit. Checked before anything is allocated. */
export function assertFits(device: GPUDevice, purpose: string, largestBufferBytes: number): void {
  const limitBytes = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
  if (largestBufferBytes <= limitBytes) return;
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
  throw new AppError('gpu-memory', {
    what: `${purpose} needs a graphics buffer of ${megabytes(largestBufferBytes)}.`,
    why: `This adapter allows at most ${megabytes(limitBytes)} in one buffer.`,
    fix: 'Lower "Episodes per update" or "Micro-batch", or choose a smaller model.',
  });
}
