import type { Episode, StrategyReading, Turn } from '../../record/episode.ts';
import type { Judgement, TurnFlag } from '../../record/judgement.ts';
import { describeAction } from '../dialogue/describeAction.ts';
import { formatPoints } from '../dialogue/seats.ts';
import { formatSigned } from '../format.ts';
import { Card } from '../parts/Card.tsx';

/** How the turn was understood and what it earned, addend by addend. */
export function RewardCard({ turn, episode }: { readonly turn: Turn; readonly episode: Episode }) {
  const { label, detail } = describeAction(turn.action, episode.scenario);
  const judgement = episode.judgements?.[turn.seat];
  const ownTurn = episode.turns.filter(
    ({ seat, turnIndex }) => seat === turn.seat && turnIndex < turn.turnIndex,
  ).length;
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
        {judgement && <JudgeSays judgement={judgement} ownTurn={ownTurn} />}
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

const FLAGS: Record<TurnFlag, string> = {
  empty: 'it says nothing',
  repeated: 'it repeats an earlier turn',
  invalid: 'it is no valid move',
  'addresses-judge': 'it talks to the judge',
  'claims-deal': 'it claims a deal that is none',
  accepts: 'it accepts as such',
};

/** Why the judge gave what it gave: its reason for all turns of the seat, and why this one was set aside. */
function JudgeSays({ judgement, ownTurn }: { readonly judgement: Judgement; readonly ownTurn: number }) {
  if (judgement.kind === 'missing') return <p className="judge-says">The judge has not judged this: {judgement.why}</p>;
  const aside = judgement.setAside.find((one) => one.ownTurn === ownTurn);
  return (
    <blockquote className="judge-says">
      {judgement.reason || 'The judge gave no reason.'}
      <footer>
        the judge, of all turns of this seat
        {judgement.kind === 'graded' && ` · graded ${judgement.scores[ownTurn] ?? 'nothing'} of 10`}
        {aside && ` · no credit: ${FLAGS[aside.flag]}`}
      </footer>
    </blockquote>
  );
}

function describeReading({ family, isApplicable, isFollowed }: StrategyReading): string {
  if (family === null) return 'not readable';
  const followed = isFollowed === null ? '' : isFollowed ? ', followed' : ', not followed';
  return `${family}, ${isApplicable ? 'fits' : 'does not fit'}${followed}`;
}
