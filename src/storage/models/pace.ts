/** Weight of the newest second against all before it. */
const NEWEST = 0.3;

/**
 * Bytes per second of something that grows: an exponential mean over stretches of a second, so that it neither jumps with each
 * chunk nor remembers a slow start for long.
 */
export class Pace {
  private mean: number | null = null;
  private since: { readonly atMs: number; readonly bytes: number } | null = null;

  /** @returns null as long as nobody can know */
  at(nowMs: number, bytes: number): number | null {
    const { since } = this;
    if (!since || bytes < since.bytes) this.since = { atMs: nowMs, bytes };
    else if (nowMs - since.atMs >= 1000) {
      const newest = ((bytes - since.bytes) / (nowMs - since.atMs)) * 1000;
      this.mean = this.mean === null ? newest : NEWEST * newest + (1 - NEWEST) * this.mean;
      this.since = { atMs: nowMs, bytes };
    }
    return this.mean;
  }
}
