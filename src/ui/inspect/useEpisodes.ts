import { useEffect, useMemo, useState } from 'react';
import { explain } from '../../base/errors.ts';
import type { Episode } from '../../record/episode.ts';
import { database, useLive } from '../database.ts';
import type { Failure } from '../engineStore.ts';
import { episodeUpdates } from '../queries.ts';
import { readForSearch } from './episodeFilter.ts';
import { readEpisodes } from './readEpisodes.ts';

type Batches = ReadonlyMap<number, readonly Episode[]>;

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
const NOTHING_READ: Batches = new Map();

/** A run's saved episodes. Each batch is read once: a running run adds batches and leaves the old ones alone. */
export function useEpisodes(runId: string | null): Episodes {
  const { value: updates, failure: listFailure } = useLive(episodeUpdates, runId);
  const [shownUpdates, setShownUpdates] = useState(UPDATES_PER_PAGE);
  const [read, setRead] = useState({ runId, batches: NOTHING_READ });
  const [failure, setFailure] = useState<Failure | null>(null);
  const wanted = useMemo(() => updates?.slice(-shownUpdates) ?? [], [updates, shownUpdates]);
  const batches = read.runId === runId ? read.batches : NOTHING_READ;
  const isLoading = updates === undefined || (!failure && wanted.some((updateIndex) => !batches.has(updateIndex)));

  useEffect(() => {
    if (runId === null) return;
    const abort = new AbortController();
    // Only what is wanted stays: a run that went back to a checkpoint has lost its later batches, and plays them again.
    const isWanted = new Set(wanted);
    const take = (found: Batches) => {
      for (const episodes of found.values()) episodes.forEach(readForSearch);
      setRead((before) => {
        const known = before.runId === runId ? [...before.batches] : [];
        return { runId, batches: new Map([...known.filter(([updateIndex]) => isWanted.has(updateIndex)), ...found]) };
      });
    };
    const missing = wanted.filter((updateIndex) => !batches.has(updateIndex));
    readEpisodes(database, runId, missing, take, abort.signal).catch((thrown: unknown) => {
      if (!abort.signal.aborted) setFailure(explain(thrown));
    });
    return () => abort.abort();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- one reading goes through all that was missing when it began
  }, [runId, wanted]);

  const episodes = useMemo(
    () => wanted.toReversed().flatMap((updateIndex) => batches.get(updateIndex) ?? []),
    [wanted, batches],
  );
  return {
    episodes,
    isLoading,
    olderUpdates: Math.max(0, (updates?.length ?? 0) - shownUpdates),
    showOlder: () => setShownUpdates((count) => count + UPDATES_PER_PAGE),
    showAll: () => setShownUpdates(Infinity),
    failure: listFailure ?? failure,
  };
}
