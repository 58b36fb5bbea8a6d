import { useMemo, useState } from 'react';
import { Label, Slider, SliderOutput, SliderThumb, SliderTrack } from 'react-aria-components';
import { useLive } from '../database.ts';
import { FailureCard } from '../parts/FailureCard.tsx';
import { commonUpdates, joinStretches, playedUpdates } from './compareQueries.ts';
import type { Compared } from './contender.ts';
import { PairBrowser } from './PairBrowser.tsx';
import { pairEpisodes } from './samePlay.ts';

interface RecordedPairsProps {
  readonly first: Compared;
  readonly second: Compared;
}

/** Dialogues that two runs have recorded in the same update. */
export function RecordedPairs({ first, second }: RecordedPairsProps) {
  if (first.run.runId === second.run.runId)
    return <Nothing text="These are moments of one run, with one record. Let them play now to see where they part." />;
  return <UpdatePairs key={second.key} first={first} second={second} />;
}

function UpdatePairs({ first, second }: RecordedPairsProps) {
  const joined = joinStretches([first, second].map(({ run: { runId }, moment }) => ({ runId, moment })));
  const updates = useLive(commonUpdates, joined);
  const [position, setPosition] = useState<number | null>(null);
  const known = updates.value ?? [];
  const shown = Math.min(position ?? Infinity, known.length - 1);
  const update = known[shown];
  const played = useLive(playedUpdates, update === undefined ? `${joined} ` : `${joined} ${update}`);
  const pairs = useMemo(() => {
    const [a, b] = played.value ?? [];
    return a && b ? pairEpisodes(a, b) : null;
  }, [played.value]);
  const failure = updates.failure ?? played.failure;
  if (failure) return <FailureCard failure={failure} />;
  if (updates.value && known.length === 0) return <Nothing text="There is no update of which both have dialogues." />;
  if (!updates.value) return null;
  return (
    <PairBrowser first={first} second={second} pairs={pairs} isRecorded>
      {known.length > 1 && (
        <Slider
          className="slider"
          value={shown}
          minValue={0}
          maxValue={known.length - 1}
          onChange={(value) => setPosition(value)}
        >
          <Label>Update</Label>
          <SliderTrack className="slider-track">
            <i className="slider-fill" style={{ width: `${(shown / (known.length - 1)) * 100}%` }} />
            <SliderThumb className="slider-thumb" />
          </SliderTrack>
          <SliderOutput>{(update ?? 0) + 1}</SliderOutput>
        </Slider>
      )}
    </PairBrowser>
  );
}

function Nothing({ text }: { readonly text: string }) {
  return (
    <div className="empty">
      <p>{text}</p>
    </div>
  );
}
