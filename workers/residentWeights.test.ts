import { beforeAll, expect, test } from 'vitest';
import { loadBuiltInModel } from '../tests/builtInModel.ts';
import { scriptedEngine } from '../tests/scriptedDecoder.ts';
import { HashingDecoder } from '../tests/hashingDecoder.ts';
import type { Engine, FrozenWeights } from '../src/policy/engine.ts';
import type { LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import { ResidentWeights } from './residentWeights.ts';

let model: LoadedCheckpoint;
beforeAll(async () => {
  model = await loadBuiltInModel();
});

/** An engine that tells what becomes of its weights. */
function watchedEngine(name: string, news: string[]): Engine {
  const engine = scriptedEngine(model.config, () => new HashingDecoder(model));
  return {
    ...engine,
    loadWeights(...given: Parameters<Engine['loadWeights']>): FrozenWeights {
      news.push(`${name} loaded`);
      const weights = engine.loadWeights(...given);
      return Object.assign(Object.create(weights) as FrozenWeights, {
        [Symbol.dispose]: () => void news.push(`${name} freed`),
      });
    },
  };
}

test('weights are loaded once, until another model or nobody wants them', async () => {
  const news: string[] = [];
  const [one, other] = [watchedEngine('one', news), watchedEngine('other', news)];
  const resident = new ResidentWeights();
  const first = await resident.of(one, model);
  expect(await resident.of(one, model)).toBe(first);
  expect(news).toEqual(['one loaded']);
  await resident.of(other, model);
  expect(news).toEqual(['one loaded', 'one freed', 'other loaded']);
  resident.free();
  resident.free();
  expect(news.at(-1)).toBe('other freed');
  await resident.of(other, model);
  expect(news).toEqual(['one loaded', 'one freed', 'other loaded', 'other freed', 'other loaded']);
});

test('what cannot be loaded is tried again', async () => {
  const news: string[] = [];
  const engine = watchedEngine('one', news);
  const broken: Engine = {
    ...engine,
    loadWeights() {
      throw new Error('no memory');
    },
  };
  const resident = new ResidentWeights();
  await resident.of(engine, model);
  await expect(resident.of(broken, model)).rejects.toThrow('no memory');
  expect(news).toEqual(['one loaded', 'one freed']);
  await resident.of(engine, model);
  expect(news.at(-1)).toBe('one loaded');
});
