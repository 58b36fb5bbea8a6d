import type { GpuDevice } from '../gpu/device.ts';
import { ROW_STEP, type LinearWeights, type WeightBlock } from '../gpu/linear/weights.ts';
import { BufferPool } from '../gpu/plan.ts';
import { readParts, type BufferPart } from '../gpu/readBack.ts';
import { elementCount, tensorNamed, type HostTensor, type Weights } from './weights.ts';

/** Host tensors that lie one below the other on the device, so that one dispatch serves them all. */
export interface TensorGroup {
  readonly key: string;
  /** Names of the tensors: matrices of equal width, or vectors. */
  readonly parts: readonly string[];
}

/** Some rows of a group, in a buffer of their own. */
type Block = WeightBlock & { readonly words: GPUBuffer };

/** How many rows of so many float32 numbers go into one buffer; only a limit of the adapter makes that fewer than all. */
function rowsPerBlock({ maxBufferSize, maxStorageBufferBindingSize }: GPUSupportedLimits, columns: number): number {
  const rows = Math.min(maxBufferSize, maxStorageBufferBindingSize) / (columns * 4);
  return Math.max(1, Math.floor(rows / ROW_STEP)) * ROW_STEP;
}

/**
 * Float32 tensors on the device, by name: parameters, gradients, moments. Zero at first. Two of the same groups lie
 * likewise, block by block, which is what the optimizer needs.
 */
export class TensorBuffers implements Disposable {
  private readonly gpu: GpuDevice;
  private readonly pool: BufferPool;
  private readonly groups: readonly TensorGroup[];
  private readonly shapes: ReadonlyMap<string, readonly number[]>;
  private readonly blocksByKey = new Map<string, readonly Block[]>();

  /** @param shapes of every part */
  constructor(gpu: GpuDevice, groups: readonly TensorGroup[], shapes: ReadonlyMap<string, readonly number[]>) {
    this.gpu = gpu;
    this.pool = new BufferPool(gpu.device);
    this.groups = groups;
    this.shapes = shapes;
    for (const { key, parts } of groups) {
      const { rows, columns } = this.sizeOf(parts);
      const most = rowsPerBlock(gpu.device.limits, columns);
      const blocks: Block[] = [];
      for (let firstRow = 0; firstRow < rows; firstRow += most) {
        const rowCount = Math.min(most, rows - firstRow);
        blocks.push({ words: this.pool.create(key, rowCount * columns), scales: null, firstRow, rowCount });
      }
      this.blocksByKey.set(key, blocks);
    }
  }

  get bytes(): number {
    return this.pool.bytes;
  }

  matrix(key: string): LinearWeights {
    const { rows, columns } = this.sizeOf(this.groups.find((group) => group.key === key)?.parts ?? []);
    return { precision: 'f32', N: rows, K: columns, blocks: this.blocksOf(key), bias: null };
  }

  /** The one buffer of a group: of a vector, and of a matrix that is far below the limits. */
  buffer(key: string): GPUBuffer {
    const [block, ...others] = this.blocksOf(key);
    if (!block || others.length > 0) throw new Error(`${key} is not in one buffer`);
    return block.words;
  }

  /** Every buffer, group by group. */
  buffers(): { readonly buffer: GPUBuffer; readonly elements: number; readonly isMatrix: boolean }[] {
    return this.groups.flatMap(({ key, parts }) => {
      const { columns } = this.sizeOf(parts);
      const isMatrix = this.shapeOf(parts[0] ?? '').length === 2;
      return this.blocksOf(key).map(({ words, rowCount }) => ({
        buffer: words,
        elements: rowCount * columns,
        isMatrix,
      }));
    });
  }

  write(weights: Weights): void {
    for (const { buffer, offset, data } of this.pieces((name) => tensorNamed(weights, name).data)) {
      // The type is narrowed because shared memory cannot be written to a queue; host tensors never are shared.
      this.gpu.device.queue.writeBuffer(buffer, offset, data as Float32Array<ArrayBuffer>);
    }
  }

  /** Copies everything to the host. */
  async read(): Promise<Weights> {
    const tensors = new Map<string, HostTensor>();
    for (const name of this.groups.flatMap(({ parts }) => parts)) {
      const shape = this.shapeOf(name);
      tensors.set(name, { shape, data: new Float32Array(elementCount(shape)) });
    }
    const parts: BufferPart[] = [...this.pieces((name) => tensorNamed(tensors, name).data)].map(
      ({ buffer, offset, data }) => ({ buffer, offset, target: data }),
    );
    await readParts(this.gpu, parts);
    return tensors;
  }

  clear(encoder: GPUCommandEncoder): void {
    for (const { buffer } of this.buffers()) encoder.clearBuffer(buffer);
  }

  [Symbol.dispose](): void {
    this.pool[Symbol.dispose]();
  }

  /** The tensors' numbers in pieces, each of which lies in one buffer. */
  private *pieces(dataOf: (name: string) => Float32Array) {
    for (const { key, parts } of this.groups) {
      const { columns } = this.sizeOf(parts);
      let firstRow = 0;
      for (const data of parts.map(dataOf)) {
        const endRow = firstRow + data.length / columns;
        for (const block of this.blocksOf(key)) {
          const [from, to] = [Math.max(firstRow, block.firstRow), Math.min(endRow, block.firstRow + block.rowCount)];
          if (from >= to) continue;
          yield {
            buffer: block.words,
            offset: (from - block.firstRow) * columns * 4,
            data: data.subarray((from - firstRow) * columns, (to - firstRow) * columns),
          };
        }
        firstRow = endRow;
      }
    }
  }

  private blocksOf(key: string): readonly Block[] {
    const blocks = this.blocksByKey.get(key);
    if (!blocks) throw new Error(`nothing is kept under ${key}`);
    return blocks;
  }

  /** A vector counts as rows of one number. */
  private sizeOf(parts: readonly string[]): { rows: number; columns: number } {
    const shapes = parts.map((name) => this.shapeOf(name));
    return { rows: shapes.reduce((sum, [rows = 0]) => sum + rows, 0), columns: shapes[0]?.[1] ?? 1 };
  }

  private shapeOf(name: string): readonly number[] {
    const shape = this.shapes.get(name);
    if (!shape) throw new Error(`nothing is known about a tensor named ${name}`);
    return shape;
  }
}
