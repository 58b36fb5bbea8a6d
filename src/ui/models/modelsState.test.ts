import { expect, test } from 'vitest';
import { applyModelsNews, NO_MODELS, secondsLeft, type ModelsNews } from './modelsState.ts';

const failure = (code: string) => ({ code, what: 'a', why: 'b', fix: 'c' });
const after = (...news: readonly ModelsNews[]) => news.reduce(applyModelsNews, NO_MODELS);
const progress: ModelsNews = {
  kind: 'model.progressed',
  label: 'm',
  file: 'model.safetensors',
  doneBytes: 100,
  totalBytes: 400,
  bytesPerSecond: 50,
};

test('what is on its way shows its rate and the time that is left', () => {
  const { adding } = after({ kind: 'ordered', label: 'm' }, progress);
  expect(adding).toMatchObject({ file: 'model.safetensors', doneBytes: 100 });
  expect(adding && secondsLeft(adding)).toBe(6);
  expect(secondsLeft({ label: 'm', file: null, doneBytes: 0, totalBytes: null, bytesPerSecond: 50 })).toBeNull();
});

test('a model that arrived is named until the next begins', () => {
  const arrived = after(progress, { kind: 'model.added', modelName: 'm@0123456789ab' });
  expect(arrived).toMatchObject({ adding: null, addedName: 'm@0123456789ab' });
  expect(applyModelsNews(arrived, { kind: 'ordered', label: 'n' }).addedName).toBeNull();
});

test('a failure is shown; a cancellation that somebody wanted is not', () => {
  expect(after(progress, { kind: 'model.failed', failure: failure('model-hash') })).toMatchObject({
    adding: null,
    failure: { code: 'model-hash' },
  });
  expect(after(progress, { kind: 'model.failed', failure: failure('cancelled') }).failure).toBeNull();
});
