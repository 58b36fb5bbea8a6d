import { useMemo, type ReactNode } from 'react';
import type { Episode, Turn } from '../../record/episode.ts';
import { ScenarioCards } from '../dialogue/ScenarioCards.tsx';
import { describeEnding, describePoints, SEATS } from '../dialogue/seats.ts';
import { TurnRow } from '../dialogue/TurnRow.tsx';
import { inspectLink } from '../route.ts';
import { scoredTurn } from '../runState.ts';
import type { Compared } from './contender.ts';
import { ContenderMark } from './ContenderMark.tsx';
import type { Divergence, EpisodePair } from './samePlay.ts';

interface PairViewProps {
  readonly first: Compared;
  readonly second: Compared;
  readonly pair: EpisodePair;
  /** Whether the dialogues are saved with their runs, and their turns scored. */
  readonly isRecorded: boolean;
}

const SMALLEST_SCALE = 0.1;
const DIFFERS: Record<Divergence['what'], string> = {
  strategy: 'From here on they differ: another strategy',
  words: 'From here on they differ: the same strategy in other words',
  end: 'Here one of them is over',
};

/** Two dialogues turn beside turn, with a mark where they part. */
export function PairView({ first, second, pair, isRecorded }: PairViewProps) {
  const { divergence } = pair;
  const length = Math.max(pair.first.turns.length, pair.second.turns.length);
  const scale = useMemo(
    () =>
      Math.max(SMALLEST_SCALE, ...[...pair.first.turns, ...pair.second.turns].map(({ reward }) => Math.abs(reward))),
    [pair],
  );
  const side = (contender: Compared, { episodeId, turns }: Episode, turnIndex: number) => (
    <Side contender={contender} turn={turns[turnIndex]} episodeId={isRecorded ? episodeId : null} scale={scale} />
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
        trainedSeats={isRecorded ? pair.first.trainedSeats : []}
        points={null}
        goalsOf={SEATS}
      />
      <div className="pair-turns">
        <Head contender={first} episode={pair.first} />
        <Head contender={second} episode={pair.second} />
        {Array.from({ length }, (_, turnIndex) => (
          <TurnPair
            key={turnIndex}
            divergence={divergence?.turnIndex === turnIndex ? divergence : null}
            left={side(first, pair.first, turnIndex)}
            right={side(second, pair.second, turnIndex)}
          />
        ))}
      </div>
    </div>
  );
}

function Head({ contender, episode }: { readonly contender: Compared; readonly episode: Episode }) {
  const { name, style, moment } = contender;
  return (
    <div className="pair-head">
      <ContenderMark style={style} isMoment={moment !== null} />
      <strong>{name}</strong>
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
  readonly contender: Compared;
  readonly turn: Turn | undefined;
  /** The saved dialogue that it is part of; null: it was played for this screen, and nobody has scored it. */
  readonly episodeId: string | null;
  readonly scale: number;
}

function Side({ contender: { run, style, moment }, turn, episodeId, scale }: SideProps) {
  if (!turn) return <div className="pair-side is-over">over</div>;
  return (
    <div className="pair-side">
      <ContenderMark style={style} isMoment={moment !== null} />
      <TurnRow
        turn={episodeId === null ? { ...scoredTurn(turn), score: null } : scoredTurn(turn)}
        showStrategy
        href={episodeId === null ? null : inspectLink(run.runId, episodeId, turn.turnIndex)}
        isSelected={false}
        rewardScale={scale}
      />
    </div>
  );
}
