import { expect, test } from 'vitest';
import { products } from './catalogue.ts';
import { boardOf, pageText, viewOf } from './display.ts';
import { readShopAction } from './readAction.ts';
import { wantedOptions } from './reward.ts';
import { allScenarios, canFulfil, scenariosOf, stepsToFulfil, wantedWords } from './scenarios.ts';
import { findProducts } from './search.ts';
import { seatToMove, startShopping, takeTurn, turnsLeft } from './state.ts';
import type { ShopState } from './state.ts';
import { readStrategyIn } from './strategies.ts';
import { webShop } from './webShop.ts';

const easy = allScenarios().find(({ goal }) => {
  const [first] = findProducts(wantedWords(goal));
  const product = products()[first ?? -1];
  return product && canFulfil(goal, product) && wantedOptions(goal).length === 2;
});
if (!easy) throw new Error('no task is won by its first result');

/** The state after these things were said, the shop answering each. */
function after(...utterances: string[]): ShopState {
  return utterances.reduce(
    (state, utterance) => {
      const said = takeTurn(state, readShopAction(state, utterance));
      return seatToMove(said) === 1 ? takeTurn(said, readShopAction(said, pageText(said))) : said;
    },
    startShopping(scenario, 20),
  );
}
const scenario = easy;
const { color, size } = scenario.goal.options;
const search = `search[${wantedWords(scenario.goal).join(' ')}]`;

test('the catalogue has 1,200 products, its splits hundreds of tasks', () => {
  expect(products()).toHaveLength(1200);
  expect(scenariosOf('train').length).toBeGreaterThanOrEqual(500);
  expect(scenariosOf('validation').length).toBeGreaterThanOrEqual(100);
  expect(scenariosOf('test').length).toBeGreaterThanOrEqual(100);
});

test('results are ranked by shared words, then by number', () => {
  const wordsOf = (number: number) => {
    const { kind, attributes, options } = products()[number] ?? fail();
    return ['soft', 'shirt', 'red'].filter((word) => [...kind.nouns, ...attributes, ...options.color].includes(word))
      .length;
  };
  const ranks = findProducts(['soft', 'shirt', 'red']);
  expect(ranks).toHaveLength(20);
  ranks.slice(1).forEach((number, index) => {
    const before = ranks[index] ?? fail();
    expect(wordsOf(before) > wordsOf(number) || (wordsOf(before) === wordsOf(number) && before < number)).toBe(true);
  });
  expect(findProducts(['elephant'])).toEqual([]);
});

test('search, look, choose both options, buy: five steps for ten points', () => {
  expect(stepsToFulfil(scenario.goal)).toBe(5);
  const wanted = wantedWords(scenario.goal).join(' ');
  expect(boardOf(after(search))).toMatch(
    new RegExp(`^9 results limit \\d+ for ${wanted} first b\\d cheap b\\d want .+ color ${color} size ${size}$`),
  );
  const open = after(search, 'click[b1]', `click[${color}]`);
  expect(pageText(open)).toBe(`chosen ${color}`);
  expect(boardOf(open)).toMatch(
    new RegExp(
      `^7 item limit \\d+ price ok match (\\d) \\1 color ${color} ${color} size ${size} open choose .*\\b${color}\\b.*\\b${size}\\b`,
    ),
  );
  const over = after(search, 'click[b1]', `click[${color}]`, `click[${size}]`, 'click[buy now]');
  expect(webShop.outcome(over)).toEqual({ endReason: 'finished', points: [10, 0], isParetoOptimal: true });
  expect(turnsLeft(over, 0)).toBe(0);
});

