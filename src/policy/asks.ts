/**
 * What writers wait for outside the engine: a chat model's reply, a person's words. Any number may be open at once; whoever
 * serves them limits that. Ends, aborting what is still open, when it is disposed.
 */
export class Asks<Asker extends { readonly index: number }> implements Disposable {
  private readonly controller = new AbortController();
  private readonly outer: AbortSignal;
  private answered: Asker[] = [];
  private failure: { readonly thrown: unknown } | null = null;
  private openCount = 0;
  private wake = () => {};
  private readonly stop = () => {
    this.controller.abort(this.outer.reason);
    this.wake();
  };

  constructor(signal: AbortSignal) {
    this.outer = signal;
    signal.addEventListener('abort', this.stop);
  }

  /** Whether anything is open, or has come in that `take` has not handed out yet. */
  get isWaiting(): boolean {
    return this.openCount > 0 || this.answered.length > 0 || this.failure !== null;
  }

  start(asker: Asker, work: (signal: AbortSignal) => Promise<void>): void {
    this.openCount += 1;
    work(this.controller.signal)
      .then(
        () => this.answered.push(asker),
        // The first failure counts: the others follow from it, or say the same.
        (thrown: unknown) => (this.failure ??= { thrown }),
      )
      .finally(() => {
        this.openCount -= 1;
        this.wake();
      });
  }

  /** Settles as soon as there is something to take, or the signal is aborted. */
  async wait(): Promise<void> {
    if (this.answered.length > 0 || this.failure || this.outer.aborted) return;
    await new Promise<void>((resolve) => (this.wake = resolve));
  }

  /**
   * Those that have their answers since, in the order of their indices and not of time.
   * @throws what an ask has thrown
   */
  take(): Asker[] {
    if (this.failure) throw this.failure.thrown;
    return this.answered.splice(0).sort((a, b) => a.index - b.index);
  }

  [Symbol.dispose](): void {
    this.outer.removeEventListener('abort', this.stop);
    this.controller.abort();
  }
}
