import { expect, test } from 'vitest';
import { RandomStream } from '../../base/random.ts';
import { dealOrNoDeal } from '../../environment/negotiation/dealOrNoDeal.ts';
import { webShop } from '../../environment/shop/webShop.ts';
import { judgedDialogue } from './judgedDialogue.ts';

const scenario = dealOrNoDeal.sampleScenario(new RandomStream(1, 'judged'), 'train');
const turn = (seat: 0 | 1, utterance: string, kind: string) => ({
  seat,
  strategy: seat === 0 ? `plan ${utterance}` : null,
  utterance,
  action: { kind },
});
const episode = {
  scenario,
  turns: [turn(0, 'a', 'propose'), turn(1, 'b', 'talk'), turn(0, 'c', 'propose'), turn(1, 'd', 'accept')],
  endReason: 'agreement' as const,
  points: [7, 3] as const,
};

test('each seat’s side: own strategies, what was answered, own goal and own points', () => {
  const first = judgedDialogue(dealOrNoDeal, episode, 0);
  expect(first).toMatchObject({ opening: null, points: 7, endReason: 'agreement', hasDealRules: true });
  expect(first.ownTurns).toEqual([
    { strategy: 'plan a', utterance: 'a', act: 'propose', answer: 'b' },
    { strategy: 'plan c', utterance: 'c', act: 'propose', answer: 'd' },
  ]);
  expect(first.goal).toBe(dealOrNoDeal.description.goal(scenario, 0));

  const second = judgedDialogue(dealOrNoDeal, episode, 1);
  expect(second).toMatchObject({ opening: 'a', points: 3, name: 'answers', partnerName: 'opens' });
  expect(second.ownTurns).toEqual([
    { strategy: null, utterance: 'b', act: 'talk', answer: 'c' },
    { strategy: null, utterance: 'd', act: 'accept', answer: null },
  ]);
});

test('a seat that never had a turn has nothing to judge; a shop knows no deals', () => {
  expect(judgedDialogue(dealOrNoDeal, { ...episode, turns: [] }, 1).ownTurns).toEqual([]);
  const shopping = webShop.sampleScenario(new RandomStream(1, 'judged'), 'train');
  const shop = judgedDialogue(webShop, { scenario: shopping, turns: [], endReason: 'finished', points: [10, 0] }, 0);
  expect(shop.hasDealRules).toBe(false);
});
