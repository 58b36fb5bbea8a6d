import { expect, test } from 'vitest';
import { RandomStream } from '../base/random.ts';
import { kuhnPoker } from '../environment/calibration/kuhnPoker/kuhnPoker.ts';
import { literalAgent } from './literalAgent.ts';

const state = kuhnPoker.start(kuhnPoker.sampleScenario(new RandomStream(1), 'train'), 3);
const say = (strategy: string | null) => literalAgent(kuhnPoker)(state, 0, new RandomStream(2), strategy);

test('a strategy is carried out to the letter: a word exactly, a sentence of the game in some words that do it', () => {
  expect([say('pass'), say('bet')]).toEqual(['check', 'bet']);
  expect(kuhnPoker.readAction(state, say('bet 1 now')).kind).toBe('bet');
});

test('what the rules cannot read is repeated, and without a strategy nothing is said', () => {
  expect(say('tell them a story')).toBe('tell them a story');
  expect(say('fold now')).toBe('fold now'); // of the game, but nobody can fold here
  expect(say(null)).toBe('');
});
