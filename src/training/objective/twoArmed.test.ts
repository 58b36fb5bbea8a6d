import { describe, expect, test } from 'vitest';
import { trainTwoArmed } from '../../../tests/objective/twoArmed.ts';
import { PRESET_NAMES } from '../../record/objectivePreset.ts';
import { PRESET_OBJECTIVES } from './presets/presetObjectives.ts';
import { reinforce } from './presets/reinforce.ts';

const base = { updates: 60, steps: 2, startingLogit: -0.5, seed: 4, worth: 1 };

describe('the better of two strategies becomes likelier', () => {
  // EMPO has no rewards: it strengthens what most dialogues did, so for it the better strategy has to be the usual one.
  const startingLogit = (name: string) => (name === 'empo' ? 0.5 : base.startingLogit);

  test.each(PRESET_NAMES)('%s', (name) => {
    const { before, after } = trainTwoArmed({
      ...base,
      objective: PRESET_OBJECTIVES[name],
      startingLogit: startingLogit(name),
    });
    expect(before).toBeCloseTo(1 / (1 + Math.exp(-startingLogit(name))), 9);
    expect(after - before).toBeGreaterThan(0.15);
  });

  test('and not without a reason: where it earns less than nothing it becomes rarer', () => {
    const { before, after } = trainTwoArmed({ ...base, objective: reinforce, worth: -1 });
    expect(before - after).toBeGreaterThan(0.15);
  });
});
