import { Dexie } from 'dexie';
import { wallClockMs } from '../base/clock.ts';
import type { Episode } from '../record/episode.ts';
import type { Rating } from '../record/rating.ts';
import { defaultRunConfig } from '../record/runConfig.ts';
import type { LabDatabase } from './database.ts';
import { explainingStorage } from './errors.ts';
import { changeRun } from './runs.ts';

/**
 * Dialogues that a person has played are kept like those of a run, so that everything that shows, exports or learns from
 * episodes finds them. The run has no updates: each dialogue stands for itself, numbered in the order of keeping.
 */
export const PLAYED_RUN_ID = 'played';

/** Keeps a finished dialogue with the ratings of its turns. */
export async function keepPlay(database: LabDatabase, episode: Episode, ratings: readonly Rating[]): Promise<void> {
  const { runs, episodes, ratings: ratingTable } = database;
  await explainingStorage(() =>
    database.transaction('rw', runs, episodes, ratingTable, async () => {
      const now = wallClockMs();
      if ((await runs.get(PLAYED_RUN_ID)) === undefined) {
        await runs.add({
          runId: PLAYED_RUN_ID,
          name: 'Played by you',
          status: 'finished',
          config: defaultRunConfig(),
          modelName: 'none',
          createdAtMs: now,
          updatedAtMs: now,
          updatesDone: 0,
          lastFailure: null,
        });
      }
      await changeRun(database, PLAYED_RUN_ID, {});
      const kept = await episodes
        .where('[runId+episode.updateIndex]')
        .between([PLAYED_RUN_ID, Dexie.minKey], [PLAYED_RUN_ID, Dexie.maxKey])
        .last();
      const updateIndex = indexOf(kept) + 1;
      await episodes.put({ runId: PLAYED_RUN_ID, episode: { ...episode, updateIndex } });
      await ratingTable.bulkPut(ratings.map((rating) => ({ runId: PLAYED_RUN_ID, rating })));
    }),
  );
}

/** Where the latest kept dialogue stands; -1 where there is none. */
function indexOf(row: unknown): number {
  const index = (row as { episode?: { updateIndex?: unknown } } | undefined)?.episode?.updateIndex; // read by its index
  return typeof index === 'number' ? index : -1;
}
