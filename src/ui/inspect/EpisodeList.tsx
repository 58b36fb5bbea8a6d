import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Episode } from '../../record/episode.ts';
import type { RunRow } from '../../storage/rows.ts';
import { formatAmount, formatCount } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { FailureCard } from '../parts/FailureCard.tsx';
import { matches, NO_FILTER } from './episodeFilter.ts';
import { EpisodeFilterFields } from './EpisodeFilterFields.tsx';
import { EpisodeRow } from './EpisodeRow.tsx';
import { RunPicker } from './RunPicker.tsx';
import { useEpisodes } from './useEpisodes.ts';

interface EpisodeListProps {
  readonly runs: readonly RunRow[];
  readonly runId: string | null;
  readonly openEpisodeId: string | null;
}

/** The saved episodes of a run, newest first, as far as the filter lets them through. */
export function EpisodeList({ runs, runId, openEpisodeId }: EpisodeListProps) {
  const { episodes, isLoading, olderUpdates, showOlder, failure } = useEpisodes(runId);
  const [filter, setFilter] = useState(NO_FILTER);
  const shown = useMemo(() => episodes.filter((episode) => matches(episode, filter)), [episodes, filter]);
  const note =
    shown.length === episodes.length
      ? formatCount(episodes.length)
      : `${formatCount(shown.length)} of ${formatCount(episodes.length)}`;
  return (
    <Card title="Episodes" note={note} className="episodes-card">
      <div className="episodes-head">
        <RunPicker runs={runs} runId={runId} />
        <EpisodeFilterFields filter={filter} onChange={setFilter} />
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
        <Button className="button small episodes-older" isDisabled={isLoading} onPress={showOlder}>
          Read older ones ({formatAmount(olderUpdates, 'update')} more)
        </Button>
      )}
    </Card>
  );
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
