import type { StrategyReading, Turn } from '../../record/episode.ts';
import type { Scenario } from '../../record/scenario.ts';
import { describeAction } from '../dialogue/describeAction.ts';
import { formatPoints } from '../dialogue/seats.ts';
import { formatSigned } from '../format.ts';
import { Card } from '../parts/Card.tsx';

/** How the turn was understood and what it earned, addend by addend. */
export function RewardCard({ turn, scenario }: { readonly turn: Turn; readonly scenario: Scenario }) {
  const { label, detail } = describeAction(turn.action, scenario);
  return (
    <Card title="What this turn earned" note={turn.isCritical ? '◆ critical turn' : undefined}>
      <div className="card-body">
        <table className="table">
          <tbody>
            {turn.rewardParts.map(({ name, value }) => (
              <tr key={name}>
                <td>{name}</td>
                <td className="number">{formatSigned(value)}</td>
              </tr>
            ))}
            <Sum name="turn reward" value={turn.reward} />
            <Sum name="return from here on" value={turn.returnToGo} />
            {turn.advantage !== null && <Sum name="advantage" value={turn.advantage} />}
          </tbody>
        </table>
        <dl className="facts reading">
          <div>
            <dt>Understood as</dt>
            <dd>{[label, detail].filter(Boolean).join(': ')}</dd>
          </div>
          {turn.strategyReading && (
            <div>
              <dt>Strategy</dt>
              <dd>{describeReading(turn.strategyReading)}</dd>
            </div>
          )}
          <div>
            <dt>Could have accepted</dt>
            <dd>{turn.offerValue === null ? 'no offer' : `${formatPoints(turn.offerValue)} points`}</dd>
          </div>
        </dl>
      </div>
    </Card>
  );
}

function Sum({ name, value }: { readonly name: string; readonly value: number }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="number">
        <b>{formatSigned(value)}</b>
      </td>
    </tr>
  );
}

function describeReading({ family, isApplicable, isFollowed }: StrategyReading): string {
  if (family === null) return 'not readable';
  const followed = isFollowed === null ? '' : isFollowed ? ', followed' : ', not followed';
  return `${family}, ${isApplicable ? 'fits' : 'does not fit'}${followed}`;
}
