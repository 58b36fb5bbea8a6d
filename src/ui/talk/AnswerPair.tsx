import { Radio, RadioGroup } from 'react-aria-components';
import { otherSeat, type Scenario, type SeatIndex } from '../../record/scenario.ts';
import type { AnswerKind } from '../../../workers/protocol.ts';
import { describeAction, describeReading } from '../dialogue/describeAction.ts';
import { seatName } from '../dialogue/seats.ts';
import { formatAmount } from '../format.ts';
import { ReadingLine } from './ReadingLine.tsx';
import type { ReadAnswer, ReadEntry } from './talkReading.ts';
import type { ShownAnswer } from './talkState.ts';
import { useTalk } from './talkStore.ts';

interface AnswerPairProps {
  readonly read: Extract<ReadEntry, { by: 'model' }>;
  readonly scenario: Scenario;
  readonly personSeat: SeatIndex;
  /** The last turn, complete: the person may still send the other answer on. */
  readonly canChoose: boolean;
}

const ANSWERS: readonly { readonly kind: AnswerKind; readonly title: string }[] = [
  { kind: 'plain', title: 'Without a strategy' },
  { kind: 'advised', title: 'With a strategy' },
];

/** One turn of the model, twice, side by side. */
export function AnswerPair({ read, scenario, personSeat, canChoose }: AnswerPairProps) {
  const { entry } = read;
  const change = useTalk((store) => store.change);
  return (
    <RadioGroup
      className={`talk-pair seat-${otherSeat(personSeat)}`}
      aria-label="Which answer goes on"
      data-testid="talk-answers"
      value={entry.chosen}
      isDisabled={!canChoose}
      onChange={(kind) => change({ kind: 'chose', answer: kind === 'plain' ? 'plain' : 'advised' })}
    >
      {ANSWERS.map(({ kind, title }) => (
        <div
          key={kind}
          role="group"
          className={kind === entry.chosen ? 'talk-answer is-chosen' : 'talk-answer'}
          aria-label={title}
          data-testid={`answer-${kind}`}
        >
          <Radio className="talk-choice" value={kind}>
            <i aria-hidden="true" />
            {title}
            {kind === entry.chosen && <small>{canChoose ? 'goes on' : 'went on'}</small>}
          </Radio>
          <AnswerText
            answer={entry.answers[kind]}
            read={read.answers[kind]}
            scenario={scenario}
            personSeat={personSeat}
          />
        </div>
      ))}
      <p className="talk-seen">
        The board as the model read it: <code>{read.board}</code>
      </p>
    </RadioGroup>
  );
}

interface AnswerTextProps {
  readonly answer: ShownAnswer;
  readonly read: ReadAnswer | null;
  readonly scenario: Scenario;
  readonly personSeat: SeatIndex;
}

function AnswerText({ answer, read, scenario, personSeat }: AnswerTextProps) {
  const { strategy, utterance, writing, tokenCount } = answer;
  const modelSeat = otherSeat(personSeat);
  const following = read?.strategyReading ? describeReading(read.strategyReading) : null;
  return (
    <>
      {strategy !== null && (
        <p className="turn-strategy" data-testid="answer-strategy">
          <span className="visually-hidden">private strategy: </span>
          {strategy || '(empty)'}
          {writing === 'strategist' && <i className="caret" aria-label="thinking" />}
        </p>
      )}
      <p className="turn-words" data-testid="answer-words">
        <span className="turn-seat">{seatName(modelSeat)}</span>
        {utterance}
        {writing === 'agent' && <i className="caret" aria-label="speaking" />}
      </p>
      {read ? (
        <ReadingLine action={describeAction(read.action, scenario)} />
      ) : (
        <p className="talk-reading">{writing === 'agent' ? 'speaking…' : 'thinking…'}</p>
      )}
      <p className="talk-count">
        {following && <span className={`talk-followed ${toneOf(following.isGood)}`}>{following.text}</span>}
        <span>{formatAmount(tokenCount, 'token')}</span>
      </p>
    </>
  );
}

function toneOf(isGood: boolean | null): string {
  return isGood === null ? '' : isGood ? 'gain' : 'loss';
}
