/** Lets at most `capacity` through at a time; the others wait in line. */
export class Gate {
  private readonly capacity: number;
  private inside = 0;
  private readonly line: (() => void)[] = [];

  constructor(capacity: number) {
    if (!(Number.isInteger(capacity) && capacity >= 1)) throw new RangeError(`Gate: capacity ${capacity} is not >= 1`);
    this.capacity = capacity;
  }

  /**
   * Runs `work` when there is room.
   * @throws the signal's reason when it is aborted before that, as soon as the turn comes; and what `work` throws
   */
  async pass<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
    signal.throwIfAborted();
    if (this.inside < this.capacity) this.inside++;
    else await new Promise<void>((resolve) => this.line.push(resolve));
    try {
      // Asked here, and not listened for in line: hundreds may wait with one signal, which those inside heed at once.
      signal.throwIfAborted();
      return await work();
    } finally {
      // The place goes to the next in line; nobody who comes later can take it in between.
      const next = this.line.shift();
      if (next) next();
      else this.inside--;
    }
  }
}
