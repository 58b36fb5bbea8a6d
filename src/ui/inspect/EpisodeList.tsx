import { useVirtualizer } from '@tanstack/react-virtual';
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Episode } from '../../record/episode.ts';
import type { RunRow } from '../../storage/rows.ts';
import { formatAmount, formatCount } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { FailureCard } from '../parts/FailureCard.tsx';
import { useShortcuts } from '../shortcuts.ts';
import { goTo } from '../useRoute.ts';
import { allFamilies, matches, NO_FILTER } from './episodeFilter.ts';
import { EpisodeFilterFields } from './EpisodeFilterFields.tsx';
import { EpisodeRow } from './EpisodeRow.tsx';
import { RunPicker } from './RunPicker.tsx';
import { useAlarmUpdates } from './useAlarmUpdates.ts';
import { useEpisodes } from './useEpisodes.ts';

interface EpisodeListProps {
  readonly runs: readonly RunRow[];
  /** null until it is read. */
  readonly run: RunRow | null;
  readonly runId: string | null;
  readonly openEpisodeId: string | null;
}

/** The saved episodes of a run, newest first, as far as the filter lets them through. */
export function EpisodeList({ runs, run, runId, openEpisodeId }: EpisodeListProps) {
  const { episodes, isLoading, olderUpdates, showOlder, showAll, failure } = useEpisodes(runId);
  const [filter, setFilter] = useState(NO_FILTER);
  // The fields follow every key at once; the list when there is time.
  const asked = useDeferredValue(filter);
  const alarms = useAlarmUpdates(run);
  const families = useMemo(() => allFamilies(episodes), [episodes]);
  const shown = useMemo(() => episodes.filter((episode) => matches(episode, asked, alarms)), [episodes, asked, alarms]);
  useEpisodeKeys(shown, runId, openEpisodeId);
  const note =
    shown.length === episodes.length
      ? formatCount(episodes.length)
      : `${formatCount(shown.length)} of ${formatCount(episodes.length)}`;
  return (
    <Card title="Episodes" note={note} className="episodes-card">
      <div className="episodes-head">
        <RunPicker runs={runs} runId={runId} />
        <EpisodeFilterFields filter={filter} families={families} alarmCount={alarms.size} onChange={setFilter} />
      </div>
      {failure && <FailureCard failure={failure} />}
      <Rows episodes={shown} runId={runId} openEpisodeId={openEpisodeId} />
      {shown.length === 0 && (
        <div className="empty">
          <p>
            {isLoading
              ? 'Reading…'
              : episodes.length === 0
                ? 'No episode is saved yet.'
                : 'No episode passes the filter.'}
          </p>
        </div>
      )}
      {olderUpdates > 0 && (
        <div className="episodes-older">
          <Button className="button small" isDisabled={isLoading} onPress={showOlder}>
            Read older ones
          </Button>
          <Button className="button small quiet" isDisabled={isLoading} onPress={showAll}>
            All ({formatAmount(olderUpdates, 'update')} more)
          </Button>
        </div>
      )}
    </Card>
  );
}

/** [ and ] walk through the episodes that the filter lets through. */
function useEpisodeKeys(shown: readonly Episode[], runId: string | null, openEpisodeId: string | null): void {
  const shortcuts = useMemo(() => {
    const walk = (step: number) => () => {
      const open = shown.findIndex(({ episodeId }) => episodeId === openEpisodeId);
      const next = shown[open < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, open + step))];
      if (next) goTo({ screen: 'inspect', runId, episodeId: next.episodeId, turnIndex: null, tab: null }, 'replace');
    };
    return { '[': walk(-1), ']': walk(1) };
  }, [shown, runId, openEpisodeId]);
  useShortcuts(shortcuts);
}

interface RowsProps {
  readonly episodes: readonly Episode[];
  readonly runId: string | null;
  readonly openEpisodeId: string | null;
}

const ROW_PX = 54;

function Rows({ episodes, runId, openEpisodeId }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: episodes.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  const openIndex = episodes.findIndex(({ episodeId }) => episodeId === openEpisodeId);
  useEffect(() => {
    if (openIndex >= 0) virtualizer.scrollToIndex(openIndex, { align: 'auto' });
  }, [virtualizer, openIndex]);
  return (
    <div className="episodes-rows" ref={scroller} hidden={episodes.length === 0}>
      <ul style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const episode = episodes[index];
          return episode ? (
            <li key={episode.episodeId} style={{ transform: `translateY(${start}px)`, height: ROW_PX }}>
              <EpisodeRow episode={episode} runId={runId} isOpen={episode.episodeId === openEpisodeId} />
            </li>
          ) : null;
        })}
      </ul>
    </div>
  );
}
