import type { BufferPool } from '../gpu/plan.ts';

/** A drawn or scored row: its row number, the temperature, and words whose meaning the kernel knows (see `gpu/info.ts`). */
export interface InfoDraw {
  readonly row: number;
  readonly temperature: number;
  /** At most six. */
  readonly words: readonly number[];
}

const HEADER_WORDS = 4;
const ROW_WORDS = 4;
const DRAW_WORDS = 8;

/** 32-bit elements of the `info` buffer. */
export function infoSize(rowLimit: number, drawLimit: number): number {
  return HEADER_WORDS + rowLimit * ROW_WORDS + drawLimit * DRAW_WORDS;
}

/** Fills and sends the `info` buffer that every kernel reads (layout: `gpu/info.ts`). One queue write per replay. */
export class InfoWriter {
  readonly buffer: GPUBuffer;
  private readonly words: Uint32Array<ArrayBuffer>;
  private readonly device: GPUDevice;

  constructor(device: GPUDevice, pool: BufferPool, rowLimit: number, drawLimit: number) {
    this.device = device;
    this.words = new Uint32Array(infoSize(rowLimit, drawLimit));
    this.buffer = pool.create('info', this.words.length);
  }

  setRow(row: number, tokenId: number, position: number, cacheStart: number, sequenceEnd: number): void {
    this.words.set([tokenId, position, cacheStart, sequenceEnd], HEADER_WORDS + row * ROW_WORDS);
  }

  /**
   * Sends the rows set so far. Draws follow them directly, so that only what is used travels.
   * @param adaptedRows how many rows, from the first, use low-rank factors
   */
  write(rowCount: number, draws: readonly InfoDraw[], adaptedRows: number): void {
    const drawOffset = HEADER_WORDS + rowCount * ROW_WORDS;
    this.words.set([rowCount, draws.length, drawOffset, adaptedRows], 0);
    draws.forEach(({ row, temperature, words }, index) => {
      this.words.set([row, floatBits(temperature), ...words], drawOffset + index * DRAW_WORDS);
    });
    this.device.queue.writeBuffer(this.buffer, 0, this.words, 0, drawOffset + draws.length * DRAW_WORDS);
  }
}

const scratchFloat = new Float32Array(1);
const scratchBits = new Uint32Array(scratchFloat.buffer);

/** The bits of a float32, to send it through a buffer of integers. */
export function floatBits(value: number): number {
  scratchFloat[0] = value;
  return scratchBits[0] ?? 0;
}
