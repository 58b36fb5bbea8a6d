import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TuningFile } from './tuningFile.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tuning-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('what was written is there for the next session', async () => {
  const path = join(folder, 'cache', 'tuning.json');
  const first = new TuningFile(path);
  expect(await first.read('adapter, linear')).toBeNull();
  await first.write('adapter, linear', 'tiled 8');
  await first.write('adapter, weightGradient', 'tiled 16');
  const second = new TuningFile(path);
  expect(await second.read('adapter, linear')).toBe('tiled 8');
  expect(await second.read('adapter, weightGradient')).toBe('tiled 16');
  expect(await second.read('toString')).toBeNull();
});

test('a damaged file is an empty one', async () => {
  const path = join(folder, 'tuning.json');
  await writeFile(path, '{"adapter": 3');
  const store = new TuningFile(path);
  expect(await store.read('adapter')).toBeNull();
  await store.write('adapter', 'tiled 8');
  expect(await store.read('adapter')).toBe('tiled 8');
});
