import { expect, test } from 'vitest';
import { configAt, LiveKnobs, withKnobChange } from './knobChange.ts';
import { defaultRunConfig } from './runConfig.ts';

const config = defaultRunConfig();

test('what is absent was not turned: no default creeps in', () => {
  expect(LiveKnobs.parse({})).toEqual({});
  expect(LiveKnobs.parse({ learningRate: 0.5e-3 })).toEqual({ learningRate: 0.5e-3 });
  expect(LiveKnobs.safeParse({ learningRate: 5 }).success).toBe(false);
  expect(LiveKnobs.safeParse({ seed: 2 }).success).toBe(false);
});

test('a change holds from its update on, and the later of two counts', () => {
  const changes = [
    { updatesDone: 2, knobs: { learningRate: 0.02, agentTemperature: 0 } },
    { updatesDone: 5, knobs: { learningRate: 0.05 } },
  ];
  expect(configAt(config, changes, 1)).toEqual(config);
  expect(configAt(config, changes, 2)).toEqual({ ...config, learningRate: 0.02, agentTemperature: 0 });
  expect(configAt(config, changes, 9)).toEqual({ ...config, learningRate: 0.05, agentTemperature: 0 });
});

test('the history is in order, and noting a change again adds nothing', () => {
  const first = withKnobChange([], { updatesDone: 4, knobs: { learningRate: 0.02 } });
  const earlier = withKnobChange(first, { updatesDone: 1, knobs: { agentTemperature: 0 } });
  expect(earlier.map(({ updatesDone }) => updatesDone)).toEqual([1, 4]);
  expect(withKnobChange(earlier, { updatesDone: 4, knobs: { learningRate: 0.02 } })).toEqual(earlier);
  const both = withKnobChange(earlier, { updatesDone: 4, knobs: { klPenaltyPerNat: 1 } });
  expect(both[1]?.knobs).toEqual({ learningRate: 0.02, klPenaltyPerNat: 1 });
});
