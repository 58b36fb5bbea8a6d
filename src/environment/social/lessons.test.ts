import { expect, test } from 'vitest';
import { testLessons } from '../../../tests/lessonsContract.ts';
import { RandomStream } from '../../base/random.ts';
import { ACTS_OF_ROLE } from './action.ts';
import { socialLessons } from './lessons.ts';
import { sightOf } from './sight.ts';
import { parseStrategy } from './strategy.ts';

testLessons(socialLessons, { families: 36, paraphrases: 10 });

test('much of the advice that does not fit is for one’s own role, at another moment', () => {
  const { environment, drawMisfit } = socialLessons;
  const random = new RandomStream(4);
  const own = environment.scenarios('validation').map((scenario) => {
    const state = environment.start(scenario, environment.turnLimit);
    const advised = parseStrategy(drawMisfit(state, random));
    return ACTS_OF_ROLE[sightOf(state, 0).role].some((kind) => kind === advised?.family);
  });
  expect(own.filter(Boolean).length / own.length).toBeGreaterThan(0.3);
});
