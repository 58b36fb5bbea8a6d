import { expect, test } from 'vitest';
import { testLessons } from '../../../tests/lessonsContract.ts';
import { RandomStream } from '../../base/random.ts';
import { priorityNegotiationLessons } from './lessons.ts';
import { parseStrategy } from './strategies.ts';

testLessons(priorityNegotiationLessons, { families: 25, paraphrases: 10 });

test('an utterance names the share that its strategy names: amounts always, others mostly', () => {
  const { environment } = priorityNegotiationLessons;
  const random = new RandomStream(1, 'naming');
  const state = environment.start(environment.sampleScenario(random, 'train'), 10);
  const shareNaming = (words: RegExp, advice: string) => {
    const strategy = parseStrategy(advice);
    if (!strategy) throw new Error(`cannot be read: ${advice}`);
    const said = Array.from({ length: 400 }, () => priorityNegotiationLessons.utterance(strategy, state, random));
    return said.filter((utterance) => words.test(utterance)).length / said.length;
  };
  expect(shareNaming(/1 .*food.*2 .*water/, 'want 1 food and 2 water')).toBe(1);
  expect(shareNaming(/food.*water.*firewood/, 'ask for 3 food 3 water and 3 firewood')).toBe(1);
  expect(shareNaming(/firewood/, 'keep all the food and water')).toBeLessThan(0.2); // the partner's: the firewood
  expect(shareNaming(/firewood/, 'give them the firewood')).toBeGreaterThan(0.7); // the own: 3 food, 3 water
});
