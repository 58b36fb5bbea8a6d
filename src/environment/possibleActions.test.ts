import { expect, test } from 'vitest';
import { RandomStream } from '../base/random.ts';
import { household } from './household/household.ts';
import { possibleHouseholdActions } from './household/possibleActions.ts';
import { possibleShopActions } from './shop/possibleActions.ts';
import { webShop } from './shop/webShop.ts';

/** Walks about by the offered texts alone; every one of them has to be read as a legal action. */
test('whatever a shop or a house offers is legal, in every state of random walks', () => {
  for (let walk = 0; walk < 20; walk++) {
    const random = new RandomStream(7, 'walk', walk);
    let shop = webShop.start(webShop.sampleScenario(random, 'train'), webShop.turnLimit);
    for (let step = 0; step < 8 && webShop.seatToMove(shop) !== null; step++) {
      const offered = possibleShopActions(shop).map(({ text }) => text);
      for (const text of offered) expect(webShop.readAction(shop, text).kind, text).not.toBe('invalid');
      const said = offered.length > 0 ? random.pick(offered) : 'search[red shirt]';
      shop = webShop.step(shop, webShop.readAction(shop, said));
      if (webShop.seatToMove(shop) === 1) shop = webShop.step(shop, webShop.readAction(shop, ''));
    }
    let house = household.start(household.sampleScenario(random, 'train'), household.turnLimit);
    for (let step = 0; step < 12 && household.seatToMove(house) !== null; step++) {
      const offered = possibleHouseholdActions(house);
      expect(offered.length).toBeGreaterThan(3);
      for (const text of offered) expect(household.readAction(house, text).kind, text).not.toBe('invalid');
      house = household.step(house, household.readAction(house, random.pick(offered)));
      if (household.seatToMove(house) === 1) house = household.step(house, household.readAction(house, ''));
    }
  }
});
