import { expect, test } from 'vitest';
import { Gate } from './gate.ts';
import { later } from './clock.ts';

test('no more inside than there is room for, in the order of arrival', async () => {
  const gate = new Gate(2);
  const order: number[] = [];
  let inside = 0;
  let most = 0;
  const visit = (visitor: number) =>
    gate.pass(new AbortController().signal, async () => {
      order.push(visitor);
      most = Math.max(most, ++inside);
      await later(1);
      inside--;
    });
  await Promise.all([0, 1, 2, 3, 4, 5].map(visit));
  expect(most).toBe(2);
  expect(order).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a place is free again after a failure, and after an abort in line', async () => {
  const gate = new Gate(1);
  const never = new AbortController().signal;
  const controller = new AbortController();
  const failing = gate.pass(never, async () => {
    await later(5);
    throw new Error('broke');
  });
  const inLine = gate.pass(controller.signal, () => Promise.resolve('in'));
  controller.abort();
  await expect(failing).rejects.toThrow('broke');
  await expect(inLine).rejects.toMatchObject({ name: 'AbortError' });
  expect(await gate.pass(never, () => Promise.resolve('in'))).toBe('in');
});
