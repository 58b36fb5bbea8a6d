import { AppError } from '../base/errors.ts';

/**
 * Recorded dispatches. Pipelines and bind groups are built once; a replay sets them and dispatches, about 8 µs of host
 * time each, where an eager tfjs operation costs 50–150 µs. Only the number of workgroups depends on the replay.
 */

/** WGSL with the constants that specialise it (`override` declarations) and a name for counting and error messages. */
export interface Kernel {
  readonly name: string;
  readonly code: string;
}

/** One specialisation of a kernel; compiled ahead, or else when it is first dispatched. */
interface Specialised {
  readonly name: string;
  readonly key: string;
  readonly code: string;
  pipeline: GPUComputePipeline | null;
}

/**
 * Workgroups of a dispatch as a function of the rows and draws (or scored tokens) of a replay. A single number may exceed
 * what one dimension allows: it is laid out over two, and the kernel counts `group.y * groups.x + group.x`.
 */
export type Workgroups = (rowCount: number, drawCount: number) => number | readonly [x: number, y: number];

/** One way to do a step of a plan. All ways write the same bits; which one is fastest depends on the number of rows. */
export interface Alternative {
  readonly kernel: Kernel;
  readonly constants: Readonly<Record<string, number>>;
  readonly workgroups: Workgroups;
  /** Taken when the replay has at most so many rows (draws, where `over` is 1); the last one of a list takes the rest. */
  readonly upTo: number;
}

/** What a number of workgroups is spread over when it exceeds this: far below every adapter's 65,535. */
const FLAT_LIMIT = 32_768;

/** A whole buffer, or a part of one that starts at a multiple of 256 bytes. */
export type Bindable = GPUBuffer | GPUBufferBinding;

interface Choice {
  readonly kernel: Specialised;
  readonly workgroups: Workgroups;
  readonly upTo: number;
  /** Made with the first dispatch: it needs the compiled kernel's layout. */
  bindGroup: GPUBindGroup | null;
}

interface Dispatch {
  readonly choices: readonly Choice[];
  readonly buffers: readonly Bindable[];
  readonly over: 'rows' | 'draws';
}

/** Compiles each (kernel, constants) pair once and counts what was dispatched, by kernel name. */
export class KernelLibrary {
  private readonly kernels = new Map<string, Specialised>();
  /** Dispatches and rows that have passed each kernel since the start: proof of who did the work. */
  readonly counts = new Map<string, { dispatches: number; rows: number }>();
  readonly device: GPUDevice;
  private readonly workgroupLimit: number;

  private readonly rewrite: (kernel: Kernel) => string;

  /** @param rewrite changes the code of a kernel before it is compiled: for the tests that break kernels on purpose */
  constructor(device: GPUDevice, rewrite: (kernel: Kernel) => string = ({ code }) => code) {
    this.device = device;
    this.rewrite = rewrite;
    this.workgroupLimit = device.limits.maxComputeWorkgroupsPerDimension;
  }

  /** WebGPU drops a dispatch that is too wide, and reports it later and elsewhere. @throws AppError `gpu-dispatch` */
  assertDispatchable(name: string, x: number, y: number): void {
    if (Math.max(x, y) <= this.workgroupLimit) return;
    throw new AppError('gpu-dispatch', {
      what: 'This batch is too large for the graphics device.',
      why: `The kernel ${name} would need ${Math.max(x, y)} workgroups in a row; this adapter allows ${this.workgroupLimit}.`,
      fix: 'Lower "Micro-batch" or "Episodes per update", or choose a model with a smaller vocabulary.',
    });
  }

  specialise(kernel: Kernel, constants: Readonly<Record<string, number>>): Specialised {
    const key = `${kernel.name} ${JSON.stringify(constants)}`;
    const known = this.kernels.get(key);
    if (known) return known;
    const made = { name: kernel.name, key, code: withConstants(this.rewrite(kernel), constants), pipeline: null };
    this.kernels.set(key, made);
    return made;
  }

  /** Of all kernels that plans have recorded. */
  get names(): ReadonlySet<string> {
    return new Set([...this.kernels.values()].map(({ name }) => name));
  }

  /** The pipeline; waits for the compiler when nobody has compiled it ahead. */
  pipelineOf(kernel: Specialised): GPUComputePipeline {
    return (kernel.pipeline ??= this.device.createComputePipeline(this.descriptorOf(kernel)));
  }

  /**
   * Compiles what plans have recorded and nobody has dispatched yet, several at a time, while the device stays free for
   * other work. Yields the share that is done. @throws AppError `gpu-kernel`
   */
  async *compileAhead(): AsyncGenerator<number, void> {
    const waiting = [...this.kernels.values()].filter(({ pipeline }) => !pipeline);
    const compiling = waiting.map(async (kernel) => {
      const pipeline = await this.device.createComputePipelineAsync(this.descriptorOf(kernel));
      kernel.pipeline ??= pipeline;
    });
    // Waited for one after the other: until its turn comes, nobody listens to a failure.
    for (const one of compiling) one.catch(() => undefined);
    for (const [index, one] of compiling.entries()) {
      try {
        await one;
      } catch (cause) {
        throw kernelRefused(waiting[index]?.name ?? '', cause);
      }
      yield (index + 1) / compiling.length;
    }
  }

