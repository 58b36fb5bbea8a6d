import { Asks } from './asks.ts';
import type { Decoder, DrawKey, DrawnToken, Speaker, StepRow } from './engine.ts';

/**
 * Generation for many interleaved writers. A writer is a generator function: it appends what it knows to its contexts,
 * yields a request when it needs text, and is resumed with the sample. `runWriters` feeds and draws for all of them
 * together, one decoder step at a time. Who waits for somebody outside the engine yields another kind of request, and the
 * others go on decoding meanwhile. Writers wait until cache slots are free and go in order, so that the batch stays full
 * however long each of them writes; no slot and no timing decides anything.
 */

/** A growing sequence of token ids with a slot in the cache. Append-only: what was fed is never fed again. */
export class Context {
  readonly speaker: Speaker;
  readonly slot: number;
  private readonly desk: Desk;
  private readonly tokens: number[] = [];
  private fedCount = 0;

  /** Contexts are opened at a `Desk`. */
  constructor(desk: Desk, speaker: Speaker, slot: number) {
    this.desk = desk;
    this.speaker = speaker;
    this.slot = slot;
  }

  get tokenIds(): readonly number[] {
    return this.tokens;
  }

  append(tokenIds: readonly number[]): void {
    this.tokens.push(...tokenIds);
  }

  /**
   * A second context that begins with the first `length` tokens of this one; what of them was fed need not be fed again.
   * Takes a slot of the same desk.
   */
  fork(length = this.tokens.length): Context {
    if (!(length >= 0 && length <= this.tokens.length)) {
      throw new RangeError(`fork: the context has ${this.tokens.length} tokens, not ${length}`);
    }
    const copy = this.desk.open(this.speaker);
    copy.append(this.tokens.slice(0, length));
    copy.fedCount = Math.min(this.fedCount, length);
    if (copy.fedCount > 0) this.desk.decoder.fork(this.slot, copy.slot, copy.fedCount);
    return copy;
  }

  /** Gives the slot back to the desk; the context must not be written to again. */
  close(): void {
    this.desk.take(this.slot);
  }

  /** Tokens that have not been fed yet. */
  get pendingCount(): number {
    return this.tokens.length - this.fedCount;
  }

  /** Rows for what has not been fed yet, but for the last `spared` tokens; the cache holds it afterwards. */
  takePendingRows(spared = 0): StepRow[] {
    const { slot, speaker, fedCount } = this;
    this.fedCount = this.tokens.length - spared;
    return this.tokens
      .slice(fedCount, this.fedCount)
      .map((tokenId, index) => ({ slot, speaker, position: fedCount + index, tokenId }));
  }

  /** Takes from a context that begins with the same tokens what it has been fed, instead of being fed it again. */
  copyFrom(other: Context): void {
    this.fedCount = Math.min(other.fedCount, this.tokens.length);
    this.desk.decoder.fork(other.slot, this.slot, this.fedCount);
  }
}

/** Where one writer writes: as many cache slots of the decoder as its job asked for. */
export class Desk {
  readonly decoder: Decoder;
  private readonly free: number[];

  constructor(decoder: Decoder, slots: readonly number[]) {
    this.decoder = decoder;
    this.free = [...slots];
  }

  /** An empty context. @throws RangeError when the job has as many open as it asked for */
  open(speaker: Speaker): Context {
    const slot = this.free.shift();
    if (slot === undefined) throw new RangeError('a writer has opened more contexts than its job has slots');
    return new Context(this, speaker, slot);
  }

  /** Takes a slot back. */
  take(slot: number): void {
    this.free.push(slot);
  }
}

