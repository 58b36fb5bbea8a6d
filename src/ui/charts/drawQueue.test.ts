import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DrawQueue } from './drawQueue.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function queueOf(names: readonly string[]) {
  const queue = new DrawQueue<string>();
  const drawn: string[] = [];
  const ask = (name: string, what = name) => queue.add(name, () => drawn.push(what));
  for (const name of names) ask(name);
  return { queue, drawn, ask };
}

test('draws one chart per task, in the order in which they asked', () => {
  const { drawn } = queueOf(['a', 'b', 'c']);
  expect(drawn).toEqual([]);
  vi.advanceTimersToNextTimer();
  expect(drawn).toEqual(['a']);
  vi.runAllTimers();
  expect(drawn).toEqual(['a', 'b', 'c']);
});

test('who asks again before its turn keeps its place and draws the newer thing', () => {
  const { drawn, ask } = queueOf(['a', 'b', 'c']);
  ask('b', 'newer b');
  vi.runAllTimers();
  expect(drawn).toEqual(['a', 'newer b', 'c']);
});

test('a chart that is gone is not drawn, and the others are', () => {
  const { queue, drawn, ask } = queueOf(['a', 'b']);
  queue.remove('a');
  vi.runAllTimers();
  expect(drawn).toEqual(['b']);
  ask('a');
  vi.runAllTimers();
  expect(drawn).toEqual(['b', 'a']);
});

test('with all of them gone it rests, and starts again', () => {
  const { queue, drawn, ask } = queueOf(['a']);
  queue.remove('a');
  ask('b');
  vi.runAllTimers();
  expect(drawn).toEqual(['b']);
  expect(vi.getTimerCount()).toBe(0);
});
