import { expect, test } from 'vitest';
import { defaultRunConfig } from '../../record/runConfig.ts';
import { describeKnobs, turnedKnobs } from './liveKnobs.ts';

const config = defaultRunConfig();

test('only what was edited and differs is turned', () => {
  expect(turnedKnobs(config, {}).knobs).toEqual({});
  expect(turnedKnobs(config, { learningRate: '0.001' }).knobs).toEqual({}); // as it is
  const { knobs, errors, texts } = turnedKnobs(config, { learningRate: '5e-4', klPenaltyPerNat: '0.2' });
  expect(knobs).toEqual({ learningRate: 5e-4, klPenaltyPerNat: 0.2 });
  expect(errors).toEqual({});
  expect(texts.learningRate).toBe('5e-4');
  expect(describeKnobs(knobs)).toBe('KL to base 0.2, Learning rate 0.0005');
});

test('a wrong text turns nothing, and says which', () => {
  const { knobs, errors } = turnedKnobs(config, { learningRate: '7', agentTemperature: '0' });
  expect(knobs).toEqual({});
  expect(Object.keys(errors)).toEqual(['learningRate']);
});
