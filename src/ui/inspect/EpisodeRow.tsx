import { memo } from 'react';
import type { Episode, Turn } from '../../record/episode.ts';
import { describeEnding, describePoints, formatPoints, playersOf } from '../dialogue/seats.ts';
import { scenarioTitle } from '../dialogue/scenarioTitle.ts';
import { formatAmount } from '../format.ts';
import { inspectLink } from '../route.ts';

interface EpisodeRowProps {
  readonly episode: Episode;
  readonly runId: string | null;
  readonly isOpen: boolean;
}

/** One episode: how it ended, for how many points, and the rewards of its turns as a spark. */
export const EpisodeRow = memo(function EpisodeRow({ episode, runId, isOpen }: EpisodeRowProps) {
  const { episodeId, updateIndex, turns, endReason, isParetoOptimal, points, scenario } = episode;
  return (
    <a
      className="episode-row"
      data-testid="episode-row"
      href={inspectLink(runId, episodeId)}
      aria-current={isOpen ? 'true' : undefined}
      title={scenarioTitle(scenario)}
    >
      <span className="episode-ending">{describeEnding(endReason, isParetoOptimal)}</span>
      <span className="episode-points" aria-label={describePoints(scenario, points)}>
        {playersOf(scenario).map((seat) => (
          <b key={seat} className={`seat-${seat}`}>
            {formatPoints(points[seat])}{' '}
          </b>
        ))}
      </span>
      <small>
        update {updateIndex + 1} · {formatAmount(turns.length, 'turn')}
      </small>
      <Spark turns={turns} />
    </a>
  );
});

const WIDTH = 64;
const HEIGHT = 14;

function Spark({ turns }: { readonly turns: readonly Turn[] }) {
  const rewards = turns.map(({ reward }) => reward);
  const low = Math.min(0, ...rewards);
  const range = Math.max(...rewards, 0) - low || 1;
  const x = (index: number) => (turns.length === 1 ? WIDTH / 2 : 2 + (index * (WIDTH - 4)) / (turns.length - 1));
  const y = (reward: number) => HEIGHT - 2 - ((reward - low) / range) * (HEIGHT - 4);
  return (
    <svg className="spark" width={WIDTH} height={HEIGHT} aria-hidden="true">
      <line x1={0} x2={WIDTH} y1={y(0)} y2={y(0)} />
      <polyline points={rewards.map((reward, index) => `${x(index)},${y(reward)}`).join(' ')} />
    </svg>
  );
}
