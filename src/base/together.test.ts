import { expect, test } from 'vitest';
import { later } from './clock.ts';
import { together } from './together.ts';

const never = new AbortController().signal;

async function drain<Value>(work: AsyncGenerator<number, Value[]>) {
  const counts: number[] = [];
  let step = await work.next();
  for (; !step.done; step = await work.next()) counts.push(step.value);
  return { counts, values: step.value };
}

test('values come in the order of the works, whoever is done first', async () => {
  const works = [9, 1, 5].map((delay) => async () => {
    await later(delay);
    return delay;
  });
  const { counts, values } = await drain(together(works, never));
  expect(values).toEqual([9, 1, 5]);
  expect(counts.at(-1)).toBe(3);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
});

test('no work is done at once', async () => {
  expect(await drain(together([], never))).toEqual({ counts: [], values: [] });
});

test('the first failure ends it, and the others hear of it', async () => {
  let isAborted = false;
  const waits = (signal: AbortSignal) => {
    signal.addEventListener('abort', () => (isAborted = true));
    return new Promise<number>(() => undefined);
  };
  const fails = () => Promise.reject(new Error('gone'));
  await expect(drain(together([waits, fails], never))).rejects.toThrow('gone');
  expect(isAborted).toBe(true);
});

test('an aborted signal reaches the works, with its reason', async () => {
  const abort = new AbortController();
  const waits = (signal: AbortSignal) =>
    new Promise<number>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const end = drain(together([waits], abort.signal));
  abort.abort(new Error('stopped'));
  await expect(end).rejects.toThrow('stopped');
});
