import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { fakeEpisode } from '../fakeRecords.ts';
import { verlParquet, verlRows } from './verl.ts';

test('one row per decision, and a reader of Parquet gives back what was written', async () => {
  const episodes = [fakeEpisode('e1', 0), fakeEpisode('e2', 0)];
  const rows = verlRows(episodes);
  const strategies = episodes.flatMap(({ turns, trainedSeats }) =>
    turns.filter(({ seat, strategy }) => trainedSeats.includes(seat) && strategy !== null),
  );
  expect(rows).toHaveLength(strategies.length);
  expect(rows.every(({ prompt }) => prompt.at(-1)?.role === 'user')).toBe(true);
  const bytes = verlParquet(episodes);
  expect(await parquetReadObjects({ file: bytes.buffer as ArrayBuffer })).toEqual(rows);
});
