import { expect, test } from 'vitest';
import { changesOfOrder, orderFrom, orderLink } from './orderLink.ts';
import { orderOf } from './recipe.ts';
import { RECIPES, recipeNamed } from './recipes/recipes.ts';

const recipe = recipeNamed('iterations');

test('an order survives the trip through a link', () => {
  const order = orderOf(recipe, false, { seeds: [3, 4], episodes: 20, knobs: { patience: 1, start: 'champion' } });
  expect(orderLink(order)).toBe('#/experiments/iterations?seeds=3%2C4&episodes=20&.patience=1&.start=champion');
  expect(orderFrom(recipe, false, changesOfOrder(order)).data).toEqual(order);
});

test.each(RECIPES.map((one) => one.name))('%s as it is needs no changes; a quick look does', (name) => {
  const own = recipeNamed(name);
  expect(changesOfOrder(orderOf(own, false))).toEqual({});
  const quick = orderOf(own, true);
  expect(orderFrom(own, false, changesOfOrder(quick)).data).toEqual(quick);
});

test('settings of the recipe are read as what they are', () => {
  const changes = { '.learn': 'offline', '.start': 'base', '.selfPlayShare': '0.5', '.partners': 'tough soft chat' };
  expect(orderFrom(recipe, false, changes).data?.knobs).toEqual({
    learn: 'offline',
    start: 'base',
    selfPlayShare: 0.5,
    partners: 'tough soft chat',
  });
});

test('what is no order is refused', () => {
  for (const changes of [
    { seeds: 'one' },
    { episodes: '1' },
    { environment: 'chess' },
    { updates: '' },
    { '.learnignRate': '1' },
    { '.learningRate': 'high' },
    { '.learn': 'offlin' },
    { '.start': 'best' },
    { '.selfPlayShare': '1.5' },
    { '.selfPlayShare': '0.5', environment: 'shop' },
    { '.partners': 'tough nobody' },
    { '.partners': 'tough', environment: 'kuhn-poker' },
  ])
    expect(orderFrom(recipe, false, changes).success, JSON.stringify(changes)).toBe(false);
});
