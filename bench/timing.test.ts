import { expect, test } from 'vitest';
import { median, spreadOf, takeTurns } from './timing.ts';

test('the median is the middle value, or the mean of the two in the middle', () => {
  expect(median([9, 1, 2])).toBe(2);
  expect(median([4, 1, 100, 2])).toBe(3);
  expect(median([])).toBeNaN();
});

test('a spread names its ends and how many there were; of nothing there is none', () => {
  expect(spreadOf([3, 1, 8])).toEqual({ median: 3, min: 1, max: 8, n: 3 });
  expect(spreadOf([])).toBeNull();
});

const later = <Value>(value: Value, milliseconds: number) =>
  new Promise<Value>((resolve) => setTimeout(() => resolve(value), milliseconds));

test('contestants take turns, round by round', async () => {
  const order: string[] = [];
  const turn = (name: string) => async () => order.push(name);
  const results = await takeTurns([turn('a'), turn('b')], { atLeast: 1, atMost: 3, budgetMs: 1e6 });
  expect(order.join('')).toBe('ababab');
  expect(results).toEqual([
    [1, 3, 5],
    [2, 4, 6],
  ]);
});

test('whoever has used up its time is measured no more, but as often as was promised', async () => {
  const [slow, quick] = await takeTurns([() => later('slow', 30), async () => 'quick'], {
    atLeast: 2,
    atMost: 5,
    budgetMs: 20,
  });
  expect(slow).toHaveLength(2);
  expect(quick).toHaveLength(5);
});
