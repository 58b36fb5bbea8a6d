import { monotonicMs } from '../../base/clock.ts';
import type { Episode } from '../../record/episode.ts';
import type { LabDatabase } from '../../storage/database.ts';
import { listEpisodesBetween } from '../../storage/history.ts';

/** Updates of one reading; halved or doubled until a reading takes about as long as it may. */
const FIRST_STRIDE = 4;
const LONGEST_STRIDE = 512;
/** A page that is busy for longer than a frame and a half feels slow: `parse` of a reading should take less. */
const WANTED_MS = 12;
/** What was read is shown this often: every time costs a rendering of the list. */
const SHOWN_EVERY_MS = 250;

/**
 * Reads the episodes of many updates, the newest first, a few updates at a time, so that a page with ten thousand of them still
 * answers. Hands over what it has found every now and then, and at the end, once at least.
 *
 * @param updates ascending
 * @param take gets episodes by update; an update without episodes too, so that it is not read again
 */
export async function readEpisodes(
  database: LabDatabase,
  runId: string,
  updates: readonly number[],
  take: (found: ReadonlyMap<number, readonly Episode[]>) => void,
  signal: AbortSignal,
): Promise<void> {
  let found = new Map<number, Episode[]>();
  let shownAtMs = monotonicMs();
  let stride = FIRST_STRIDE;
  for (let end = updates.length; end > 0;) {
    const part = updates.slice(Math.max(0, end - stride), end);
    const [first = 0, last = 0] = [part[0], part.at(-1)];
    const { episodes, parseMs } = await listEpisodesBetween(database, runId, first, last);
    if (signal.aborted) return;
    for (const updateIndex of part) found.set(updateIndex, []);
    for (const episode of episodes) found.get(episode.updateIndex)?.push(episode);
    end -= part.length;
    stride =
      parseMs > WANTED_MS
        ? Math.max(1, stride >> 1)
        : parseMs < WANTED_MS / 2
          ? Math.min(LONGEST_STRIDE, stride * 2)
          : stride;
    if (end > 0 && monotonicMs() - shownAtMs > SHOWN_EVERY_MS) {
      take(found);
      found = new Map();
      shownAtMs = monotonicMs();
    }
  }
  take(found);
}
