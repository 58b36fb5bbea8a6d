import { useMemo, useState } from 'react';
import { Label, Slider, SliderOutput, SliderThumb, SliderTrack } from 'react-aria-components';
import { useLive } from '../database.ts';
import { Card } from '../parts/Card.tsx';
import { FailureCard } from '../parts/FailureCard.tsx';
import { Picker } from '../parts/Picker.tsx';
import type { ComparedRun } from './comparedRun.ts';
import { commonUpdates, joinIds, playedUpdates } from './compareQueries.ts';
import { PairList } from './PairList.tsx';
import { PairView } from './PairView.tsx';
import { pairEpisodes } from './samePlay.ts';

/** The same scenario in two runs, side by side. */
export function SamePlayCard({ runs }: { readonly runs: readonly ComparedRun[] }) {
  const [first, ...others] = runs;
  const [otherId, chooseOther] = useState('');
  const second = others.find(({ run }) => run.runId === otherId) ?? others[0];
  if (!first || !second) return null;
  const options = others.map(({ run }) => ({ id: run.runId, label: run.name }));
  return (
    <Card
      title="The same scenario, played by both"
      className="same-play"
      tools={
        options.length > 1 && (
          <Picker label="Second run" options={options} value={second.run.runId} onChange={chooseOther} />
        )
      }
    >
      <SamePlay key={second.run.runId} first={first} second={second} />
    </Card>
  );
}

function SamePlay({ first, second }: { readonly first: ComparedRun; readonly second: ComparedRun }) {
  const joined = joinIds([first.run.runId, second.run.runId]);
  const updates = useLive(commonUpdates, joined);
  const [position, setPosition] = useState<number | null>(null);
  const known = updates.value ?? [];
  const shown = Math.min(position ?? Infinity, known.length - 1);
  const update = known[shown];
  const played = useLive(playedUpdates, update === undefined ? `${joined} ` : `${joined} ${update}`);
  const pairs = useMemo(() => {
    const [a, b] = played.value ?? [];
    return a && b ? pairEpisodes(a, b) : [];
  }, [played.value]);
  const [chosenId, choose] = useState<string | null>(null);
  const pair = pairs.find((candidate) => candidate.first.episodeId === chosenId) ?? pairs[0];
  const failure = updates.failure ?? played.failure;
  if (failure) return <FailureCard failure={failure} />;
  if (updates.value && known.length === 0)
    return <Nothing text="There is no update of which both runs have dialogues." />;
  return (
    <div className="same-play-body">
      <div className="same-play-choice">
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
        <PairList pairs={pairs} chosen={pair ?? null} onChoose={(one) => choose(one.first.episodeId)} />
      </div>
      {pair ? (
        <PairView key={`${update} ${pair.first.episodeId}`} first={first} second={second} pair={pair} />
      ) : (
        played.value && (
          <Nothing text="In this update no scenario was played by both. Runs of one seed, environment and batch size play the same ones." />
        )
      )}
    </div>
  );
}

function Nothing({ text }: { readonly text: string }) {
  return (
    <div className="empty">
      <p>{text}</p>
    </div>
  );
}
