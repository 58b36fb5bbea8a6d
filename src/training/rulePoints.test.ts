import { expect, test } from 'vitest';
import { examplePack, exampleScenario, packText } from '../ui/scenarios/packText.ts';
import { assertPackPlayable, runEnvironment } from '../environment/runEnvironment.ts';
import type { Scenario } from '../record/scenario.ts';
import type { PlayedEpisode } from './rollout.ts';
import { withRulePoints } from './rulePoints.ts';

const ruled = (id: string, source: string) => ({ ...exampleScenario(id), scoring: { kind: 'rule' as const, source } });
const PACK = packText({
  ...examplePack('mine'),
  scenarios: [ruled('one', 'first'), ruled('two', 'second'), exampleScenario('three')],
});
const RUN = { environment: 'sotopia', pack: PACK } as const;
const { signal } = new AbortController();

const played = (scenario: Scenario): PlayedEpisode => ({
  episodeId: scenario.id,
  scenario,
  outcome: { endReason: 'turn-limit', points: [0, 0], isParetoOptimal: false, unscored: [0, 1] },
  turns: [],
  source: 'policy',
  origin: null,
  stem: null,
  contexts: [null, null],
  helps: [[], []],
  agentContexts: [null, null],
  trainedSeats: [0, 1],
});

test('each rule is asked once, for its own dialogues; its points take the place of what nobody knew', async () => {
  const scenarios = runEnvironment(RUN).scenarios('train');
  const asked: [string, number][] = [];
  const ask = async (source: string, dialogues: readonly unknown[]) => {
    asked.push([source, dialogues.length]);
    return dialogues.map((_, index) => [index, source === 'first' ? 1 : 2] as const);
  };
  const scored = await withRulePoints(ask, scenarios.map(played), signal);
  expect(asked).toEqual([
    ['first', 2],
    ['second', 2],
  ]);
  expect(scored.map(({ outcome }) => [outcome.points, outcome.unscored])).toEqual([
    [[0, 1], []],
    [[1, 1], []],
    [[0, 2], []],
    [[1, 2], []],
    [
      [0, 0],
      [0, 1],
    ],
    [
      [0, 0],
      [0, 1],
    ],
  ]);
});

test('where nobody can run rules, nothing is known; what a rule throws is heard', async () => {
  const episodes = runEnvironment(RUN).scenarios('train').map(played);
  expect(await withRulePoints(undefined, episodes, signal)).toBe(episodes);
  const failing = () => Promise.reject(new Error('too slow'));
  await expect(withRulePoints(failing, episodes, signal)).rejects.toThrow('too slow');
});

test('a pack is refused where nobody could tell how its dialogues went, or a split is missing', () => {
  const able = { hasEvaluator: false, canRunRules: true };
  expect(() => assertPackPlayable(RUN, ['train'], able)).not.toThrow();
  expect(() => assertPackPlayable(RUN, ['train'], { ...able, canRunRules: false })).toThrow(/cannot be played here/);
  expect(() => assertPackPlayable(RUN, ['train', 'validation'], able)).toThrow(/no scenario in the split/);
  const open = packText({
    ...examplePack('mine'),
    scenarios: [{ ...exampleScenario('a'), scoring: { kind: 'evaluator' } }],
  });
  expect(() => assertPackPlayable({ ...RUN, pack: open }, ['train'], able)).toThrow(/Nobody could tell/);
  expect(() => assertPackPlayable({ ...RUN, pack: open }, ['train'], { ...able, hasEvaluator: true })).not.toThrow();
  expect(() => runEnvironment({ environment: 'shop', pack: PACK })).toThrow(/is no shop/);
});
