import { expect, test } from 'vitest';
import { defaultRunConfig } from '../record/runConfig.ts';
import { defaultDraft } from './configForm.ts';
import { choicesLeftOut, refusalOf, startableRun } from './refusal.ts';

test('a composition that cannot learn is refused in the form, with what, why and what to do', () => {
  const lonely = { preset: 'grpo', episodesPerScenario: 1 } as const;
  const refusal = refusalOf({ ...defaultRunConfig(), ...lonely });
  expect(refusal?.what).toContain('grpo');
  expect(refusal?.fix).toContain('Episodes per scenario');
  expect(startableRun({ ...defaultDraft(), ...lonely, episodesPerScenario: '1' })).toBeNull();
});

test('what the environment cannot give is refused in the form: IGPO where no words name a goal, a server that is not named', () => {
  const config = defaultRunConfig();
  expect(refusalOf({ ...config, preset: 'igpo', environment: 'kuhn-poker' })?.why).toContain('best outcome');
  expect(refusalOf({ ...config, preset: 'igpo', environment: 'guess-the-number' })).toBeNull();
  expect(refusalOf({ ...config, agent: 'chat' })?.what).toBe('There is nobody to ask.');
  expect(
    refusalOf({ ...config, trainedSeats: 'alternate', partnerStrategist: 'react', partnerAgent: 'script' }),
  ).not.toBeNull();
  expect(refusalOf({ ...config, environment: 'sotopia', pack: '{' })?.what).toContain('cannot be used');
});

test('a blend is offered: its parts can be named once it is chosen', () => {
  expect([...choicesLeftOut(defaultRunConfig(), 'turnReward').keys()]).not.toContain('blend');
});

test('the defaults can be started; a draft with a typing error cannot', () => {
  expect(refusalOf(defaultRunConfig())).toBeNull();
  expect(startableRun(defaultDraft())).toEqual(defaultRunConfig());
  expect(startableRun({ ...defaultDraft(), learningRate: 'much' })).toBeNull();
});

test('a menu leaves out what nothing in the form could make work, and says why', () => {
  const config = defaultRunConfig();
  // A server can still be named, a strategy still be written; a model of its own this browser does not have.
  expect([...choicesLeftOut(config, 'agent').keys()]).toEqual(['browser']);
  expect(choicesLeftOut(config, 'agent').get('browser')?.why).toContain('Prompt API');
  const poker = { ...config, environment: 'kuhn-poker', trainedSeats: 'alternate' } as const;
  expect([...choicesLeftOut(poker, 'turnReward').keys()]).toEqual(['information-gain']);
  expect([...choicesLeftOut(poker, 'partnerAgent').keys()]).toEqual(['browser', 'negotiator']);
  expect(choicesLeftOut(poker, 'learningRate').size).toBe(0);
});
