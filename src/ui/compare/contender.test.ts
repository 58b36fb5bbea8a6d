import { expect, test } from 'vitest';
import { BASE } from '../route.ts';
import { atMoment, fixtureRuns } from './compareFixtures.ts';
import { asOf, comparedOf, runsOf } from './contender.ts';

function savedRun() {
  const [run] = fixtureRuns({ updates: 3, heldOut: [[1, 4]] });
  if (!run) throw new Error('one was made');
  return atMoment(atMoment(run, 3), 1);
}

test('a run and its checkpoints are compared as different things, each with weights of its own', () => {
  const saved = savedRun();
  const { runId } = saved.run;
  const compared = comparedOf(
    [null, `${runId}-1`, BASE, `${runId}-2`].map((at) => ({ runId, at })),
    [saved],
  );
  expect(compared.map(({ key, moment }) => [key, moment])).toEqual([
    ['run%201', null],
    ['run%201@run%201-1', 1],
    ['run%201@base', 0],
  ]); // there is no checkpoint of update 2
  expect(compared.map(({ name }) => name)).toEqual(['run 1', 'update 1 · run 1', 'before training · run 1']);
  expect(
    compared.map(({ weights }) => (weights?.kind === 'checkpoint' ? weights.checkpoint.checkpointId : BASE)),
  ).toEqual(
    [`${runId}-3`, `${runId}-1`, BASE], // the run as a whole plays with its newest
  );
  expect(new Set(compared.map(({ style }) => style.color)).size).toBe(3);
});

test('a run that is not saved here has nothing to compare', () => {
  expect(comparedOf([{ runId: 'elsewhere', at: null }], [savedRun()])).toEqual([]);
});

test('as of a moment, nothing later was known', () => {
  const saved = savedRun();
  const then = asOf({ ...saved, moment: 2 });
  expect([then.history.length, then.evaluations.length]).toEqual([2, 1]);
  expect(asOf({ ...saved, moment: 0 }).evaluations).toEqual([]);
  expect(asOf({ ...saved, moment: null })).toMatchObject({ history: saved.history });
});

test('contenders of one run have one line, in the style of the whole run where that is among them', () => {
  const [whole, other] = fixtureRuns({}, {});
  if (!whole || !other) throw new Error('two were made');
  const moment = { ...atMoment(whole, 1), style: other.style };
  expect(runsOf([moment, whole, other]).map(({ key }) => key)).toEqual(['run 1', 'run 2']);
  expect(runsOf([moment, other]).map(({ key }) => key)).toEqual([moment.key, 'run 2']);
});
