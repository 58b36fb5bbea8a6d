import { expect, test } from 'vitest';
import { fixtureFolder } from '../../tests/fixtureFiles.ts';
import { loadCheckpoint, openCheckpoint } from './formats/huggingFace.ts';
import { limitContext } from './modelConfig.ts';
import { modelHash } from './modelHash.ts';
import { tensorNamed } from './weights.ts';

const NORM = 'model.norm.weight';

test('in memory or in files, and however much of its context is used, a model has one hash', async () => {
  const loaded = await loadCheckpoint(fixtureFolder('tiny-llama'));
  const opened = await openCheckpoint(fixtureFolder('tiny-llama'));
  const hash = await modelHash(loaded);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(await modelHash(opened)).toBe(hash);
  expect(await modelHash({ ...loaded, config: limitContext(loaded.config, 16) })).toBe(hash);
});

test('one number, one word or one setting makes it another', async () => {
  const loaded = await loadCheckpoint(fixtureFolder('tiny-llama'));
  const { shape, data } = tensorNamed(loaded.weights, NORM);
  const nudged = data.map((value, index) => (index === 3 ? value + 1e-6 : value));
  const keptFiles = loaded.keptFiles.map(({ name, bytes }) =>
    name === 'tokenizer.json'
      ? { name, bytes: bytes.map((byte, index) => (index === 100 ? byte ^ 1 : byte)) }
      : { name, bytes },
  );
  const others = [
    { ...loaded, weights: new Map([...loaded.weights, [NORM, { shape, data: nudged }] as const]) },
    { ...loaded, config: { ...loaded.config, ropeTheta: 1 } },
    { ...loaded, keptFiles },
  ];
  const hashes = await Promise.all([loaded, ...others].map(modelHash));
  expect(new Set(hashes).size).toBe(4);
});
