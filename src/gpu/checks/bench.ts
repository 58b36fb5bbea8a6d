import type { GpuDevice } from '../device.ts';
import { readBuffer, type KernelLibrary, type Plan } from '../plan.ts';
import type { CheckBench, CheckDraw, CheckInfo } from './check.ts';

/** A quiet NaN that no kernel writes: what is still there was never written. */
const POISON = 0x7fc0dead;
/** Poisoned words behind an output that must stay as they are. */
const GUARD_WORDS = 64;
const DRAW_WORDS = 8;

/** What one check runs on. Frees every buffer that it handed out. */
export class Bench implements CheckBench, Disposable {
  readonly gpu: GpuDevice;
  readonly library: KernelLibrary;
  /** Outputs that a kernel wrote past the end of. */
  readonly overruns: string[] = [];
  private readonly buffers = new Map<GPUBuffer, { readonly elements: number; readonly isGuarded: boolean }>();

  constructor(gpu: GpuDevice, library: KernelLibrary) {
    this.gpu = gpu;
    this.library = library;
  }

  upload(data: ArrayBufferView): GPUBuffer {
    const bytes = new Uint8Array(Math.ceil(data.byteLength / 4) * 4);
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return this.create(bytes, bytes.length / 4, false);
  }

  poisoned(elements: number): GPUBuffer {
    return this.create(new Uint32Array(elements + GUARD_WORDS).fill(POISON), elements, true);
  }

  info({ rows, draws = [], adaptedRows = 0 }: CheckInfo): GPUBuffer {
    const rowWords = typeof rows === 'number' ? Array.from({ length: rows }, () => [0, 0, 0, 0]) : rows;
    const drawList: readonly CheckDraw[] =
      typeof draws === 'number' ? Array.from({ length: draws }, (_, row) => ({ row, temperature: 1 })) : draws;
    const offset = 4 + rowWords.length * 4;
    const words = new Uint32Array(offset + drawList.length * DRAW_WORDS);
    const floats = new Float32Array(words.buffer);
    words.set([rowWords.length, drawList.length, offset, adaptedRows]);
    rowWords.forEach((row, index) => words.set(row, 4 + index * 4));
    drawList.forEach((draw, index) => {
      const at = offset + index * DRAW_WORDS;
      words[at] = draw.row;
      floats[at + 1] = draw.temperature;
      words.set(draw.words ?? [], at + 2);
    });
    return this.upload(words);
  }

  async runOnce(plan: Plan, rowCount: number, drawCount = 0): Promise<void> {
    const { device } = this.gpu;
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    plan.replay(pass, rowCount, drawCount);
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
  }

  async read(outputs: Readonly<Record<string, GPUBuffer>>): Promise<Map<string, Float32Array>> {
    const read = new Map<string, Float32Array>();
    for (const [name, buffer] of Object.entries(outputs)) {
      read.set(name, new Float32Array(await this.bytesOf(name, buffer)));
    }
    return read;
  }

  async readIntegers(buffer: GPUBuffer): Promise<Uint32Array> {
    return new Uint32Array(await this.bytesOf(buffer.label, buffer));
  }

  [Symbol.dispose](): void {
    for (const buffer of this.buffers.keys()) buffer.destroy();
    this.buffers.clear();
  }

  private async bytesOf(name: string, buffer: GPUBuffer): Promise<ArrayBuffer> {
    const known = this.buffers.get(buffer);
    if (!known) throw new Error(`${name} is no buffer of this check`);
    const guardWords = known.isGuarded ? GUARD_WORDS : 0;
    const bytes = await readBuffer(this.gpu.device, buffer, (known.elements + guardWords) * 4);
    const guard = new Uint32Array(bytes, known.elements * 4);
    if (guard.some((word) => word !== POISON)) this.overruns.push(name);
    return bytes.slice(0, known.elements * 4);
  }

  private create(data: Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>, elements: number, isGuarded: boolean) {
    const { device } = this.gpu;
    const buffer = device.createBuffer({
      label: `check ${this.buffers.size}`,
      size: Math.max(16, data.byteLength),
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
    this.buffers.set(buffer, { elements, isGuarded });
    device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  }
}
