import { useEffect, useRef } from 'react';
import { otherSeat, type Scenario, type SeatIndex } from '../../record/scenario.ts';
import { seatName } from '../dialogue/seats.ts';
import { useTalk } from './talkStore.ts';
import { AnswerPair } from './AnswerPair.tsx';
import { describeAction } from './describeAction.ts';
import { ReadingLine } from './ReadingLine.tsx';
import type { TalkReading } from './talkReading.ts';
import { isComplete } from './talkState.ts';

interface TalkLogProps {
  readonly scenario: Scenario;
  readonly reading: TalkReading;
  readonly personSeat: SeatIndex;
}

/** What was said, turn by turn. A talk has a few turns: all of them are in the page. */
export function TalkLog({ scenario, reading, personSeat }: TalkLogProps) {
  const entries = useTalk((store) => store.talk.entries);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (entries.length > 0) end.current?.scrollIntoView({ block: 'nearest' });
  }, [entries]);
  if (entries.length === 0) return <NothingSaid />;
  return (
    <div className="talk-log" role="log" aria-label="Talk" aria-live="off" tabIndex={0}>
      {entries.map((entry, index) => {
        const read = reading.entries[index];
        if (!read) return null;
        if (entry.by === 'model' && read.by === 'model') {
          return (
            <AnswerPair
              key={index}
              entry={entry}
              read={read}
              scenario={scenario}
              personSeat={personSeat}
              canChoose={index === entries.length - 1 && isComplete(entry)}
            />
          );
        }
        if (entry.by !== 'person' || read.by !== 'person') return null;
        return (
          <div key={index} className={`talk-said seat-${personSeat}`} data-testid="talk-person">
            <p className="turn-words">
              <span className="turn-seat">{seatName(personSeat)}</span>
              {entry.utterance}
            </p>
            <ReadingLine action={describeAction(read.action, scenario, personSeat, personSeat)} />
          </div>
        );
      })}
      <div className="talk-end" ref={end} />
      <LatestAnswer modelSeat={otherSeat(personSeat)} />
    </div>
  );
}

/** For those who hear the page: the two answers, once they are complete. */
function LatestAnswer({ modelSeat }: { readonly modelSeat: SeatIndex }) {
  const last = useTalk((store) => store.talk.entries.at(-1));
  const text =
    last?.by === 'model' && isComplete(last)
      ? `Seat ${seatName(modelSeat)} without a strategy: ${last.answers.plain.utterance}. With the strategy “${last.answers.advised.strategy}”: ${last.answers.advised.utterance}.`
      : '';
  return (
    <p className="visually-hidden" role="status">
      {text}
    </p>
  );
}

const STEPS = [
  ['Say something', 'Ask, propose a split, accept or reject. The line below your words says how the game reads them.'],
  [
    'Read two answers',
    'The model answers once without a strategy and once with one. Both draw the same random numbers.',
  ],
  ['Choose', 'The answer with a strategy goes on unless you choose the other. Then it is your turn again.'],
] as const;

function NothingSaid() {
  return (
    <div className="intro talk-intro">
      <h3>Negotiate with the model</h3>
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
