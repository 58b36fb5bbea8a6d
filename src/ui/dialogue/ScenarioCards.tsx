import { memo } from 'react';
import type { Scenario, SeatIndex } from '../../record/scenario.ts';
import { describeGoal, describeTable, formatPoints, seatName, SEATS } from './seats.ts';

interface ScenarioCardsProps {
  readonly scenario: Scenario;
  readonly trainedSeats: readonly SeatIndex[];
  readonly points: readonly [number, number] | null;
  readonly showGoals: boolean;
}

/** The table that both see, and what each seat alone knows. */
export const ScenarioCards = memo(function ScenarioCards({
  scenario,
  trainedSeats,
  points,
  showGoals,
}: ScenarioCardsProps) {
  return (
    <div className="scenario">
      <p className="scenario-table">On the table: {describeTable(scenario)}</p>
      {SEATS.map((seat) => (
        <div key={seat} className={`scenario-seat seat-${seat}`}>
          <p>
            <strong>Seat {seatName(seat)}</strong>
            <span>{trainedSeats.includes(seat) ? 'in training' : 'frozen base'}</span>
            {points && <b>{formatPoints(points[seat])} points</b>}
          </p>
          <Goal scenario={scenario} seat={seat} isShown={showGoals} />
        </div>
      ))}
    </div>
  );
});

function Goal({ scenario, seat, isShown }: { scenario: Scenario; seat: SeatIndex; isShown: boolean }) {
  const { each, all } = describeGoal(scenario, seat);
  if (!isShown) return <p className="scenario-goal is-hidden">private goal hidden</p>;
  return (
    <p className="scenario-goal">
      {each} <span>= {all}</span>
    </p>
  );
}
