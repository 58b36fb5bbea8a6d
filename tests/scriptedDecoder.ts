import type { Decoder, DrawnToken, Engine, FrozenWeights, Speaker, StepRow } from '../src/policy/engine.ts';
import type { ModelConfig } from '../src/policy/modelConfig.ts';

/** Somebody to speak, where nothing is computed. */
export function silentSpeaker(): FrozenWeights {
  return { kind: 'frozen', precision: 'f32', [Symbol.dispose]: () => undefined };
}

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

  readonly forks: { from: number; to: number; length: number }[] = [];
  fork(from: number, to: number, length: number): void {
    this.forks.push({ from, to, length });
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

/**
 * One cache for several speakers, each with a script of its own. A seat opens a context per speaker, one after the other: of
 * `n` speakers, the slots from 0 to n − 1 are slot 0 of their scripts, the next n are slot 1.
 */
export class ScriptedSpeakers implements Decoder {
  readonly slotCount: number;
  private readonly scripts: ReadonlyMap<Speaker, ScriptedDecoder>;

  constructor(slotCount: number, scripts: ReadonlyMap<Speaker, ScriptedDecoder>) {
    this.slotCount = slotCount;
    this.scripts = scripts;
  }

  async step(rows: readonly StepRow[]): Promise<readonly DrawnToken[]> {
    const tokens = await Promise.all(
      rows.map((row) => {
        const slot = Math.floor(row.slot / this.scripts.size);
        return this.scripts.get(row.speaker)?.step([{ ...row, slot }]) ?? [];
      }),
    );
    return tokens.flat();
  }

  fork(): void {
    throw new Error('these speakers do not fork');
  }

  [Symbol.dispose](): void {}
}

/** An engine that computes nothing: its decoders are what `createDecoder` makes, for speakers without weights. */
export function scriptedEngine(config: ModelConfig, createDecoder: (slotCount: number) => Decoder): Engine {
  return {
    kind: 'reference',
    config,
    slotLimit: 256,
    loadWeights: silentSpeaker,
    createPolicy: (base) => ({ kind: 'policy', base, [Symbol.dispose]: () => undefined }),
    createDecoder: (_speakers, slotCount) => createDecoder(slotCount),
    createLearner: () => {
      throw new Error('nothing is learnt here');
    },
    async *prepare() {},
    dispose: () => undefined,
  };
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
