import { monotonicMs } from '../src/base/clock.ts';

/** Seconds that named pieces of work took, each said on standard error as it ends. */
export function stopwatch() {
  const seconds: Record<string, number> = {};
  const timed = async <Value>(name: string, work: () => Promise<Value>): Promise<Value> => {
    const startedAt = monotonicMs();
    const value = await work();
    seconds[name] = Math.round(monotonicMs() - startedAt) / 1000;
    process.stderr.write(`${name}: ${seconds[name]} s\n`);
    return value;
  };
  return { seconds, timed };
}
