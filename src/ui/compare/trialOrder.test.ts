import { expect, test } from 'vitest';
import { atMoment, fixtureRuns, type FixtureRun } from './compareFixtures.ts';
import type { Compared } from './contender.ts';
import { playersOf, trialPlan, trialRefusal } from './trialOrder.ts';

function runs(...made: readonly FixtureRun[]): readonly [Compared, Compared] {
  const [first, second] = fixtureRuns(...made);
  if (!first || !second) throw new Error('two are needed');
  return [first, second];
}

const idsOf = (compared: readonly Compared[]) => {
  const plan = trialPlan(compared, 8);
  return plan ? playersOf(plan).map(({ player }) => player.checkpointId) : [];
};

test('each plays with its own weights, and what they began with plays once for all of one model', () => {
  const [first, second] = runs({}, { changes: { learningRate: 0.01 } });
  const compared = [atMoment(first, 1), atMoment(first, 2), atMoment(second, 2)];
  expect(idsOf(compared)).toEqual(['run 1-1', 'run 1-2', 'run 2-2', null]);
  const adapted = {
    ...second,
    run: { ...second.run, config: { ...second.run.config, adapter: 'mine@1234' as const } },
  };
  expect(idsOf([atMoment(first, 1), atMoment(adapted, 2)])).toEqual(['run 1-1', 'run 2-2', null, null]);
});

test('what is played is the first one’s, with the knobs as they stood at its moment', () => {
  const [first, second] = runs({ changes: { agentTemperature: 0.5 } }, {});
  const changes = [{ updatesDone: 2, knobs: { agentTemperature: 0.9 } }];
  const turned = { ...first, run: { ...first.run, changes } };
  const temperature = (...compared: Compared[]) => trialPlan(compared, 8)?.setting.agentTemperature;
  expect(temperature(atMoment(turned, 2), second)).toBe(0.5);
  expect(temperature(atMoment(turned, 3), second)).toBe(0.9);
  expect(temperature(turned, second)).toBe(0.9);
});

test('what was played is known by everything it follows from', () => {
  const [first] = runs({}, {});
  const one = atMoment(first, 1);
  const keyOf = (compared: Compared, count = 8) => trialPlan([compared], count)?.contenders[0]?.after.key;
  expect(keyOf(one)).toBe(keyOf(atMoment(first, 1)));
  expect(keyOf(one, 9)).not.toBe(keyOf(one));
  const { weights } = one;
  if (weights?.kind !== 'checkpoint') throw new Error('it has a checkpoint');
  // The run went back and came to the same update again: other weights under the same id.
  const again = { ...one, weights: { ...weights, checkpoint: { ...weights.checkpoint, createdAtMs: 99 } } };
  expect(keyOf(again)).not.toBe(keyOf(one));
});

test('who cannot play is told why', () => {
  const [first, second] = runs({}, { changes: { environment: 'social' } });
  const [one, other] = [atMoment(first, 1), atMoment(second, 1)];
  expect(trialRefusal([one])).toBeNull();
  expect(trialRefusal([one, other])?.why).toContain('different environments');
  expect(trialRefusal([first])?.why).toContain('No checkpoint of run 1');
  const asking = { ...one, run: { ...one.run, config: { ...one.run.config, agent: 'chat' as const } } };
  expect(trialRefusal([asking])?.why).toContain('chat server');
});
