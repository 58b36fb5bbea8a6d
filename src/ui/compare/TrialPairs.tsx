import { useMemo } from 'react';
import type { Episode } from '../../record/episode.ts';
import type { Compared } from './contender.ts';
import { PairBrowser } from './PairBrowser.tsx';
import { pairEpisodes } from './samePlay.ts';

interface TrialPairsProps {
  readonly first: Compared;
  readonly second: Compared;
  /** Of the first. */
  readonly firstDialogues: readonly Episode[];
  readonly secondDialogues: readonly Episode[];
  /** Of the trial. */
  readonly seed: number;
}

/** The dialogues of a trial, pair by pair: each has one of the same scenario and the same random numbers. */
export function TrialPairs({ first, second, firstDialogues, secondDialogues, seed }: TrialPairsProps) {
  const pairs = useMemo(
    () => pairEpisodes({ seed, episodes: firstDialogues }, { seed, episodes: secondDialogues }),
    [firstDialogues, secondDialogues, seed],
  );
  return <PairBrowser first={first} second={second} pairs={pairs} isRecorded={false} />;
}