test('an option that was not chosen, or was forgotten by leaving, costs its part', () => {
  const parts = scenario.goal.attributes.length + 3;
  const points = (...said: string[]) =>
    webShop.outcome(after(search, 'click[b1]', ...said, 'click[buy now]'))?.points[0];
  expect(points(`click[${color}]`)).toBeCloseTo((10 * (parts - 1)) / parts);
  expect(points(`click[${color}]`, `click[${size}]`, 'click[back]', 'click[b1]')).toBeCloseTo(
    (10 * (parts - 2)) / parts,
  );
  expect(webShop.offerValue?.(after(search, 'click[b1]'), 0)).toBeCloseTo((10 * (parts - 2)) / parts);
  expect(webShop.offerValue?.(after(search), 0)).toBeNull();
});

test('what is not on the page does nothing but use up a step', () => {
  const results = after(search);
  for (const text of [
    'click[b9]',
    'click[buy now]',
    'click[red]',
    'click[back]',
    'click[prev]',
    'buy',
    'hm',
    '',
    'search[]',
  ]) {
    expect(readShopAction(results, text).kind, text).toBe('invalid');
    const next = after(search, text);
    expect(next.page).toEqual(results.page);
    expect(pageText(next)).toBe('nothing happens');
    expect(turnsLeft(next, 0)).toBe(8);
  }
  expect(() => takeTurn(results, { kind: 'buy' })).toThrow('cannot be done');
});

test('pages turn and come back', () => {
  expect(pageText(after(search, 'click[next]'))).toMatch(/^b5 .* b8 .* prev next$/);
  expect(pageText(after(search, 'click[next]', 'click[prev]'))).toBe(pageText(after(search)));
  expect(pageText(after(search, 'click[next]', 'click[b6]', 'click[back]'))).toMatch(/^b5 /);
  expect(pageText(after('search[elephant]'))).toBe('no results');
});

test('nothing bought in ten steps earns nothing', () => {
  const over = after(search, ...Array.from({ length: 9 }, () => 'hm'));
  expect(webShop.outcome(over)).toEqual({ endReason: 'turn-limit', points: [0, 0], isParetoOptimal: false });
  expect(() => takeTurn(over, { kind: 'page' })).toThrow('already over');
});

test.each([
  ['search for Red shoes!', { kind: 'search', words: ['red', 'shoes'] }],
  ['Search [red  shoes]', { kind: 'search', words: ['red', 'shoes'] }],
  ['please open b2', { kind: 'look', code: 'b2' }],
  ['go to the next page', { kind: 'next' }],
  ['CLICK[ B3 ]', { kind: 'look', code: 'b3' }],
])('“%s” is understood on a page of results', (text, action) =>
  expect(readShopAction(after(search), text)).toEqual(action),
);

test.each(['I might buy it', 'do not buy it', 'should I buy?', 'buy b1 and b2'])('“%s” buys nothing', (text) =>
  expect(readShopAction(after(search, 'click[b1]'), text).kind).toBe('invalid'),
);

test('a strategy is followed by the action that it asks for, on a page where it makes sense', () => {
  const item = after(search, 'click[b1]');
  const read = (text: string, said: string, on = item) => readStrategyIn(on, text, readShopAction(on, said));
  expect(read('buy it now', 'click[buy now]')).toEqual({ family: 'buy', isApplicable: true, isFollowed: true });
  expect(read('buy it now', 'click[back]').isFollowed).toBe(false);
  expect(read('choose the wanted color', `click[${color}]`).isFollowed).toBe(true);
  expect(read('it costs too much so go back', 'click[back]').isApplicable).toBe(false); // it is within the limit
  expect(read('buy it now', 'click[b1]', after(search)).isApplicable).toBe(false);
  expect(read('be brave', 'click[back]')).toEqual({ family: null, isApplicable: false, isFollowed: null });
});

test('the view says what is wanted', () => {
  expect(viewOf(scenario)).toMatch(/^find [a-z ]+ color [a-z]+ size [a-z0-9]+ under \d+$/);
});

test('yardsticks are ordered', () => {
  const [any, first, best] = webShop.yardsticks().map(({ points }) => points);
  expect(any).toBeLessThan(1);
  expect(first).toBeGreaterThan(any ?? 10);
  expect(best).toBe(10);
});

function fail(): never {
  throw new Error('no such product');
}
