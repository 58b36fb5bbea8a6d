import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BudgetSpentError, ChatMeter, estimateTokens } from './meter.ts';

const UNLIMITED = { prices: null, costLimit: null, tokenLimit: null };
const message = (content: string) => [{ role: 'user' as const, content }];

test('tokens and money are added up, each token at its price', () => {
  const meter = new ChatMeter({ ...UNLIMITED, prices: { inputPerMillion: 2.5, outputPerMillion: 10 } });
  meter.reserve(message('hello'), 100)({ inputTokens: 1_000, outputTokens: 200 }, 'x');
  meter.reserve(message('hello'), 100)({ inputTokens: 3_000, outputTokens: 0 }, '');
  expect(meter.usage()).toEqual({
    requests: 2,
    retries: 0,
    inputTokens: 4_000,
    outputTokens: 200,
    estimatedTokens: 0,
    cost: (4_000 * 2.5 + 200 * 10) / 1e6,
  });
});

test('without prices there is no cost, and no limit on it', () => {
  expect(new ChatMeter(UNLIMITED).usage().cost).toBeNull();
  expect(() => new ChatMeter({ ...UNLIMITED, costLimit: 1 })).toThrow('prices');
});

test('a count that the server leaves out is estimated, and said to be', () => {
  const meter = new ChatMeter(UNLIMITED);
  meter.reserve(message('a'.repeat(300)), 100)(null, 'b'.repeat(40));
  expect(meter.usage()).toMatchObject({ inputTokens: 108, outputTokens: 10, estimatedTokens: 118 });
});

test('what is set aside for running questions counts, and is given back', () => {
  const meter = new ChatMeter({ ...UNLIMITED, tokenLimit: 250 });
  const most = estimateTokens(message('hello')) + 100; // 110
  const settle = meter.reserve(message('hello'), 100);
  meter.reserve(message('hello'), 100);
  expect(2 * most).toBeLessThan(250);
  expect(() => meter.reserve(message('hello'), 100)).toThrow(BudgetSpentError);
  settle({ inputTokens: 5, outputTokens: 5 }, 'x');
  expect(() => meter.reserve(message('hello'), 100)).not.toThrow();
});

test('whatever is asked at the same time, as long as servers keep to the limits the budget is kept', () => {
  const question = fc.record({
    content: fc.string(),
    limit: fc.integer({ min: 1, max: 200 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(question, { maxLength: 40 }), fc.integer({ min: 0, max: 3_000 }), (questions, tokenLimit) => {
      const meter = new ChatMeter({ ...UNLIMITED, tokenLimit });
      const open: (() => void)[] = [];
      for (const { content, limit, share } of questions) {
        try {
          const settle = meter.reserve(message(content), limit);
          const inputTokens = Math.floor(share * estimateTokens(message(content)));
          open.push(() => settle({ inputTokens, outputTokens: Math.floor(share * limit) }, ''));
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(BudgetSpentError);
          open.shift()?.();
        }
      }
      for (const settle of open) settle();
      const { inputTokens, outputTokens } = meter.usage();
      expect(inputTokens + outputTokens).toBeLessThanOrEqual(tokenLimit);
    }),
    { seed: 1 },
  );
});
