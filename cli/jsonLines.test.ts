import { appendFile, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ExportedEpisode } from '../src/storage/export/episodes.ts';
import { fakeEpisode, fakeMetrics, fakeTrace } from '../src/storage/fakeRecords.ts';
import { appendEpisodes, appendMetrics, truncateLines } from './jsonLines.ts';

const newPath = async (name: string) => join(await mkdtemp(join(tmpdir(), 'parley-')), name);
const readLines = async (path: string) =>
  (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

test('a resumed run drops the lines it will write again, and one that a crash cut short', async () => {
  const path = await newPath('metrics.jsonl');
  for (const updateIndex of [0, 1, 2]) await appendMetrics(path, updateIndex, fakeMetrics(updateIndex));
  await appendFile(path, '{"updateIndex":3,"lo');
  await truncateLines(path, 'updateIndex', 2);
  expect(await readLines(path)).toEqual([
    { updateIndex: 0, ...fakeMetrics(0) },
    { updateIndex: 1, ...fakeMetrics(1) },
  ]);
});

test('a file that does not exist yet needs no truncation', async () => {
  await expect(truncateLines(await newPath('none.jsonl'), 'updateIndex', 0)).resolves.toBeUndefined();
});

test('each episode gets its own traces', async () => {
  const path = await newPath('episodes.jsonl');
  await appendEpisodes(path, [fakeEpisode('a', 0), fakeEpisode('b', 0)], [fakeTrace('b', 1), fakeTrace('a', 0)]);
  const lines = (await readLines(path)).map((line) => ExportedEpisode.parse(line));
  expect(lines.map(({ episodeId, traces }) => [episodeId, traces.map(({ seat }) => seat)])).toEqual([
    ['a', [0]],
    ['b', [1]],
  ]);
});
