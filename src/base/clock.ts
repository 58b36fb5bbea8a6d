/** The only place that reads a clock, so that everything else is a function of its inputs. */

/** Milliseconds since the epoch, for people ("started at"). */
export function wallClockMs(): number {
  return Date.now();
}

/** Milliseconds from an arbitrary start that never runs backwards, for durations. */
export function monotonicMs(): number {
  return performance.now();
}

/** Settles after so many milliseconds. */
export function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Lets waiting events in. Work that awaits nothing but the CPU calls this, or a worker would never hear "stop":
 * promises that are already settled run before any message.
 */
export function yieldToEvents(): Promise<void> {
  return later(0);
}
