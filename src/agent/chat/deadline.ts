import type { Timer } from '../../base/timer.ts';
import type { ChatEndpoint } from '../../record/chatEndpoint.ts';
import { ChatFault } from './chatFault.ts';

type Limits = Pick<ChatEndpoint, 'connectTimeoutMs' | 'idleTimeoutMs' | 'totalTimeoutMs'>;

/** Watches over one attempt: aborts `signal` when it takes too long to begin, to go on or to end, or when nobody wants it. */
export class Deadline implements Disposable {
  private readonly controller = new AbortController();
  private readonly timer: Timer;
  private readonly limits: Limits;
  private readonly outer: AbortSignal;
  private readonly stop = () => this.controller.abort(this.outer.reason);
  private readonly cancelTotal: () => void;
  private cancelSilence: () => void;

  constructor(timer: Timer, limits: Limits, outer: AbortSignal) {
    this.timer = timer;
    this.limits = limits;
    this.outer = outer;
    outer.addEventListener('abort', this.stop);
    this.cancelTotal = this.limit('total', limits.totalTimeoutMs);
    this.cancelSilence = this.limit('connect', limits.connectTimeoutMs);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Something arrived: the silence begins anew. */
  heard(): void {
    this.cancelSilence();
    this.cancelSilence = this.limit('idle', this.limits.idleTimeoutMs);
  }

  [Symbol.dispose](): void {
    this.cancelSilence();
    this.cancelTotal();
    this.outer.removeEventListener('abort', this.stop);
  }

  private limit(phase: 'connect' | 'idle' | 'total', limitMs: number): () => void {
    return this.timer.after(limitMs, () => this.controller.abort(new ChatFault({ kind: 'timeout', phase, limitMs })));
  }
}
