import { monotonicMs, wallClockMs } from './clock.ts';

/** Time as a port: who waits, or gives up after a while, asks for one, and a test turns the hands itself. */
export interface Timer {
  /** Milliseconds from an arbitrary start that never runs backwards. */
  nowMs(): number;
  /** Milliseconds since the epoch, to compare with dates that others write. */
  wallClockMs(): number;
  /** Calls back once, so many milliseconds from now. @returns what cancels it */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemTimer: Timer = {
  nowMs: monotonicMs,
  wallClockMs,
  after(milliseconds, callback) {
    const handle = setTimeout(callback, milliseconds);
    return () => clearTimeout(handle);
  },
};

/** Settles after so many milliseconds. @throws the signal's reason, as soon as it is aborted */
export function wait(timer: Timer, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const stop = () => {
      cancel();
      reject(signal.reason);
    };
    const cancel = timer.after(milliseconds, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop);
  });
}
