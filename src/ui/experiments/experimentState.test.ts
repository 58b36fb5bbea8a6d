import { expect, test } from 'vitest';
import { orderOf } from '../../experiments/recipe.ts';
import { recipeNamed } from '../../experiments/recipes/recipes.ts';
import { describeExperiment, formatMinutes } from './describeExperiment.ts';
import { applyToExperiment, NO_EXPERIMENT, type ExperimentChange } from './experimentState.ts';
import { resultsIn } from './resultsFile.ts';

const order = orderOf(recipeNamed('controls'), true);
const started: ExperimentChange = { kind: 'experiment.started', experimentId: 'a', order };
const progressed = (experimentId = 'a'): ExperimentChange => ({
  kind: 'experiment.progressed',
  experimentId,
  part: 'p',
  share: 0.5,
  done: 2,
  parts: 9,
});
const failed = (code: string): ExperimentChange => ({
  kind: 'experiment.failed',
  experimentId: 'a',
  failure: { code, what: 'What.', why: 'Why.', fix: 'Fix.' },
});
const after = (...changes: ExperimentChange[]) => changes.reduce(applyToExperiment, NO_EXPERIMENT);

test('progress counts; news of another experiment does not', () => {
  expect(after(started, progressed())).toMatchObject({ phase: 'running', done: 2, parts: 9, share: 0.5 });
  expect(after(started, progressed('b'))).toMatchObject({ done: 0 });
  expect(after(progressed())).toEqual(NO_EXPERIMENT);
});

test('a pause keeps what is done; a failure is shown; an end is an end', () => {
  expect(after(started, progressed(), { kind: 'experiment.stopping' }).phase).toBe('pausing');
  expect(after(started, progressed(), { kind: 'experiment.stopping' }, failed('cancelled'))).toMatchObject({
    phase: 'paused',
    done: 2,
    failure: null,
  });
  expect(after(started, failed('gpu-lost'))).toMatchObject({ phase: 'failed', failure: { code: 'gpu-lost' } });
  const finished = after(started, { kind: 'experiment.finished', experimentId: 'a' });
  expect(applyToExperiment(finished, progressed())).toBe(finished);
});

test('where it stands, in words', () => {
  expect(describeExperiment(after(started, progressed()), null)).toBe('Part 3 of 9 is under way.');
  expect(describeExperiment(null, { missingParts: 0 })).toBe('All of it is there already.');
  expect([20, 60, 600, 9000].map(formatMinutes)).toEqual(['half a minute', 'a minute', '10 minutes', '2.5 hours']);
});

test('a file that holds no results says so', async () => {
  for (const text of ['{', '{"a": 1}', '[]'])
    await expect(resultsIn({ size: 1, text: async () => text })).rejects.toMatchObject({ code: 'results-unreadable' });
  await expect(resultsIn({ size: 1e9, text: async () => '' })).rejects.toMatchObject({ code: 'results-unreadable' });
});
