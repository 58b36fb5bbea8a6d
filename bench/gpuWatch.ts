import { monotonicMs } from '../src/base/clock.ts';

/** What everybody's use of WebGPU in this page or process adds up to, whoever it is. */
export interface GpuWatch {
  /** Bytes of buffers that were created and neither destroyed nor collected as garbage. */
  liveBytes(): number;
  /** Largest `liveBytes` since the last call of `forgetPeak`. */
  peakBytes(): number;
  forgetPeak(): void;
  /** Milliseconds, since the start, in which somebody waited for the device: the host had nothing to do. */
  waitedMs(): number;
}

/**
 * Counts at the one place that all contestants pass: the methods of WebGPU's own classes. Call it before anybody takes a
 * device.
 */
export function watchGpu(): GpuWatch {
  let live = 0;
  let peak = 0;
  const forget = (size: number) => (live -= size);
  const collected = new FinalizationRegistry<number>(forget);
  const alive = new WeakMap<GPUBuffer, number>();

  const device = GPUDevice.prototype;
  const create = device.createBuffer;
  device.createBuffer = function (this: GPUDevice, descriptor: GPUBufferDescriptor): GPUBuffer {
    const buffer = create.call(this, descriptor);
    live += descriptor.size;
    peak = Math.max(peak, live);
    alive.set(buffer, descriptor.size);
    collected.register(buffer, descriptor.size, buffer);
    return buffer;
  };
  const buffer = GPUBuffer.prototype;
  const destroy = buffer.destroy;
  buffer.destroy = function (this: GPUBuffer): undefined {
    const size = alive.get(this);
    if (size !== undefined) {
      alive.delete(this);
      collected.unregister(this);
      forget(size);
    }
    return destroy.call(this);
  };

  const waiting = watchWaiting();
  const map = buffer.mapAsync;
  buffer.mapAsync = function (this: GPUBuffer, ...range: Parameters<GPUBuffer['mapAsync']>) {
    return waiting.during(map.apply(this, range));
  };
  const queue = GPUQueue.prototype;
  const done = queue.onSubmittedWorkDone;
  queue.onSubmittedWorkDone = function (this: GPUQueue) {
    return waiting.during(done.call(this));
  };

  return {
    liveBytes: () => live,
    peakBytes: () => peak,
    forgetPeak: () => {
      peak = live;
    },
    waitedMs: waiting.milliseconds,
  };
}

/** Adds up the time in which at least one of several promises is pending. */
function watchWaiting() {
  let pending = 0;
  let since = 0;
  let total = 0;
  return {
    during: <Value>(promise: Promise<Value>): Promise<Value> => {
      if (pending++ === 0) since = monotonicMs();
      return promise.finally(() => {
        if (--pending === 0) total += monotonicMs() - since;
      });
    },
    milliseconds: () => (pending > 0 ? total + monotonicMs() - since : total),
  };
}
