import { expect, test } from 'vitest';
import { BUILT_IN_MODEL_NAMES, DEFAULT_BUILT_IN_MODEL } from '../src/record/builtInModel.ts';
import { builtInNamed, loadModel, tinyNamed } from './loadModel.ts';

test('a built-in model is meant by “builtin”, by “builtin:” and its name, and by the name that checkpoints record', async () => {
  expect(builtInNamed('builtin')).toBe(DEFAULT_BUILT_IN_MODEL);
  for (const name of BUILT_IN_MODEL_NAMES) {
    expect(builtInNamed(`builtin:${name}`)).toBe(name);
    expect(builtInNamed(name)).toBe(name);
  }
  expect((await loadModel(`builtin:${DEFAULT_BUILT_IN_MODEL}`)).name).toBe(DEFAULT_BUILT_IN_MODEL);
});

test('anything else is a folder, which keeps its path as its name', async () => {
  expect(builtInNamed('tests/fixtures/tiny-llama')).toBeNull();
  expect((await loadModel('tests/fixtures/tiny-llama')).name).toBe('tests/fixtures/tiny-llama');
});

test('a name that is none is answered with those that are', () => {
  expect(() => builtInNamed('builtin:nobody')).toThrow(
    expect.objectContaining({ code: 'model-unknown', why: expect.stringContaining(DEFAULT_BUILT_IN_MODEL) }),
  );
});

test('an untrained model is meant by its seed, and knows the words of the environment; its recorded name says both', async () => {
  expect(tinyNamed('tiny:7', 'kuhn-poker')).toEqual({ environment: 'kuhn-poker', seed: 7 });
  expect(tinyNamed('tiny:two-arms:7', 'kuhn-poker')).toEqual({ environment: 'two-arms', seed: 7 });
  expect(tinyNamed('builtin', 'kuhn-poker')).toBeNull();
  const { name, model } = await loadModel('tiny:7', 'kuhn-poker');
  expect(name).toBe('tiny:kuhn-poker:7');
  expect(model.tokenizer.decode(model.tokenizer.encodePlain('hold queen'))).toBe('hold queen');
  expect((await loadModel(name)).model.weights).toEqual(model.weights);
});

test.each(['tiny:', 'tiny:seven', 'tiny:chess:7', 'tiny:7:7'])('%s is no model', (text) => {
  expect(() => tinyNamed(text, 'kuhn-poker')).toThrow(expect.objectContaining({ code: 'model-unknown' }));
});
