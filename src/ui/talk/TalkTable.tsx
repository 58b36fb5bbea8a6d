import type { NegotiationState } from '../../environment/negotiation/state.ts';
import { otherSeat, type Scenario, type SeatIndex } from '../../record/scenario.ts';
import { dealOrNoDeal } from '../../environment/negotiation/dealOrNoDeal.ts';
import { describeGoal, describeTable, formatPoints, seatName, SEATS } from '../dialogue/seats.ts';
import { describeShare, shareOfPerson } from './describeAction.ts';

export type ShownValues = 'own' | 'model';

interface TalkTableProps {
  readonly scenario: Scenario;
  readonly table: NegotiationState;
  readonly personSeat: SeatIndex;
  readonly shown: readonly ShownValues[];
  readonly points: readonly [number, number] | null;
}

/** What lies on the table, what each seat alone knows, and the board: standing proposals and turns left. */
export function TalkTable({ scenario, table, personSeat, shown, points }: TalkTableProps) {
  return (
    <div className="scenario" data-testid="talk-table">
      <p className="scenario-table">On the table: {describeTable(scenario)}</p>
      {SEATS.map((seat) => {
        const isPerson = seat === personSeat;
        const { each, all } = describeGoal(scenario, seat);
        const isShown = shown.includes(isPerson ? 'own' : 'model');
        return (
          <div key={seat} className={`scenario-seat seat-${seat}`}>
            <p>
              <strong>Seat {seatName(seat)}</strong>
              <span>{isPerson ? 'you' : 'the model'}</span>
              {points && <b>{formatPoints(points[seat])} points</b>}
            </p>
            <p className={isShown ? 'scenario-goal' : 'scenario-goal is-hidden'}>
              {isShown ? `${each} = ${all}` : 'values hidden'}
            </p>
          </div>
        );
      })}
      <Board scenario={scenario} table={table} personSeat={personSeat} />
    </div>
  );
}

function Board({ scenario, table, personSeat }: Pick<TalkTableProps, 'scenario' | 'table' | 'personSeat'>) {
  const model = otherSeat(personSeat);
  const offered = shareOfPerson(table.proposals[model], scenario, model, personSeat);
  const asked = shareOfPerson(table.proposals[personSeat], scenario, personSeat, personSeat);
  return (
    <dl className="talk-board" aria-label="Board">
      <div>
        <dt>Offered to you</dt>
        <dd>{offered ? describeShare(offered, scenario, personSeat) : 'nothing yet'}</dd>
      </div>
      <div>
        <dt>You asked for</dt>
        <dd>{asked ? describeShare(asked, scenario, personSeat) : 'nothing yet'}</dd>
      </div>
      <div>
        <dt>Turns left</dt>
        <dd>
          you {dealOrNoDeal.turnsLeft(table, personSeat)} · the model {dealOrNoDeal.turnsLeft(table, model)}
        </dd>
      </div>
    </dl>
  );
}
