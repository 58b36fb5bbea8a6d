import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BUILT_IN_MODELS, DEFAULT_BUILT_IN_MODEL, isBuiltInModel } from './builtInModel.ts';
import { defaultRunConfig, RunConfig } from './runConfig.ts';

test('a config that was saved before models could be chosen reads as one of the default model', () => {
  const { model, ...older } = defaultRunConfig();
  expect(model).toBe(DEFAULT_BUILT_IN_MODEL);
  expect(RunConfig.parse(older)).toEqual(defaultRunConfig());
});

test('a model that does not ship is refused by name', () => {
  const parsed = RunConfig.safeParse({ model: 'no-such-model' });
  expect(parsed.success).toBe(false);
  expect(parsed.error?.issues[0]?.path).toEqual(['model']);
});

test('every built-in model has its folder and a line that says what it is for', () => {
  expect(new Set(BUILT_IN_MODELS.map(({ name }) => name)).size).toBe(BUILT_IN_MODELS.length);
  for (const { name, label, about } of BUILT_IN_MODELS) {
    expect(isBuiltInModel(name)).toBe(true);
    expect(existsSync(`public/models/${name}/model.safetensors`), name).toBe(true);
    expect(label).not.toBe('');
    expect(about).not.toBe('');
  }
  expect(isBuiltInModel('tests/fixtures/tiny-llama')).toBe(false);
});
