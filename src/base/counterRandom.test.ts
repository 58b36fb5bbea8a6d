import { expect, test } from 'vitest';
import { counterMultiple, threefry2x32 } from './counterRandom.ts';

// `kat_vectors` of Random123, lines "threefry2x32 20": counter, key, answer.
test.each([
  { counter: [0, 0], key: [0, 0], answer: [0x6b200159, 0x99ba4efe] },
  {
    counter: [0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    answer: [0x1cb996fc, 0xbb002be7],
  },
  {
    counter: [0x243f6a88, 0x85a308d3],
    key: [0x13198a2e, 0x03707344],
    answer: [0xc4923a9c, 0x483df7a0],
  },
] as const)('known answer for key $key', ({ counter, key, answer }) => {
  expect(threefry2x32(key, counter)).toEqual(answer);
});

test('numbers are odd multiples of 2^-24 in (0, 1), exact in float32', () => {
  // The first word of the first known answer, without its lowest nine bits, doubled, and one more.
  expect(counterMultiple([0, 0], 0)).toBe(2 * Math.floor(0x6b200159 / 512) + 1);
  for (let counter = 0; counter < 1000; counter++) {
    const multiple = counterMultiple([1, 2], counter);
    expect(multiple % 2).toBe(1);
    expect(multiple).toBeGreaterThan(0);
    expect(multiple).toBeLessThan(2 ** 24);
    expect(Math.fround(multiple / 2 ** 24)).toBe(multiple / 2 ** 24);
  }
});

test('numbers are spread evenly: mean 1/2, variance 1/12, neighbours and keys unrelated', () => {
  const count = 20_000;
  const numbers = Array.from({ length: count + 1 }, (_, counter) => counterMultiple([7, 9], counter) / 2 ** 24 - 0.5);
  const others = Array.from({ length: count }, (_, counter) => counterMultiple([7, 10], counter) / 2 ** 24 - 0.5);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const products = (a: readonly number[], b: readonly number[]) => b.map((value, index) => value * (a[index] ?? 0));
  // Five standard errors each.
  expect(Math.abs(mean(numbers))).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
  expect(Math.abs(mean(products(numbers, numbers)) - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / count));
  expect(Math.abs(mean(products(numbers, numbers.slice(1))))).toBeLessThan((5 * (1 / 12)) / Math.sqrt(count));
  expect(Math.abs(mean(products(numbers, others)))).toBeLessThan((5 * (1 / 12)) / Math.sqrt(count));
});
