import { systemTimer } from '../../src/base/timer.ts';
import type { Timer } from '../../src/base/timer.ts';

/** A timer on which all waiting is `factor` times shorter than it says, and which remembers what was waited for. */
export function quickTimer(factor = 50): Timer & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    nowMs: () => factor * systemTimer.nowMs(),
    wallClockMs: systemTimer.wallClockMs,
    after(milliseconds, callback) {
      waits.push(milliseconds);
      return systemTimer.after(milliseconds / factor, callback);
    },
  };
}
