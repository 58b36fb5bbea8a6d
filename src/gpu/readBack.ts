import type { GpuDevice } from './device.ts';

/** Staging memory that is kept from one read-back to the next. One read-back at a time. */
export class ReadBack implements Disposable {
  private readonly gpu: GpuDevice;
  private readonly staging: GPUBuffer;
  private filled = 0;

  /** @param bytes most that one read-back copies */
  constructor(gpu: GpuDevice, label: string, bytes: number) {
    this.gpu = gpu;
    this.staging = gpu.device.createBuffer({
      label: `${label}, on the host`,
      size: Math.max(16, bytes),
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
  }

  get bytes(): number {
    return this.staging.size;
  }

  /** Copies a part of `source` behind what this read-back holds already. All three numbers are multiples of 4. */
  copy(encoder: GPUCommandEncoder, source: GPUBuffer, offset: number, bytes: number): void {
    if (bytes === 0) return;
    encoder.copyBufferToBuffer(source, offset, this.staging, this.filled, bytes);
    this.filled += bytes;
  }

  /** What was copied since the last call, once the submitted work is done. @throws the device's fault */
  async read(): Promise<ArrayBuffer> {
    const bytes = this.filled;
    this.filled = 0;
    if (bytes === 0) return new ArrayBuffer(0);
    try {
      await this.staging.mapAsync(GPUMapMode.READ, 0, bytes);
    } catch (cause) {
      throw await this.gpu.faultBehind(cause);
    }
    const copy = this.staging.getMappedRange(0, bytes).slice(0);
    this.staging.unmap();
    this.gpu.assertHealthy();
    return copy;
  }

  [Symbol.dispose](): void {
    this.staging.destroy();
  }
}

/** A part of a buffer that is read into `target` from its beginning. */
export interface BufferPart {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly target: Float32Array;
}

/** Read-backs of more than this go piece by piece: the host needs no second copy of a model. */
const PIECE_BYTES = 2 ** 26;

/** Copies parts of buffers to the host. @throws the device's fault */
export async function readParts(gpu: GpuDevice, parts: readonly BufferPart[]): Promise<void> {
  const total = parts.reduce((sum, { target }) => sum + target.byteLength, 0);
  using staging = new ReadBack(gpu, 'parts', Math.min(total, PIECE_BYTES));
  let waiting: { readonly target: Float32Array; readonly first: number; readonly bytes: number }[] = [];
  let encoder = gpu.device.createCommandEncoder();
  let free = staging.bytes;
  const flush = async () => {
    gpu.device.queue.submit([encoder.finish()]);
    const bytes = await staging.read();
    let at = 0;
    for (const { target, first, bytes: size } of waiting) {
      target.set(new Float32Array(bytes, at, size / 4), first);
      at += size;
    }
    waiting = [];
    free = staging.bytes;
    encoder = gpu.device.createCommandEncoder();
  };
  for (const { buffer, offset, target } of parts) {
    for (let done = 0; done < target.byteLength;) {
      const bytes = Math.min(free, target.byteLength - done);
      staging.copy(encoder, buffer, offset + done, bytes);
      waiting.push({ target, first: done / 4, bytes });
      done += bytes;
      free -= bytes;
      if (free === 0) await flush();
    }
  }
  if (waiting.length > 0) await flush();
}
