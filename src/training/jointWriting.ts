import type { Decoder } from '../policy/engine.ts';
import { runWriters, type Desk, type Job } from '../policy/generate.ts';

interface Waiting {
  readonly job: Job<void>;
  readonly signal: AbortSignal;
  reject(reason: unknown): void;
}

/**
 * Writes for whoever asks, whenever they ask, in one batch: a job that comes while others are written joins them at the next
 * step. What it comes to depends on the job alone.
 */
export class JointWriting {
  private readonly decoder: Decoder;
  private readonly waiting = new Set<Waiting>();
  /** Of the batch that is being written; null while nobody waits. */
  private batch: { readonly jobs: Job<void>[]; readonly abort: AbortController } | null = null;

  /** @param decoder borrowed; nobody else may use it while somebody waits */
  constructor(decoder: Decoder) {
    this.decoder = decoder;
  }

  /** @throws what the decoder throws; the reason of the signal, or of another one in the batch: who waits together leaves together */
  write<Outcome>(job: Job<Outcome>, signal: AbortSignal): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const { waiting } = this;
      const one: Waiting = { job: { slotCount: job.slotCount, start }, signal, reject };
      function* start(desk: Desk) {
        const outcome = yield* job.start(desk);
        waiting.delete(one);
        resolve(outcome);
      }
      waiting.add(one);
      if (this.batch) this.join(one, this.batch);
      else void this.writeAll();
    });
  }

  private join({ job, signal }: Waiting, { jobs, abort }: NonNullable<typeof this.batch>): void {
    jobs.push(job);
    const leave = () => abort.abort(signal.reason);
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave, { once: true, signal: abort.signal });
  }

  /** Batch after batch, until nobody waits. Never throws: whoever waits hears of it. */
  private async writeAll(): Promise<void> {
    while (this.waiting.size > 0) {
      const batch = (this.batch = { jobs: [], abort: new AbortController() });
      for (const one of this.waiting) this.join(one, batch);
      await Promise.resolve(); // whoever asks in the same moment is in the first step too
      try {
        for await (const step of runWriters(this.decoder, batch.jobs, batch.abort.signal)) void step;
      } catch (thrown) {
        for (const { reject } of this.waiting) reject(thrown);
        this.waiting.clear();
      }
      batch.abort.abort(); // nobody listens any longer
    }
    this.batch = null;
  }
}
