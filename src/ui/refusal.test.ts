import { expect, test } from 'vitest';
import { defaultRunConfig } from '../record/runConfig.ts';
import { defaultDraft } from './configForm.ts';
import { refusalOf, startableRun } from './refusal.ts';

test('a composition that cannot learn is refused in the form, with what, why and what to do', () => {
  const lonely = { preset: 'grpo', episodesPerScenario: 1 } as const;
  const refusal = refusalOf({ ...defaultRunConfig(), ...lonely });
  expect(refusal?.what).toContain('grpo');
  expect(refusal?.fix).toContain('Episodes per scenario');
  expect(startableRun({ ...defaultDraft(), ...lonely, episodesPerScenario: '1' })).toBeNull();
});

test('the defaults can be started; a draft with a typing error cannot', () => {
  expect(refusalOf(defaultRunConfig())).toBeNull();
  expect(startableRun(defaultDraft())).toEqual(defaultRunConfig());
  expect(startableRun({ ...defaultDraft(), learningRate: 'much' })).toBeNull();
});
