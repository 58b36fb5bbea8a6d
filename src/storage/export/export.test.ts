import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { defaultRunConfig } from '../../record/runConfig.ts';
import { LabDatabase } from '../database.ts';
import { fakeEpisode, fakeTrace } from '../fakeRecords.ts';
import { recordEpisodes } from '../history.ts';
import { createRun } from '../runs.ts';
import { ExportedEpisode, episodeLines } from './episodes.ts';
import { zipBytes } from './zip.ts';

test('the episodes of a run are one line each, in order, and give every float32 back exactly', async () => {
  const database = new LabDatabase('test', { indexedDB: new IDBFactory(), IDBKeyRange });
  await createRun(database, { runId: 'run-1', name: 'a run', config: defaultRunConfig(), modelName: 'parley-mini' });
  for (const updateIndex of [2, 10]) {
    const episodeId = `in ${updateIndex}`;
    await recordEpisodes(database, 'run-1', [fakeEpisode(episodeId, updateIndex)], [fakeTrace(episodeId, 1)]);
  }
  const lines: string[] = [];
  for await (const line of episodeLines(database, 'run-1')) lines.push(line);
  const exported = lines.map((line) => ExportedEpisode.parse(JSON.parse(line)));
  expect(exported).toMatchObject([fakeEpisode('in 2', 2), fakeEpisode('in 10', 10)]);
  expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);

  const saved = fakeTrace('in 10', 1);
  const trace = exported[1]?.traces[0];
  expect(trace).toMatchObject({ seat: 1, policyVersion: 3, tokenIds: [7, 70_000, 9], sampledMask: [0, 1, 1] });
  expect(Float32Array.from(trace?.klToBase ?? [])).toEqual(saved.klToBase);
  expect(Float32Array.from(trace?.logProbs ?? [])).toEqual(saved.logProbs);
});

test('a zip holds the names and the bytes, stored, and the same files give the same zip', async () => {
  const files = [{ name: 'config.json', bytes: new TextEncoder().encode('{"a":1}') }];
  const zip = await zipBytes(files, 1_700_000_000_000);
  const text = new TextDecoder('latin1').decode(zip);
  expect(text.slice(0, 2)).toBe('PK');
  expect(text).toContain('config.json');
  expect(text).toContain('{"a":1}');
  expect(await zipBytes(files, 1_700_000_000_000)).toEqual(zip);
});
