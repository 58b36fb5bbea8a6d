import { Dexie } from 'dexie';
import type { Rating } from '../record/rating.ts';
import type { LabDatabase } from './database.ts';
import { explainingStorage } from './errors.ts';
import { parseRows, RatingRow } from './rows.ts';
import { changeRun } from './runs.ts';

/** What people thought of the turns of a run's episodes. A turn that is played again by a resumed run keeps its rating. */

/** Saves a person's opinion of a turn in the place of an earlier one. @throws AppError `run-missing` */
export async function rateTurn(database: LabDatabase, runId: string, rating: Rating): Promise<void> {
  await explainingStorage(() =>
    database.transaction('rw', database.runs, database.ratings, async () => {
      await changeRun(database, runId, {}); // a run that was deleted meanwhile gets no orphans
      await database.ratings.put({ runId, rating });
    }),
  );
}

/** Takes the opinion of a turn back. */
export async function unrateTurn(
  database: LabDatabase,
  runId: string,
  episodeId: string,
  turnIndex: number,
): Promise<void> {
  await explainingStorage(() => database.ratings.delete([runId, episodeId, turnIndex]));
}

/** All of a run, by episode and turn. */
export async function listRatings(database: LabDatabase, runId: string): Promise<readonly Rating[]> {
  return readRatings(database, [runId, Dexie.minKey, Dexie.minKey], [runId, Dexie.maxKey, Dexie.maxKey]);
}

/** Of one episode, by turn. */
export async function listEpisodeRatings(
  database: LabDatabase,
  runId: string,
  episodeId: string,
): Promise<readonly Rating[]> {
  return readRatings(database, [runId, episodeId, Dexie.minKey], [runId, episodeId, Dexie.maxKey]);
}

async function readRatings(
  database: LabDatabase,
  lower: readonly unknown[],
  upper: readonly unknown[],
): Promise<readonly Rating[]> {
  const rows = await explainingStorage(() =>
    database.ratings.where('[runId+rating.episodeId+rating.turnIndex]').between(lower, upper).toArray(),
  );
  return parseRows(RatingRow, rows, 'rating').map(({ rating }) => rating);
}
