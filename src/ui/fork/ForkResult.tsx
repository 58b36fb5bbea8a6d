import { useMemo } from 'react';
import type { ForkReplay } from '../../../workers/protocol.ts';
import type { Interval } from '../../base/statistics.ts';
import type { Episode, Turn } from '../../record/episode.ts';
import { formatPoints, SEATS, seatName } from '../dialogue/seats.ts';
import { formatShare, formatSigned } from '../format.ts';
import type { ForkState } from './forkState.ts';
import { summariseFork, type ArmSummary, type ForkSummary } from './forkSummary.ts';
import { PointsHistogram } from './PointsHistogram.tsx';

interface ForkResultProps {
  readonly fork: ForkState;
  readonly episode: Episode;
  readonly turn: Turn;
}

/** How the dialogue ended with each strategy, beside how it did end. */
export function ForkResult({ fork: { arms, replays }, episode, turn }: ForkResultProps) {
  const { seat } = turn;
  const summary = useMemo(() => summariseFork(arms, replays, seat), [arms, replays, seat]);
  const tallest = Math.max(1, ...summary.arms.flatMap(({ histogram }) => histogram));
  return (
    <div className="fork-result" data-testid="fork-result">
      <p className="fine-print">
        Points of seat {seatName(seat)}, 95 % intervals. The line is what this dialogue came to:{' '}
        {formatPoints(episode.points[seat])}.
      </p>
      <ul className="fork-arms">
        {summary.arms.map((one, position) => (
          <li key={position} data-testid="fork-arm">
            <ArmRow summary={one} actual={episode.points[seat]} tallest={tallest} />
            <Examples replays={replays.filter(({ arm }) => arm === position)} />
          </li>
        ))}
      </ul>
      <Verdict summary={summary} advantage={turn.advantage} />
    </div>
  );
}

const SEAT_NAMES = SEATS.map(seatName);
const BY: Record<ArmSummary['arm']['by'], string> = {
  record: 'as it was',
  person: 'your own',
  checkpoint: 'drawn',
};

interface ArmRowProps {
  readonly summary: ArmSummary;
  readonly actual: number;
  readonly tallest: number;
}

function ArmRow({ summary: { arm, replays, points, difference, doneShare, histogram }, actual, tallest }: ArmRowProps) {
  return (
    <div className="fork-arm">
      <p className="fork-arm-strategy">
        <strong>{arm.strategy || '(empty)'}</strong>
        <small>
          {BY[arm.by]}
          {arm.drawn > 0 && ` ×${arm.drawn}`}
        </small>
      </p>
      <p className="fork-arm-points">
        {points ? (
          <>
            <b>{points.mean.toFixed(2)}</b> <small>{range(points)}</small>
          </>
        ) : (
          <small>{replays > 0 ? 'points unknown' : '…'}</small>
        )}
        {difference && (
          <small className={difference.low > 0 ? 'gain' : difference.high < 0 ? 'loss' : ''}>
            Δ {formatSigned(difference.mean)} {range(difference, true)}
          </small>
        )}
        {replays > 0 && <small>{formatShare(doneShare)} agreed or done</small>}
      </p>
      <PointsHistogram counts={histogram} tallest={tallest} actual={actual} />
    </div>
  );
}

/** A few of the dialogues themselves: numbers alone would have to be believed. */
function Examples({ replays }: { readonly replays: readonly ForkReplay[] }) {
  const shown = replays.slice(0, 3);
  if (shown.length === 0) return null;
  return (
    <details className="fork-examples">
      <summary>Read {shown.length === 1 ? 'one' : `${shown.length} of ${replays.length}`}</summary>
      {shown.map(({ replay, turns, points }) => (
        <ol key={replay}>
          {turns.map(({ seat, strategy, utterance }, index) => (
            <li key={index} className={`seat-${seat}`}>
              <b>{seatName(seat)}</b> {utterance} {strategy !== null && <small>({strategy})</small>}
            </li>
          ))}
          <li className="fine-print">
            {points
              .map((value, seat) => `${SEAT_NAMES[seat]} ${value === null ? '?' : formatPoints(value)}`)
              .join(' · ')}{' '}
            points
          </li>
        </ol>
      ))}
    </details>
  );
}

/** What the recorded strategy was worth against what would have been written otherwise, beside what training made of it. */
function Verdict({ summary, advantage }: { readonly summary: ForkSummary; readonly advantage: number | null }) {
  const { ownChoice, advantage: measured } = summary;
  if (!ownChoice || !measured) return null;
  return (
    <dl className="facts fork-verdict" data-testid="fork-verdict">
      <div>
        <dt>Whatever it would have drawn</dt>
        <dd>
          {ownChoice.mean.toFixed(2)} points <small>{range(ownChoice)}</small>
        </dd>
      </div>
      <div>
        <dt>The recorded strategy against that</dt>
        <dd>
          {formatSigned(measured.mean)} points <small>{range(measured, true)}</small>
        </dd>
      </div>
      {advantage !== null && (
        <div>
          <dt>Advantage that training gave it</dt>
          <dd>
            {formatSigned(advantage)} <small>in rewards, not points</small>
          </dd>
        </div>
      )}
    </dl>
  );
}

function range({ low, high }: Interval, isSigned = false): string {
  const text = (value: number) => (isSigned ? formatSigned(value) : value.toFixed(2));
  return `[${text(low)}, ${text(high)}]`;
}
