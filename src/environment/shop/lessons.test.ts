import { expect, test } from 'vitest';
import { testLessons } from '../../../tests/lessonsContract.ts';
import { RandomStream } from '../../base/random.ts';
import { textsOf } from '../grammar.ts';
import { drawStrategy } from './drawStrategy.ts';
import { STRATEGIES } from './language.ts';
import { shopLessons } from './lessons.ts';
import { pageText } from './display.ts';
import { createShopper } from './players.ts';
import type { ShopPlayer } from './players.ts';
import { readShopAction } from './readAction.ts';
import { allScenarios } from './scenarios.ts';
import type { ShopScenario } from './scenarios.ts';
import type { ShopState } from './state.ts';
import { parseStrategy, strategyText } from './strategies.ts';
import { webShop } from './webShop.ts';

testLessons(shopLessons, { families: 17, paraphrases: 10 });

/** Every state in which the shopper is to move, and the last one. */
function visit(scenario: ShopScenario, player: ShopPlayer, random: RandomStream): ShopState[] {
  const states = [webShop.start(scenario, shopLessons.environment.turnLimit)];
  for (let state = states[0]; state && webShop.seatToMove(state) !== null; state = states.at(-1)) {
    const text = shopLessons.utterance(player.chooseStrategy(state, random), state, random);
    const after = webShop.step(state, webShop.readAction(state, text));
    const isOver = webShop.seatToMove(after) === null;
    states.push(isOver ? after : webShop.step(after, webShop.readAction(after, pageText(after))));
  }
  return states;
}

test('an expert gets all points of every task', () => {
  expect(allScenarios().length).toBeGreaterThanOrEqual(900);
  for (const scenario of allScenarios()) {
    const states = visit(scenario, createShopper('expert'), new RandomStream(1, scenario.id));
    expect(webShop.outcome(states.at(-1) as ShopState)?.points, scenario.id).toEqual([10, 0]); // never empty
  }
}, 30_000);

test('pages, boards and views are short', () => {
  const words = (text: string) => text.split(' ').length;
  for (const scenario of allScenarios().slice(0, 200)) {
    expect(words(webShop.view(scenario, 0))).toBeLessThanOrEqual(12);
    for (const state of visit(scenario, createShopper('browser'), new RandomStream(2, scenario.id))) {
      expect(words(webShop.board(state, 0))).toBeLessThanOrEqual(26);
      expect(words(pageText(state))).toBeLessThanOrEqual(40);
    }
  }
}, 30_000);

test('every strategy is read back with its details', () => {
  for (const scenario of allScenarios().slice(0, 100)) {
    const random = new RandomStream(3, scenario.id);
    for (const state of visit(scenario, createShopper('erratic'), random)) {
      if (state.phase === 'over') continue;
      const strategy = drawStrategy(state, random);
      const text = strategyText(strategy, random);
      expect(parseStrategy(text), text).toEqual(strategy);
    }
  }
});

test('every family has at least ten wordings, no two families share one', () => {
  const homes = new Map<string, string>();
  for (const [family, templates] of Object.entries(STRATEGIES)) {
    const texts = templates.flatMap((template) => textsOf(template));
    expect(new Set(texts).size, family).toBeGreaterThanOrEqual(10);
    for (const text of texts) {
      expect(homes.get(text) ?? family, text).toBe(family);
      homes.set(text, family);
    }
  }
});

test('noise does nothing', () => {
  for (const scenario of allScenarios().slice(0, 60)) {
    const random = new RandomStream(4, scenario.id);
    for (const state of visit(scenario, createShopper('erratic'), random)) {
      if (state.phase === 'over') continue;
      const noise = shopLessons.noise(state, random);
      expect(readShopAction(state, noise).kind, noise).toBe('invalid');
    }
  }
});
