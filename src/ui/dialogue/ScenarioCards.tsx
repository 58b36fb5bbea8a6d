import { memo, useMemo } from 'react';
import { environmentFor } from '../../environment/registry.ts';
import { TranscriptScenario } from '../../record/dialogueSet.ts';
import type { Scenario, SeatIndex } from '../../record/scenario.ts';
import { formatPoints, playersOf, seatName, SEATS } from './seats.ts';

interface ScenarioCardsProps {
  readonly scenario: Scenario;
  readonly trainedSeats: readonly SeatIndex[];
  readonly points: readonly [number, number] | null;
  /** Seats whose private goals are shown. */
  readonly goalsOf: readonly SeatIndex[];
}

/** What both seats see, and what each seat alone knows. */
export const ScenarioCards = memo(function ScenarioCards(props: ScenarioCardsProps) {
  const { scenario, trainedSeats, points, goalsOf } = props;
  const description = useMemo(() => environmentFor(scenario)?.description, [scenario]);
  const players = useMemo(() => playersOf(scenario), [scenario]);
  return (
    <div className="scenario">
      <p className="scenario-table">{description?.table(scenario) ?? wordsOf(scenario)}</p>
      {SEATS.map((seat) => (
        <div key={seat} className={`scenario-seat seat-${seat}`}>
          <p>
            <strong>Seat {seatName(seat)}</strong>
            {description && <span>{description.seat(scenario, seat)}</span>}
            {players.includes(seat) && <span>{trainedSeats.includes(seat) ? 'in training' : 'frozen base'}</span>}
            {points && players.includes(seat) && <b>{formatPoints(points[seat])} points</b>}
          </p>
          <Goal text={description?.goal(scenario, seat) ?? null} isShown={goalsOf.includes(seat)} />
        </div>
      ))}
    </div>
  );
});

/** @param text null where the seat has nothing private */
export function Goal({ text, isShown }: { readonly text: string | null; readonly isShown: boolean }) {
  if (text === null) return null;
  return (
    <p className={isShown ? 'scenario-goal' : 'scenario-goal is-hidden'}>{isShown ? text : 'private goal hidden'}</p>
  );
}

/** Of a dialogue from elsewhere, what its strategist was told first. */
function wordsOf(scenario: Scenario): string {
  const told = TranscriptScenario.safeParse(scenario).data?.view;
  return told ?? `This version of the lab cannot show scenarios of “${scenario.environment}”.`;
}
