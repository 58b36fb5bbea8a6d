import { useEffect, useRef } from 'react';
import type { Description } from '../../environment/environment.ts';
import { otherSeat, type SeatIndex } from '../../record/scenario.ts';
import { describeAction } from '../dialogue/describeAction.ts';
import { seatName } from '../dialogue/seats.ts';
import { useTalk } from './talkStore.ts';
import { AnswerPair } from './AnswerPair.tsx';
import { ReadingLine } from './ReadingLine.tsx';
import type { TalkReading } from './talkReading.ts';
import { isComplete } from './talkState.ts';

interface TalkLogProps {
  readonly reading: TalkReading;
  readonly personSeat: SeatIndex;
}

/** What was said, turn by turn. A talk has a few turns: all of them are in the page. */
export function TalkLog({ reading, personSeat }: TalkLogProps) {
  const entries = useTalk((store) => store.talk.entries);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (entries.length > 0) end.current?.scrollIntoView({ block: 'nearest' });
  }, [entries]);
  const { environment, scenario } = reading;
  if (entries.length === 0)
    return <NothingSaid description={environment.description} isAlone={environment.worldReply !== undefined} />;
  return (
    <div className="talk-log" role="log" aria-label="Talk" aria-live="off" tabIndex={0}>
      {reading.entries.map((read, index) => {
        if (read.by === 'model') {
          return (
            <AnswerPair
              key={index}
              read={read}
              scenario={scenario}
              personSeat={personSeat}
              canChoose={read.entry === entries.at(-1) && isComplete(read.entry)}
            />
          );
        }
        return (
          <div key={index} className={`talk-said seat-${personSeat}`} data-testid={`talk-${read.by}`}>
            <p className="turn-words">
              <span className="turn-seat">{seatName(personSeat)}</span>
              {read.by === 'person' ? read.entry.utterance : read.utterance}
            </p>
            {read.by === 'person' && <ReadingLine action={describeAction(read.action, scenario)} />}
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

const TWO_ANSWERS = [
  [
    'Read two answers',
    'The model answers once without a strategy and once with one. Both draw the same random numbers.',
  ],
  ['Choose', 'The answer with a strategy goes on unless you choose the other.'],
] as const;
const SPEAKING = [
  ['Say something', 'The line below your words says how the game reads them; some that it knows are offered.'],
  ...TWO_ANSWERS,
] as const;
const ADVISING = [
  ['Advise', 'The model plays alone, step by step. Give it a strategy for the next one, or let it write its own.'],
  ...TWO_ANSWERS,
] as const;

interface NothingSaidProps {
  readonly description: Pick<Description<unknown>, 'label' | 'about'>;
  /** The model plays against the world, and the person only gives advice. */
  readonly isAlone: boolean;
}

function NothingSaid({ description, isAlone }: NothingSaidProps) {
  return (
    <div className="intro talk-intro">
      <h3>{isAlone ? `${description.label}: advise the model` : `${description.label}: play with the model`}</h3>
      <p>{description.about}</p>
      <ol>
        {(isAlone ? ADVISING : SPEAKING).map(([name, text]) => (
          <li key={name}>
            <strong>{name}</strong>
            <p>{text}</p>
          </li>
        ))}
      </ol>
    </div>
  );
}
