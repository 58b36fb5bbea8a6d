/**
 * Draws charts one after the other, each in a task of its own: a dozen of them with ten thousand updates each would hold the
 * page up if they were drawn together. Whoever asks again before its turn keeps its place, and draws the newer thing.
 */
export class DrawQueue<Chart> {
  private readonly waiting = new Map<Chart, () => void>();

  add(chart: Chart, draw: () => void): void {
    if (this.waiting.size === 0) this.callNext();
    this.waiting.set(chart, draw);
  }

  /** The chart is gone, or will be: it must not be drawn any more. */
  remove(chart: Chart): void {
    this.waiting.delete(chart);
  }

  private callNext(): void {
    setTimeout(() => {
      const [next] = this.waiting;
      if (!next) return;
      const [chart, draw] = next;
      this.waiting.delete(chart);
      if (this.waiting.size > 0) this.callNext();
      draw();
    });
  }
}
