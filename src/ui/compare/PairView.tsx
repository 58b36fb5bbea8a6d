import { useMemo, type ReactNode } from 'react';
import type { Episode, Turn } from '../../record/episode.ts';
import { ScenarioCards } from '../dialogue/ScenarioCards.tsx';
import { describeEnding, describePoints, SEATS } from '../dialogue/seats.ts';
import { TurnRow } from '../dialogue/TurnRow.tsx';
import { inspectLink } from '../route.ts';
import { scoredTurn } from '../runState.ts';
import type { ComparedRun } from './comparedRun.ts';
import { RunMark } from './RunMark.tsx';
import type { Divergence, EpisodePair } from './samePlay.ts';

interface PairViewProps {
  readonly first: ComparedRun;
  readonly second: ComparedRun;
  readonly pair: EpisodePair;
}

const SMALLEST_SCALE = 0.1;
const DIFFERS: Record<Divergence['what'], string> = {
  strategy: 'From here on they differ: another strategy',
  words: 'From here on they differ: the same strategy in other words',
  end: 'Here one of them is over',
};

/** Two dialogues turn beside turn, with a mark where they part. */
export function PairView({ first, second, pair }: PairViewProps) {
  const { divergence } = pair;
  const length = Math.max(pair.first.turns.length, pair.second.turns.length);
  const scale = useMemo(
    () =>
      Math.max(SMALLEST_SCALE, ...[...pair.first.turns, ...pair.second.turns].map(({ reward }) => Math.abs(reward))),
    [pair],
  );
  return (
    <div
      className="pair-view"
      data-testid="pair-view"
      tabIndex={0}
      role="group"
      aria-label="Two dialogues, side by side"
    >
      <ScenarioCards
        scenario={pair.first.scenario}
        trainedSeats={pair.first.trainedSeats}
        points={null}
        goalsOf={SEATS}
      />
      <div className="pair-turns">
        <Head run={first} episode={pair.first} />
        <Head run={second} episode={pair.second} />
        {Array.from({ length }, (_, turnIndex) => (
          <TurnPair
            key={turnIndex}
            divergence={divergence?.turnIndex === turnIndex ? divergence : null}
            left={<Side run={first} episode={pair.first} turn={pair.first.turns[turnIndex]} scale={scale} />}
            right={<Side run={second} episode={pair.second} turn={pair.second.turns[turnIndex]} scale={scale} />}
          />
        ))}
      </div>
    </div>
  );
}

function Head({ run: { run, style }, episode }: { readonly run: ComparedRun; readonly episode: Episode }) {
  return (
    <div className="pair-head">
      <RunMark style={style} />
      <strong>{run.name}</strong>
      <span>
        {describeEnding(episode.endReason, episode.isParetoOptimal)} ·{' '}
        {describePoints(episode.scenario, episode.points)}
      </span>
    </div>
  );
}

interface TurnPairProps {
  readonly divergence: Divergence | null;
  readonly left: ReactNode;
  readonly right: ReactNode;
}

function TurnPair({ divergence, left, right }: TurnPairProps) {
  return (
    <>
      {divergence && (
        <p className="divergence" data-testid="divergence">
          ◆ {DIFFERS[divergence.what]}
        </p>
      )}
      {left}
      {right}
    </>
  );
}

interface SideProps {
  readonly run: ComparedRun;
  readonly episode: Episode;
  readonly turn: Turn | undefined;
  readonly scale: number;
}

function Side({ run: { run, style }, episode, turn, scale }: SideProps) {
  if (!turn) return <div className="pair-side is-over">over</div>;
  return (
    <div className="pair-side">
      <RunMark style={style} />
      <TurnRow
        turn={scoredTurn(turn)}
        showStrategy
        href={inspectLink(run.runId, episode.episodeId, turn.turnIndex)}
        isSelected={false}
        rewardScale={scale}
      />
    </div>
  );
}