/** "Go on from the end of this context until `stopToken` or `tokenLimit`." */
export interface SampleRequest {
  readonly context: Context;
  readonly stopToken: number;
  readonly tokenLimit: number;
  readonly temperature: number;
  /** Of the request alone: its nth token is drawn with the nth number of this stream. */
  readonly key: DrawKey;
  /** See `Draw`; all tokens by default. */
  readonly topK?: number;
  readonly topP?: number;
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

/** "Go on when this is done." It happens outside the engine, and takes its time. */
export interface AskRequest {
  /** Keeps the answer to itself; a writer has it from `asked`. */
  readonly work: (signal: AbortSignal) => Promise<void>;
}

export type Request = SampleRequest | AskRequest;

/** Resumed with the sample that it requested; with nothing at its start, and after an ask. */
export type Writer<Outcome> = Generator<Request, Outcome, Sample | undefined>;

/** Has the speaker of the context write. */
export function* drawn(request: SampleRequest): Writer<Sample> {
  const sample = yield request;
  if (!sample) throw new Error('a request for text was answered without any');
  return sample;
}

/**
 * Has somebody outside the engine do something. What it throws ends all writers of the batch.
 * @param work its signal is aborted when nobody waits any longer
 */
export function* asked<Answer>(work: (signal: AbortSignal) => Promise<Answer>): Writer<Answer> {
  const kept: { answer: { readonly value: Answer } | null } = { answer: null };
  yield {
    work: async (signal) => {
      kept.answer = { value: await work(signal) };
    },
  };
  if (!kept.answer) throw new Error('a writer went on before it had its answer');
  return kept.answer.value;
}

/** For whoever answers in the model's place and has nothing to say to asks. @throws Error at an ask */
export function sampleRequest(request: Request): SampleRequest {
  if ('work' in request) throw new Error('somebody outside the engine is asked here, and no model');
  return request;
}

/** Puts tokens where the model would have drawn them: the context holds them, and nobody has computed anything. */
export function imposed({ context, stopToken }: SampleRequest, tokenIds: readonly number[]): Sample {
  context.append(tokenIds);
  return { tokenIds, logProbs: [], entropies: [], isComplete: tokenIds.at(-1) === stopToken };
}

/** A writer that has not started: it does when `slotCount` slots are free, and keeps them to its end. */
export interface Job<Outcome> {
  /** Most contexts that it has open at once. */
  readonly slotCount: number;
  start(desk: Desk): Writer<Outcome>;
}

interface Started<Outcome> {
  readonly index: number;
  readonly writer: Writer<Outcome>;
  readonly slots: readonly number[];
}

interface Pending<Outcome> extends Started<Outcome> {
  readonly request: SampleRequest;
  tokenIds: number[];
  logProbs: number[];
  entropies: number[];
}

/** News of `runWriters`: how much was fed and drawn in a step (nothing while all wait for others), and which jobs ended in it. */
export interface StepReport<Outcome> {
  readonly tokensFed: number;
  readonly tokensDrawn: number;
  readonly finished: readonly { readonly index: number; readonly outcome: Outcome }[];
}

/**
 * Does all jobs to their end, those too that are put behind the others meanwhile; yields after every step. Results depend on the writers, their keys and what others answer
 * them, and on nothing else: a row's bits depend on neither its slot nor its batch-mates.
 * @throws the signal's reason, between two steps, when it is aborted; what an ask throws. Open asks are aborted then.
 */
export async function* runWriters<Outcome>(
  decoder: Decoder,
  jobs: readonly Job<Outcome>[],
  signal: AbortSignal,
): AsyncGenerator<StepReport<Outcome>, void> {
  const free = Array.from({ length: decoder.slotCount }, (_, slot) => slot);
  const largest = Math.max(0, ...jobs.map(({ slotCount }) => slotCount));
  if (largest > free.length) throw new RangeError(`a writer needs ${largest} cache slots; there are ${free.length}`);
  using asks = new Asks<Started<Outcome>>(signal);
  let waiting: Pending<Outcome>[] = [];
  let finished: { index: number; outcome: Outcome }[] = [];
  let startedCount = 0;

  /** Lets a writer go on to its next request, or to its end. */
  const goOn = ({ index, writer, slots }: Started<Outcome>, sample?: Sample): Pending<Outcome>[] => {
    const step = writer.next(sample);
    if (step.done) {
      finished.push({ index, outcome: step.value });
      free.push(...slots);
      return [];
    }
    if ('work' in step.value) {
      asks.start({ index, writer, slots }, step.value.work);
      return [];
    }
    return [{ index, writer, slots, request: step.value, tokenIds: [], logProbs: [], entropies: [] }];
  };
  const startWaitingJobs = () => {
    for (let job = jobs[startedCount]; job && job.slotCount <= free.length; job = jobs[startedCount]) {
      const slots = free.splice(0, job.slotCount);
      waiting.push(...goOn({ index: startedCount, writer: job.start(new Desk(decoder, slots)), slots }));
      startedCount += 1;
    }
  };

  startWaitingJobs();
  yield { tokensFed: 0, tokensDrawn: 0, finished };
  while (waiting.length > 0 || asks.isWaiting) {
    signal.throwIfAborted();
    finished = [];
    let [tokensFed, tokensDrawn] = [0, 0];
    if (waiting.length > 0) {
      const step = await drawOne(decoder, waiting);
      waiting = waiting.flatMap((current, order) => {
        const token = step.drawn[order];
        if (!token) throw new Error('runWriters: a decoder returned fewer tokens than were asked for');
        const sample = record(current, token);
        return sample ? goOn(current, sample) : [current];
      });
      [tokensFed, tokensDrawn] = [step.tokensFed, step.drawn.length];
    } else {
      await asks.wait();
      signal.throwIfAborted();
    }
    for (const asker of asks.take()) waiting.push(...goOn(asker));
    startWaitingJobs();
    yield { tokensFed, tokensDrawn, finished };
  }
}

/** From so many unfed tokens on, copying them from a context that holds them costs less than feeding them. */
const WORTH_COPYING = 8;

/**
 * Feeds what waiting contexts have in common once, all but the last token, and copies it to the others: dialogues of one
 * scenario begin alike, and in small games whole dialogues repeat. @returns how many tokens were fed
 */
async function feedCommon(decoder: Decoder, waiting: readonly Pending<unknown>[]): Promise<number> {
  const equal = new Map<Speaker, Map<string, Context[]>>();
  for (const { request } of waiting) {
    const { context } = request;
    if (context.pendingCount <= WORTH_COPYING) continue;
    const ofSpeaker = equal.get(context.speaker) ?? new Map<string, Context[]>();
    equal.set(context.speaker, ofSpeaker);
    const key = context.tokenIds.slice(0, -1).join();
    const holders = ofSpeaker.get(key) ?? [];
    ofSpeaker.set(key, holders);
    holders.push(context);
  }
  const groups = [...equal.values()].flatMap((ofSpeaker) => [...ofSpeaker.values()]).filter(({ length }) => length > 1);
  const rows = groups.flatMap(([first]) => first?.takePendingRows(1) ?? []);
  if (rows.length === 0) return 0;
  await decoder.step(rows);
  for (const [first, ...others] of groups) for (const other of others) if (first) other.copyFrom(first);
  return rows.length;
}

/** One token for all that wait; returns them in their order. */
async function drawOne(
  decoder: Decoder,
  waiting: readonly Pending<unknown>[],
): Promise<{ tokensFed: number; drawn: readonly DrawnToken[] }> {
  const fedInCommon = await feedCommon(decoder, waiting);
  const rows = waiting.flatMap(({ request, tokenIds }) => {
    const pending = request.context.takePendingRows();
    const last = pending.pop();
    if (!last) throw new Error('a context must hold a token before something can follow it');
    const { key, temperature, topK = 0, topP = 1 } = request;
    return [...pending, { ...last, draw: { key, counter: tokenIds.length, temperature, topK, topP } }];
  });
  return { tokensFed: fedInCommon + rows.length, drawn: await decoder.step(rows) };
}

/** Adds a token to the sample; returns the sample when it is finished. */
function record(current: Pending<unknown>, { tokenId, logProb, entropy }: DrawnToken): Sample | null {
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
