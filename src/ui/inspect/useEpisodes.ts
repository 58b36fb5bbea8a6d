import { useEffect, useMemo, useState } from 'react';
import { explain } from '../../base/errors.ts';
import type { Episode } from '../../record/episode.ts';
import { listEpisodes } from '../../storage/history.ts';
import { database, useLive } from '../database.ts';
import type { Failure } from '../engineStore.ts';
import { episodeUpdates } from '../queries.ts';

interface SavedBatch {
  readonly runId: string;
  readonly updateIndex: number;
  readonly episodes: readonly Episode[];
}

export interface Episodes {
  /** Of the newest updates, newest first. */
  readonly episodes: readonly Episode[];
  readonly isLoading: boolean;
  readonly olderUpdates: number;
  showOlder(): void;
  showAll(): void;
  readonly failure: Failure | null;
}

/** Updates whose episodes are read at once. */
const UPDATES_PER_PAGE = 8;

/** A run's saved episodes. Each batch is read once: a running run adds batches and leaves the old ones alone. */
export function useEpisodes(runId: string | null): Episodes {
  const { value: updates, failure: listFailure } = useLive(episodeUpdates, runId);
  const [shownUpdates, setShownUpdates] = useState(UPDATES_PER_PAGE);
  const [batches, setBatches] = useState<readonly SavedBatch[]>([]);
  const [failure, setFailure] = useState<Failure | null>(null);
  const wanted = useMemo(() => updates?.slice(-shownUpdates) ?? [], [updates, shownUpdates]);
  // A run that went back to a checkpoint has lost its later batches: those must be read again.
  const current = useMemo(
    () => batches.filter((batch) => batch.runId === runId && wanted.includes(batch.updateIndex)),
    [batches, runId, wanted],
  );
  const nextMissing = wanted.findLast((updateIndex) => !current.some((batch) => batch.updateIndex === updateIndex));

  useEffect(() => {
    if (runId === null || nextMissing === undefined) return;
    let isWanted = true;
    listEpisodes(database, runId, nextMissing).then(
      (episodes) => {
        if (isWanted) setBatches([...current, { runId, updateIndex: nextMissing, episodes }]);
      },
      (thrown: unknown) => setFailure(explain(thrown)),
    );
    return () => {
      isWanted = false;
    };
  }, [runId, nextMissing, current]);

  const episodes = useMemo(
    () => current.toSorted((a, b) => b.updateIndex - a.updateIndex).flatMap((batch) => batch.episodes),
    [current],
  );
  return {
    episodes,
    isLoading: updates === undefined || (nextMissing !== undefined && !failure),
    olderUpdates: Math.max(0, (updates?.length ?? 0) - shownUpdates),
    showOlder: () => setShownUpdates((count) => count + UPDATES_PER_PAGE),
    showAll: () => setShownUpdates(Infinity),
    failure: listFailure ?? failure,
  };
}
