import { useEffect, useRef } from 'react';
import type { SeatIndex } from '../../record/scenario.ts';
import { describeAction } from '../dialogue/describeAction.ts';
import { seatName } from '../dialogue/seats.ts';
import { Thumbs } from '../dialogue/Thumbs.tsx';
import { ReadingLine } from '../talk/ReadingLine.tsx';
import type { PlayReading, ReadTurn } from './playReading.ts';
import type { Awaited } from './playState.ts';
import { usePlay } from './playStore.ts';
import { useSession } from '../session.ts';
import { PLAYED_RUN_ID } from '../../storage/played.ts';
import { reporting } from '../storage/reporting.ts';
import { wallClockMs } from '../../base/clock.ts';
import type { RatingValue } from '../../record/rating.ts';

interface PlayLogProps {
  readonly reading: PlayReading;
  readonly personSeat: SeatIndex;
  readonly showsStrategies: boolean;
  readonly isAdvised: boolean;
}

/** What was said, turn by turn, what is being said now, and what is whispered. A play has a few turns: all are in the page. */
export function PlayLog({ reading, personSeat, showsStrategies, isAdvised }: PlayLogProps) {
  const play = usePlay((store) => store.play);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (play.turns.length > 0 || play.whisper) end.current?.scrollIntoView({ block: 'nearest' });
  }, [play.turns, play.whisper]);
  if (play.episodeId === null) return <NotBegun reading={reading} isAdvised={isAdvised} />;
  const { awaited, whisper } = play;
  return (
    <div className="talk-log" role="log" aria-label="Play" aria-live="polite" tabIndex={0}>
      {reading.turns.map((read, index) => (
        <SaidTurn
          key={index}
          read={read}
          turnIndex={index}
          reading={reading}
          personSeat={personSeat}
          showsStrategy={read.turn.seat === personSeat || showsStrategies}
        />
      ))}
      {awaited?.wanted === 'turn' && (
        <ComingTurn awaited={awaited} seat={personSeat === 0 ? 1 : 0} showsStrategy={showsStrategies} />
      )}
      {(whisper?.strategy ?? (awaited?.wanted === 'whisper' ? awaited.strategy : null)) !== null && isAdvised && (
        <p className={`play-whisper seat-${personSeat}`} data-testid="play-whisper">
          <span>Your adviser whispers</span>
          <b className="turn-strategy">
            {whisper?.strategy ?? awaited?.strategy}
            {awaited?.wanted === 'whisper' && <i className="caret" aria-label="thinking" />}
          </b>
        </p>
      )}
      <div className="talk-end" ref={end} />
    </div>
  );
}

interface SaidTurnProps {
  readonly read: ReadTurn;
  readonly turnIndex: number;
  readonly reading: PlayReading;
  readonly personSeat: SeatIndex;
  readonly showsStrategy: boolean;
}

function SaidTurn({ read, turnIndex, reading, personSeat, showsStrategy }: SaidTurnProps) {
  const { turn, action, isWorld } = read;
  const isOwn = turn.seat === personSeat;
  const rating = usePlay((store) => store.play.ratings[turnIndex] ?? null);
  const rate = useRating(turnIndex);
  return (
    <div
      className={`${isOwn ? 'talk-said' : 'play-heard'} seat-${turn.seat}`}
      data-testid={isWorld ? 'play-world' : isOwn ? 'play-own' : 'play-partner'}
    >
      {showsStrategy && turn.strategy !== null && (
        <p className="turn-strategy">
          <span className="visually-hidden">private strategy: </span>
          {turn.strategy || '(empty)'}
        </p>
      )}
      <p className="turn-words">
        <span className="turn-seat">{seatName(turn.seat)}</span>
        {turn.unreadable === null ? turn.utterance : <em>said nothing that could be read</em>}
      </p>
      {!isWorld && (
        <div className="play-under">
          <ReadingLine action={describeAction(action, reading.scenario)} />
          <Thumbs what={`turn ${turnIndex + 1}`} value={rating} onChange={rate} />
        </div>
      )}
    </div>
  );
}

/** Notes a rating; in a play that is kept already it is kept at once. */
function useRating(turnIndex: number): (value: RatingValue | null) => void {
  const { storage } = useSession();
  return (value) => {
    const { play, change } = usePlay.getState();
    change({ kind: 'rated', turnIndex, value });
    const { episodeId } = play;
    if (!play.isKept || episodeId === null) return;
    const saved =
      value === null
        ? storage.unrateTurn(PLAYED_RUN_ID, episodeId, turnIndex)
        : storage.rateTurn(PLAYED_RUN_ID, { episodeId, turnIndex, value, ratedAtMs: wallClockMs() });
    void reporting(saved);
  };
}

interface ComingTurnProps {
  readonly awaited: Awaited;
  readonly seat: SeatIndex;
  readonly showsStrategy: boolean;
}

function ComingTurn({ awaited, seat, showsStrategy }: ComingTurnProps) {
  const { strategy, utterance } = awaited;
  return (
    <div className={`play-heard seat-${seat}`} aria-live="off">
      {showsStrategy && strategy !== null && <p className="turn-strategy">{strategy}</p>}
      <p className="turn-words">
        <span className="turn-seat">{seatName(seat)}</span>
        {utterance}
        <i className="caret" aria-label={utterance === '' ? 'thinking' : 'speaking'} />
      </p>
    </div>
  );
}

const STEPS = [
  ['Choose', 'Whom you play against, and who whispers to you: any checkpoint of any run, or a model before training.'],
  ['Act', 'Say it in your own words. The line below them says how the game reads what you wrote.'],
  ['Rate', 'A thumb for a turn is kept with the play. Runs can be trained on thumbs.'],
] as const;

function NotBegun({ reading, isAdvised }: { readonly reading: PlayReading; readonly isAdvised: boolean }) {
  const { description } = reading.environment;
  return (
    <div className="intro talk-intro">
      <h3>
        {description.label}: {isAdvised ? 'take a seat, and be advised' : 'take a seat'}
      </h3>
      <p>{description.about}</p>
      <ol>
        {STEPS.map(([name, text]) => (
          <li key={name}>
            <strong>{name}</strong>
            <p>{text}</p>
          </li>
        ))}
      </ol>
    </div>
  );
}
