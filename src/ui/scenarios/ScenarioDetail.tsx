import { useState } from 'react';
import { environmentFor } from '../../environment/registry.ts';
import type { Scenario, SeatIndex } from '../../record/scenario.ts';
import { Goal } from '../dialogue/ScenarioCards.tsx';
import { scenarioNumber } from '../dialogue/scenarioTitle.ts';
import { playersOf, seatName } from '../dialogue/seats.ts';
import { Card } from '../parts/Card.tsx';
import { Segments } from '../parts/Segments.tsx';
import { useBroughtIntoView } from '../parts/useBroughtIntoView.ts';
import { formatRoute } from '../route.ts';

interface ScenarioDetailProps {
  readonly scenario: Scenario;
  /** Settings with which it is played by the person. */
  readonly play: Readonly<Record<string, string>>;
  /** Settings with which such scenarios are trained on. */
  readonly train: Readonly<Record<string, string>>;
}

const GOALS = [
  { id: 'A', label: 'A’s goal' },
  { id: 'B', label: 'B’s goal' },
] as const;

/** One scenario: what both know, and what one alone knows, shown only when somebody asks for it. */
export function ScenarioDetail({ scenario, play, train }: ScenarioDetailProps) {
  const [shown, setShown] = useState<readonly ('A' | 'B')[]>([]);
  const description = environmentFor(scenario)?.description;
  const players = playersOf(scenario);
  const body = useBroughtIntoView<HTMLDivElement>(scenario.id);
  return (
    <Card
      title="Scenario"
      className="scenario-detail"
      note={`${scenario.split} · ${scenarioNumber(scenario)}`}
      tools={
        <Segments
          label="Show"
          mode="any"
          options={GOALS.slice(0, players.length)}
          selected={shown}
          onChange={setShown}
        />
      }
    >
      <div className="card-body scenario-about" ref={body} data-testid="scenario-detail">
        <p>{description?.table(scenario)}</p>
        {([0, 1] as const).map((seat: SeatIndex) => (
          <section key={seat} className={`scenario-seat seat-${seat}`}>
            <p>
              <strong>Seat {seatName(seat)}</strong>
              <span>{description?.seat(scenario, seat)}</span>
            </p>
            <Goal text={description?.goal(scenario, seat) ?? null} isShown={shown.includes(seat === 0 ? 'A' : 'B')} />
          </section>
        ))}
        <div className="scenario-tools">
          <a
            className="button primary"
            data-testid="scenario-play"
            href={formatRoute({ screen: 'play', changes: play })}
          >
            Play it
          </a>
          <a className="button" href={formatRoute({ screen: 'train', changes: train })}>
            Train on such scenarios
          </a>
        </div>
      </div>
    </Card>
  );
}
