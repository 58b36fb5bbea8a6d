import { expect, test } from 'vitest';
import type { Product } from './catalogue.ts';
import { KINDS } from './language.ts';
import type { Kind } from './language.ts';
import { rewardOf, typeReward } from './reward.ts';
import type { Goal } from './reward.ts';

const kindNamed = (name: string): Kind => {
  const kind = KINDS.find(({ nouns }) => nouns.join(' ') === name);
  if (!kind) throw new Error(name);
  return kind;
};
const goal: Goal = {
  kind: kindNamed('desk lamp'),
  attributes: ['bright', 'wooden'],
  options: { color: 'red', size: null },
  priceLimit: 40,
};
const lamp: Product = {
  number: 0,
  kind: kindNamed('desk lamp'),
  attributes: ['wooden', 'bright', 'round'],
  options: { color: ['red', 'blue'], size: [] },
  price: 40,
};
const red = { color: 'red', size: null };

test('everything wanted, at the limit: 1', () => expect(rewardOf(goal, lamp, red)).toBe(1));

test('each attribute, option and the price is one part of four', () => {
  expect(rewardOf(goal, lamp, { color: null, size: null })).toBe(3 / 4);
  expect(rewardOf(goal, lamp, { color: 'blue', size: null })).toBe(3 / 4);
  expect(rewardOf(goal, { ...lamp, price: 41 }, red)).toBe(3 / 4);
  expect(rewardOf(goal, { ...lamp, attributes: ['wooden'] }, red)).toBe(3 / 4);
  expect(rewardOf(goal, { ...lamp, attributes: [], price: 99 }, { color: null, size: null })).toBe(0);
});

test('a kind that shares a noun passes, one that shares none earns nothing', () => {
  expect(rewardOf(goal, { ...lamp, kind: kindNamed('floor lamp') }, red)).toBe(1);
  expect(rewardOf(goal, { ...lamp, kind: kindNamed('rug') }, red)).toBe(0);
});

test.each([
  [1, 2, 'other', 1], // 1/2 > 0.2
  [1, 5, 'other', 0.5], // 1/5 is not above 0.2
  [1, 5, 'kin', 1], // two categories shared
  [1, 10, 'other', 0.5], // 1/10 is not below 0.1
  [1, 11, 'other', 0.1],
  [1, 11, 'kin', 0.1],
  [0, 3, 'kin', 0],
] as const)('%i of %i nouns, %s categories: %f', (shared, count, relation, reward) => {
  const nouns = Array.from({ length: count }, (_, index) => `noun${index}`);
  const wanted = { nouns, categories: ['home', 'light', 'wanted'] };
  const categories = relation === 'kin' ? ['home', 'light', 'bought'] : ['tech', 'sound', 'bought'];
  expect(typeReward({ nouns: [...nouns.slice(0, shared), 'more'], categories }, wanted)).toBe(reward);
});
