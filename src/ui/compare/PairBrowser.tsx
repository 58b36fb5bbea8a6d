import { useState, type ReactNode } from 'react';
import type { Compared } from './contender.ts';
import { PairList } from './PairList.tsx';
import { PairView } from './PairView.tsx';
import type { EpisodePair } from './samePlay.ts';

interface PairBrowserProps {
  readonly first: Compared;
  readonly second: Compared;
  /** null while they are read. */
  readonly pairs: readonly EpisodePair[] | null;
  /** Whether the dialogues are saved with their runs, and their turns scored. */
  readonly isRecorded: boolean;
  /** Above the list. */
  readonly children?: ReactNode;
}

/** Pairs of dialogues, one of them turn beside turn. */
export function PairBrowser({ first, second, pairs, isRecorded, children }: PairBrowserProps) {
  const [chosenId, choose] = useState<string | null>(null);
  const pair = pairs?.find((candidate) => candidate.first.episodeId === chosenId) ?? pairs?.[0];
  return (
    <div className="same-play-body">
      <div className="same-play-choice">
        {children}
        <PairList pairs={pairs ?? []} chosen={pair ?? null} onChoose={(one) => choose(one.first.episodeId)} />
      </div>
      {pair ? (
        <PairView
          key={`${pair.first.updateIndex} ${pair.first.episodeId}`}
          first={first}
          second={second}
          pair={pair}
          isRecorded={isRecorded}
        />
      ) : (
        pairs && (
          <div className="empty">
            <p>No scenario was played by both here. Runs of one seed, environment and batch size play the same ones.</p>
          </div>
        )
      )}
    </div>
  );
}
