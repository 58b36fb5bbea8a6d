import { useMemo } from 'react';
import type { BoardLine } from '../../environment/environment.ts';
import { otherSeat, type SeatIndex } from '../../record/scenario.ts';
import { Goal } from '../dialogue/ScenarioCards.tsx';
import { formatPoints, playersOf, seatName, SEATS } from '../dialogue/seats.ts';
import type { TalkReading } from './talkReading.ts';

/** Whose private goal is shown: that of the person's seat, or of the model's. */
export type ShownGoal = 'own' | 'model';

interface TalkTableProps {
  readonly reading: TalkReading;
  readonly personSeat: SeatIndex;
  readonly shown: readonly ShownGoal[];
  readonly points: readonly [number, number] | null;
}

/** What both know, what each seat alone knows, and the board: what lies on the table and turns left. */
export function TalkTable({ reading, personSeat, shown, points }: TalkTableProps) {
  const { environment, scenario } = reading;
  const { description } = environment;
  const players = useMemo(() => playersOf(scenario), [scenario]);
  return (
    <div className="scenario" data-testid="talk-table">
      <p className="scenario-table">{description.table(scenario)}</p>
      {SEATS.map((seat) => {
        const isModel = seat !== personSeat;
        const isShown = shown.includes(isModel ? 'model' : 'own');
        return (
          <div key={seat} className={`scenario-seat seat-${seat}`}>
            <p>
              <strong>Seat {seatName(seat)}</strong>
              <span>{description.seat(scenario, seat)}</span>
              {players.includes(seat) && <span>{isModel ? 'the model' : 'you'}</span>}
              {points && players.includes(seat) && <b>{formatPoints(points[seat])} points</b>}
            </p>
            <Goal text={description.goal(scenario, seat)} isShown={isShown} />
          </div>
        );
      })}
      <Board lines={boardLines(reading, personSeat)} />
    </div>
  );
}

function Board({ lines }: { readonly lines: readonly BoardLine[] }) {
  return (
    <dl className="talk-board" aria-label="Board">
      {lines.map(({ label, text }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

/** As the person sees it; where the person only gives advice, as the model does. */
function boardLines({ environment, state }: TalkReading, personSeat: SeatIndex): readonly BoardLine[] {
  const { description, worldReply } = environment;
  const model = otherSeat(personSeat);
  const left = (seat: SeatIndex) => environment.turnsLeft(state, seat);
  const turns = worldReply ? `${left(model)}` : `you ${left(personSeat)} · the model ${left(model)}`;
  return [...description.board(state, worldReply ? model : personSeat), { label: 'Turns left', text: turns }];
}
