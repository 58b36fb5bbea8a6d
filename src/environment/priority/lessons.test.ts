import { expect, test } from 'vitest';
import { testLessons } from '../../../tests/lessonsContract.ts';
import { RandomStream } from '../../base/random.ts';
import { priorityNegotiationLessons } from './lessons.ts';
import { parseStrategy } from './strategies.ts';

testLessons(priorityNegotiationLessons, { families: 25, paraphrases: 10 });

test('an utterance mostly names the share that its strategy names', () => {
  const { environment } = priorityNegotiationLessons;
  const random = new RandomStream(1, 'naming');
  const state = environment.start(environment.sampleScenario(random, 'train'), 10);
  const sharesNamingFirewood = (advice: string) => {
    const strategy = parseStrategy(advice);
    if (!strategy) throw new Error(`cannot be read: ${advice}`);
    const said = Array.from({ length: 400 }, () => priorityNegotiationLessons.utterance(strategy, state, random));
    return said.filter((utterance) => utterance.includes('firewood')).length / said.length;
  };
  expect(sharesNamingFirewood('want 1 food and 2 water')).toBeLessThan(0.2); // the partner's: 2 food, 1 water, 3 firewood
  expect(sharesNamingFirewood('give them the firewood')).toBeGreaterThan(0.7); // the own: 3 food, 3 water
});
