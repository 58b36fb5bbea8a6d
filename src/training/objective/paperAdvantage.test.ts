import { expect, test } from 'vitest';
import { paperAdvantages } from './paperAdvantage.ts';
import { returnsToGo } from './returns.ts';

/** Computed with the arithmetic of the authors' preprocessing, discount 0.99. */
const GOLDEN = [
  { name: 'A', rewards: [0, 1, 0, 1, 0.8], advantages: [0.99, 1, 0.643636, 0.650138, 0.29024] },
  { name: 'B', rewards: [0, 0, 0, 0, 0.1], advantages: [0.960596, 0.970299, 0.9801, 0.99, 1] },
  { name: 'C', rewards: [0, 0, 0, 0, 1], advantages: [0.960596, 0.970299, 0.9801, 0.99, 1] },
  { name: 'E', rewards: [0, 0, 0, 0, 0], advantages: [0, 0, 0, 0, 0] },
  { name: 'F', rewards: [1, 0, 1, 0.667], advantages: [1, 0.625636, 0.631955, 0.253874] },
];

test.each(GOLDEN)('golden vector $name', ({ rewards, advantages }) => {
  const computed = paperAdvantages(returnsToGo(rewards, 0.99));
  expect(computed).toHaveLength(advantages.length);
  computed.forEach((value, turn) => expect(value).toBeCloseTo(advantages[turn] ?? NaN, 6));
});

test('one point and ten points train alike: the scale of the episode is lost', () => {
  const [poor, rich] = [paperAdvantages([0.099, 0.1]), paperAdvantages([0.99, 1])];
  poor.forEach((value, turn) => expect(value).toBeCloseTo(rich[turn] ?? NaN, 12));
});

test('a negative return keeps its sign', () => expect(paperAdvantages([-2, 1])).toEqual([-1, 0.5]));

test('no turns, no advantages', () => expect(paperAdvantages([])).toEqual([]));
