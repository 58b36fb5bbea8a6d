import type { Decoder, DrawnToken, StepRow } from '../src/policy/engine.ts';

/**
 * A decoder that computes nothing: it draws what it is told to, and keeps every row that it was fed. The nth draw of a slot
 * has log-prob −(slot + 1) − n / 100 and entropy n / 100, so that each can be found again.
 */
export class ScriptedDecoder implements Decoder {
  readonly slotCount: number;
  /** Rows of each step. */
  readonly steps: (readonly StepRow[])[] = [];
  private readonly drawnCounts = new Map<number, number>();
  private readonly nextToken: (slot: number, nth: number, row: StepRow) => number;

  /** @param nextToken the nth token (from 0) that is drawn in a slot, after `row` */
  constructor(slotCount: number, nextToken: (slot: number, nth: number, row: StepRow) => number) {
    this.slotCount = slotCount;
    this.nextToken = nextToken;
  }

  async step(rows: readonly StepRow[]): Promise<readonly DrawnToken[]> {
    this.steps.push(rows);
    return rows
      .filter(({ draw }) => draw)
      .map((row) => {
        const nth = this.drawnCounts.get(row.slot) ?? 0;
        this.drawnCounts.set(row.slot, nth + 1);
        return {
          tokenId: this.nextToken(row.slot, nth, row),
          logProb: -(row.slot + 1) - nth / 100,
          entropy: nth / 100,
        };
      });
  }

  /** Everything that a slot was fed, in the order in which it came. */
  rowsOf(slot: number): StepRow[] {
    return this.steps.flat().filter((row) => row.slot === slot);
  }

  fedTo(slot: number): number[] {
    return this.rowsOf(slot).map(({ tokenId }) => tokenId);
  }

  [Symbol.dispose](): void {}
}

/** Draws these tokens one after the other in each slot, and goes on with the last one. */
export function reciting(...lines: readonly (readonly number[])[]) {
  return (slot: number, nth: number): number => {
    const line = lines[slot] ?? [];
    const token = line[nth] ?? line.at(-1);
    if (token === undefined) throw new Error(`nothing is written for slot ${slot}`);
    return token;
  };
}
