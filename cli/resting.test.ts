import { describe, expect, it } from 'vitest';
import { restingBefore } from './resting.ts';

describe('restingBefore', () => {
  it('does every task, in order, with what it was given', async () => {
    const seen: string[] = [];
    const later = restingBefore(setImmediate, 0.1);
    later((...words: string[]) => seen.push(...words), 'one', 'two');
    await new Promise<void>((resolve) => later(resolve));
    expect(seen).toEqual(['one', 'two']);
  });

  it('rests before each', async () => {
    const later = restingBefore(setImmediate, 100);
    const began = performance.now();
    await new Promise<void>((resolve) => later(() => later(resolve)));
    expect(performance.now() - began).toBeGreaterThanOrEqual(199);
  });

  it('can be taken back before it is due', async () => {
    const seen: string[] = [];
    const later = restingBefore(setImmediate, 0.1);
    clearImmediate(later(() => seen.push('taken back')));
    await new Promise<void>((resolve) => later(resolve));
    expect(seen).toEqual([]);
  });
});
