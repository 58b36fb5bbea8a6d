import { Button } from 'react-aria-components';
import type { Episode } from '../../record/episode.ts';
import { formatPoints, playersOf } from '../dialogue/seats.ts';
import { formatAmount } from '../format.ts';
import type { Divergence, EpisodePair } from './samePlay.ts';

interface PairListProps {
  readonly pairs: readonly EpisodePair[];
  readonly chosen: EpisodePair | null;
  onChoose(pair: EpisodePair): void;
}

/** The scenarios that both played; at most a batch of them. */
export function PairList({ pairs, chosen, onChoose }: PairListProps) {
  if (pairs.length === 0) return null;
  const differing = pairs.filter(({ divergence }) => divergence !== null).length;
  return (
    <>
      <p className="fine-print">
        {formatAmount(pairs.length, 'pair')}, {differing} of them differ.{' '}
        {pairs.every(({ sharesDraws }) => sharesDraws)
          ? 'Both drew the same random numbers: what differs comes from weights and settings.'
          : 'Their random numbers differ too.'}
      </p>
      <ul className="pair-list" aria-label="Scenarios that both played">
        {pairs.map((pair) => (
          <li key={pair.first.episodeId}>
            <Button
              className="pair-item"
              data-testid="pair-item"
              aria-pressed={pair === chosen}
              onPress={() => onChoose(pair)}
            >
              <span>{describeDivergence(pair.divergence)}</span>
              <span className="pair-points">
                {pointsOf(pair.first)} → {pointsOf(pair.second)}
              </span>
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

function pointsOf({ scenario, points }: Episode): string {
  return playersOf(scenario)
    .map((seat) => formatPoints(points[seat]))
    .join(' / ');
}

const WHAT: Record<Divergence['what'], string> = { strategy: 'strategy', words: 'words', end: 'end' };

function describeDivergence(divergence: Divergence | null): string {
  if (!divergence) return 'word for word the same';
  return `differ from turn ${divergence.turnIndex + 1}: ${WHAT[divergence.what]}`;
}
