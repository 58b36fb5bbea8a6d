import type { RandomStream } from '../base/random.ts';
import type { Decoder, DrawnToken, StepRow } from './engine.ts';

/**
 * Generation for many interleaved writers. A writer is a generator function: it appends what it knows to its contexts,
 * yields a request when it needs text, and is resumed with the sample. `runWriters` feeds and draws for all of them
 * together, one decoder step at a time, so writers of any length keep the batch full and no timing decides anything.
 */

/** A growing sequence of token ids with a slot in one decoder's cache. Append-only: what was fed is never fed again. */
export class Context {
  readonly decoder: Decoder;
  readonly slot: number;
  private readonly tokens: number[] = [];
  private fedCount = 0;

  constructor(decoder: Decoder, slot: number) {
    this.decoder = decoder;
    this.slot = slot;
  }

  get tokenIds(): readonly number[] {
    return this.tokens;
  }

  append(tokenIds: readonly number[]): void {
    this.tokens.push(...tokenIds);
  }

  /** Rows for what has not been fed yet; the cache holds it afterwards. */
  takePendingRows(): StepRow[] {
    const rows = this.tokens.slice(this.fedCount).map((tokenId, index) => ({
      slot: this.slot,
      position: this.fedCount + index,
      tokenId,
    }));
    this.fedCount = this.tokens.length;
    return rows;
  }
}

/** "Go on from the end of this context until `stopToken` or `tokenLimit`." */
export interface SampleRequest {
  readonly context: Context;
  readonly stopToken: number;
  readonly tokenLimit: number;
  readonly temperature: number;
  /** One uniform number is drawn per token. */
  readonly random: RandomStream;
  /** Called with the ids so far after each token. */
  readonly onToken?: ((tokenIds: readonly number[]) => void) | undefined;
}

/** What was drawn; the context already holds it. */
export interface Sample {
  /** The stop token included when it was drawn. */
  readonly tokenIds: readonly number[];
  readonly logProbs: readonly number[];
  readonly entropies: readonly number[];
  /** False when the limit cut it: no end token is invented. */
  readonly isComplete: boolean;
}

export type Writer<Outcome> = Generator<SampleRequest, Outcome, Sample>;

interface Pending {
  readonly request: SampleRequest;
  readonly tokenIds: number[];
  readonly logProbs: number[];
  readonly entropies: number[];
}

/** News of `runWriters`: how much was fed and drawn in a step, and which writers ended in it. */
export interface StepReport<Outcome> {
  readonly tokensFed: number;
  readonly tokensDrawn: number;
  readonly finished: readonly { readonly index: number; readonly outcome: Outcome }[];
}

/**
 * Runs all writers to their end; yields after every step. Results depend on the writers and their random streams only:
 * a row's bits do not depend on its batch-mates.
 * @throws the signal's reason, between two steps, when it is aborted
 */
export async function* runWriters<Outcome>(
  writers: readonly Writer<Outcome>[],
  signal: AbortSignal,
): AsyncGenerator<StepReport<Outcome>, void> {
  const pending = new Map<number, Pending>();
  let finished: { index: number; outcome: Outcome }[] = [];
  const resume = (index: number, sample?: Sample) => {
    const writer = writers[index];
    if (!writer) return;
    // A generator's first `next` takes no value; the type asks for one.
    const step = sample
      ? writer.next(sample)
      : (writer as Iterator<SampleRequest, Outcome, Sample | undefined>).next(undefined);
    if (step.done) {
      pending.delete(index);
      finished.push({ index, outcome: step.value });
    } else pending.set(index, { request: step.value, tokenIds: [], logProbs: [], entropies: [] });
  };

  writers.forEach((_, index) => resume(index));
  yield { tokensFed: 0, tokensDrawn: 0, finished };
  while (pending.size > 0) {
    signal.throwIfAborted();
    finished = [];
    const { tokensFed, drawn } = await drawOne([...pending.values()]);
    [...pending].forEach(([index, current], order) => {
      const token = drawn[order];
      if (!token) throw new Error('runWriters: a decoder returned fewer tokens than were asked for');
      const sample = record(current, token);
      if (sample) resume(index, sample);
    });
    yield { tokensFed, tokensDrawn: drawn.length, finished };
  }
}

/** One step of every decoder that somebody waits for; returns the drawn tokens in the order of `waiting`. */
async function drawOne(
  waiting: readonly Pending[],
): Promise<{ tokensFed: number; drawn: readonly (DrawnToken | undefined)[] }> {
  const batches = new Map<Decoder, { rows: StepRow[]; orders: number[] }>();
  waiting.forEach(({ request: { context, random, temperature } }, order) => {
    const batch = batches.get(context.decoder) ?? { rows: [], orders: [] };
    batches.set(context.decoder, batch);
    const rows = context.takePendingRows();
    const last = rows.pop();
    if (!last) throw new Error('a context must hold a token before something can follow it');
    batch.rows.push(...rows, { ...last, draw: { uniform: random.uniform(), temperature } });
    batch.orders.push(order);
  });
  const drawn: (DrawnToken | undefined)[] = [];
  let tokensFed = 0;
  await Promise.all(
    [...batches].map(async ([decoder, { rows, orders }]) => {
      tokensFed += rows.length;
      const tokens = await decoder.step(rows);
      orders.forEach((order, index) => (drawn[order] = tokens[index]));
    }),
  );
  return { tokensFed, drawn };
}

/** Adds a token to the sample; returns the sample when it is finished. */
function record(current: Pending, { tokenId, logProb, entropy }: DrawnToken): Sample | null {
  const { request, tokenIds, logProbs, entropies } = current;
  tokenIds.push(tokenId);
  logProbs.push(logProb);
  entropies.push(entropy);
  request.context.append([tokenId]);
  request.onToken?.(tokenIds);
  const isComplete = tokenId === request.stopToken;
  if (!isComplete && tokenIds.length < request.tokenLimit) return null;
  return { tokenIds, logProbs, entropies, isComplete };
}
