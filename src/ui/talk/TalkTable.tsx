import { useMemo } from 'react';
import type { BoardLine } from '../../environment/environment.ts';
import { otherSeat, type SeatIndex } from '../../record/scenario.ts';
import { Goal } from '../dialogue/ScenarioCards.tsx';
import { formatPoints, playersOf, seatName, SEATS } from '../dialogue/seats.ts';
import type { TalkReading } from './talkReading.ts';

/** Whose private goal is shown: that of the person's seat, or of the model's. */
export type ShownGoal = 'own' | 'model';

interface TalkTableProps {
  readonly reading: Pick<TalkReading, 'environment' | 'scenario' | 'state'>;
  readonly personSeat: SeatIndex;
  readonly shown: readonly ShownGoal[];
  readonly points: readonly [number, number] | null;
  /** Who sits opposite. */
  readonly partnerName?: string;
}

/** What both know, what each seat alone knows, and the board: what lies on the table and turns left. */
export function TalkTable({ reading, personSeat, shown, points, partnerName = 'the model' }: TalkTableProps) {
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
              {players.includes(seat) && <span>{isModel ? partnerName : 'you'}</span>}
              {points && players.includes(seat) && <b>{formatPoints(points[seat])} points</b>}
            </p>
            <Goal text={description.goal(scenario, seat)} isShown={isShown} />
          </div>
        );
      })}
      <Board lines={boardLines(reading, personSeat, partnerName)} />
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

/** As the person sees it; where the other side is the world, as whoever plays there does. */
function boardLines(
  { environment, state }: TalkTableProps['reading'],
  personSeat: SeatIndex,
  partnerName: string,
): readonly BoardLine[] {
  const { description, worldReply } = environment;
  const other = otherSeat(personSeat);
  const left = (seat: SeatIndex) => environment.turnsLeft(state, seat);
  const turns = worldReply ? `${left(0)}` : `you ${left(personSeat)} · ${partnerName} ${left(other)}`;
  return [...description.board(state, worldReply ? 0 : personSeat), { label: 'Turns left', text: turns }];
}