  private descriptorOf({ name, key, code }: Specialised): GPUComputePipelineDescriptor {
    const module = this.device.createShaderModule({ label: name, code });
    return { label: key, layout: 'auto', compute: { module, entryPoint: 'main' } };
  }

  count(name: string, rows: number): void {
    const entry = this.counts.get(name) ?? { dispatches: 0, rows: 0 };
    entry.dispatches += 1;
    entry.rows += rows;
    this.counts.set(name, entry);
  }
}

function kernelRefused(name: string, cause: unknown): AppError {
  return new AppError(
    'gpu-kernel',
    {
      what: `This graphics device cannot run the kernel ${name}.`,
      why: cause instanceof Error ? cause.message : String(cause),
      fix: 'Update the browser and the graphics driver, or choose another adapter; the self-test page shows which kernels work.',
    },
    { cause },
  );
}

/**
 * Constants become WGSL `const`s: array sizes may depend on them, which `override`s do not allow. They stand behind the code,
 * because its `enable` directives must come first.
 */
function withConstants(code: string, constants: Readonly<Record<string, number>>): string {
  const declarations = Object.entries(constants).map(([name, value]) =>
    Number.isInteger(value) ? `const ${name}: u32 = ${value}u;` : `const ${name}: f32 = ${value};`,
  );
  return `${code}\n${declarations.join('\n')}`;
}

/** An ordered list of dispatches. WebGPU orders them: each sees what the earlier ones wrote. */
export class Plan {
  private readonly dispatches: Dispatch[] = [];
  readonly library: KernelLibrary;

  constructor(library: KernelLibrary) {
    this.library = library;
  }

  /** @param buffers bound to @binding(0), (1), … of group 0, in order; a binding names a part of a buffer */
  add(
    kernel: Kernel,
    constants: Readonly<Record<string, number>>,
    buffers: readonly Bindable[],
    workgroups: Workgroups,
  ): void {
    this.addAlternatives([{ kernel, constants, workgroups, upTo: Infinity }], buffers);
  }

  /** @param alternatives by ascending `upTo`. @param over what `upTo` counts */
  addAlternatives(
    alternatives: readonly Alternative[],
    buffers: readonly Bindable[],
    over: 'rows' | 'draws' = 'rows',
  ): void {
    const choices = alternatives.map(({ kernel, constants, workgroups, upTo }) => ({
      kernel: this.library.specialise(kernel, constants),
      workgroups,
      upTo,
      bindGroup: null,
    }));
    this.dispatches.push({ choices, buffers, over });
  }

  /**
   * Encodes every dispatch into `pass`.
   * @param rowCount tokens. @param drawCount drawn or scored tokens among them
   */
  replay(pass: GPUComputePassEncoder, rowCount: number, drawCount: number): void {
    for (const { choices, buffers, over } of this.dispatches) {
      const count = over === 'rows' ? rowCount : drawCount;
      const choice = choices.find(({ upTo }) => count <= upTo) ?? choices.at(-1);
      if (!choice) continue;
      const { kernel } = choice;
      const [x, y] = laidOut(choice.workgroups(rowCount, drawCount));
      if (x === 0 || y === 0) continue;
      this.library.assertDispatchable(kernel.name, x, y);
      pass.setPipeline(this.library.pipelineOf(kernel));
      pass.setBindGroup(0, (choice.bindGroup ??= this.bind(kernel, buffers)));
      pass.dispatchWorkgroups(x, y);
      this.library.count(kernel.name, rowCount);
    }
  }

  private bind(kernel: Specialised, buffers: readonly Bindable[]): GPUBindGroup {
    return this.library.device.createBindGroup({
      label: kernel.name,
      layout: this.library.pipelineOf(kernel).getBindGroupLayout(0),
      entries: buffers.map((bound, binding) => ({ binding, resource: 'buffer' in bound ? bound : { buffer: bound } })),
    });
  }
}

function laidOut(workgroups: number | readonly [x: number, y: number]): readonly [x: number, y: number] {
  if (typeof workgroups !== 'number') return workgroups;
  const rows = Math.max(1, Math.ceil(workgroups / FLAT_LIMIT));
  return [Math.ceil(workgroups / rows), rows];
}

/** Storage buffers that belong to one owner and go with it. */
export class BufferPool implements Disposable {
  private readonly buffers: GPUBuffer[] = [];
  private size = 0;
  private readonly device: GPUDevice;

  constructor(device: GPUDevice) {
    this.device = device;
  }

  /** @param elements 32-bit elements; zeroed */
  create(label: string, elements: number, usage = 0): GPUBuffer {
    const buffer = this.device.createBuffer({
      label,
      size: Math.max(16, elements * 4),
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST | usage,
    });
    this.buffers.push(buffer);
    this.size += buffer.size;
    return buffer;
  }

  /** Of all that was created. */
  get bytes(): number {
    return this.size;
  }

  [Symbol.dispose](): void {
    for (const buffer of this.buffers) buffer.destroy();
    this.buffers.length = 0;
  }
}

/** Copies `bytes` of a buffer to the host. One read-back; waits for everything submitted before. */
export async function readBuffer(device: GPUDevice, source: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
  const staging = device.createBuffer({ size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  try {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(source, 0, staging, 0, bytes);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    return staging.getMappedRange().slice(0);
  } finally {
    staging.destroy();
  }
}
