import type { LiveKnobs } from '../record/knobChange.ts';

/** What a person asks of a running run. Orders are taken between updates; `abort` interrupts at once. */
export type Order =
  | { readonly kind: 'pause' | 'continue' | 'step' }
  | { readonly kind: 'save'; readonly label: string }
  /** From the next update on. */
  | { readonly kind: 'turn'; readonly knobs: LiveKnobs };

/** The handle of a running run: the page's side gives orders, the trainer takes them. */
export class RunControl {
  private readonly controller = new AbortController();
  private readonly orders: Order[] = [];
  private wake: (() => void) | null = null;

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  give(order: Order): void {
    this.orders.push(order);
    this.wake?.();
  }

  /** Stops within one decode step or micro-batch. */
  stop(): void {
    this.controller.abort();
    this.wake?.();
  }

  /** The next order, if there is one. */
  take(): Order | undefined {
    return this.orders.shift();
  }

  /** The next order, waiting for it. @throws the signal's reason when the run is stopped meanwhile */
  async wait(): Promise<Order> {
    for (;;) {
      this.signal.throwIfAborted();
      const order = this.take();
      if (order) return order;
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = null;
    }
  }
}
