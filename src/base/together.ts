/**
 * Does all the work at once; whoever serves it limits how much of it really is. Yields how many are done, as they are.
 *
 * @returns what each has come to, in the order of `works`
 * @throws what the first of them throws; the others are aborted then, and when nobody asks any longer
 */
export async function* together<Value>(
  works: readonly ((signal: AbortSignal) => Promise<Value>)[],
  signal: AbortSignal,
): AsyncGenerator<number, Value[]> {
  const controller = new AbortController();
  const stop = () => controller.abort(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener('abort', stop);
  let done = 0;
  let wake = () => {};
  const all = Promise.all(
    works.map(async (work) => {
      const value = await work(controller.signal);
      done += 1;
      wake();
      return value;
    }),
  );
  all.catch(() => undefined); // told by the race below
  try {
    while (done < works.length) {
      await Promise.race([all, new Promise<void>((resolve) => (wake = resolve))]);
      yield done;
    }
    return await all;
  } finally {
    signal.removeEventListener('abort', stop);
    controller.abort();
  }
}
