import { memo } from 'react';
import type { ShownTurn, TurnScore } from '../runState.ts';
import { formatSigned } from '../format.ts';
import { seatName } from './seats.ts';

interface TurnRowProps {
  readonly turn: ShownTurn;
  readonly showStrategy: boolean;
  /** Where the turn can be inspected; null while it cannot. */
  readonly href: string | null;
  readonly isSelected: boolean;
  /** Reward that fills the gauge. */
  readonly rewardScale: number;
}

/** One turn: private strategy as a margin note, public words, and what they earned. All text, never HTML. */
export const TurnRow = memo(function TurnRow({ turn, showStrategy, href, isSelected, rewardScale }: TurnRowProps) {
  const { seat, strategy, utterance, writing } = turn;
  const words = (
    <>
      <span className="turn-seat">{seatName(seat)}</span>
      {utterance}
      {writing === 'agent' && <i className="caret" aria-label="speaking" />}
    </>
  );
  return (
    <div className={`turn seat-${seat}`} data-testid="turn-row" data-seat={seat}>
      <div className="turn-text">
        {showStrategy && strategy !== null && (
          <p className="turn-strategy" data-testid="turn-strategy">
            <span className="visually-hidden">private strategy: </span>
            {strategy}
            {writing === 'strategist' && <i className="caret" aria-label="thinking" />}
          </p>
        )}
        {writing !== 'strategist' &&
          (href === null ? (
            <p className="turn-words">{words}</p>
          ) : (
            <a className="turn-words" href={href} aria-current={isSelected ? 'true' : undefined}>
              {words}
            </a>
          ))}
      </div>
      <TurnReward score={turn.score} writing={writing} scale={rewardScale} />
    </div>
  );
});

interface TurnRewardProps {
  readonly score: TurnScore | null;
  readonly writing: ShownTurn['writing'];
  readonly scale: number;
}

function TurnReward({ score, writing, scale }: TurnRewardProps) {
  if (!score) {
    const state = writing === 'strategist' ? 'thinking…' : writing === 'agent' ? 'speaking…' : '';
    return <div className="turn-reward is-waiting">{state}</div>;
  }
  const { reward, returnToGo, isCritical } = score;
  const width = `${Math.min(1, Math.abs(reward) / scale) * 50}%`;
  return (
    <div className="turn-reward" data-testid="turn-reward">
      <b className={reward < 0 ? 'loss' : reward > 0 ? 'gain' : ''}>{formatSigned(reward)}</b>
      <div className="gauge" aria-hidden="true">
        {reward !== 0 && (
          <i
            className={reward < 0 ? 'loss' : 'gain'}
            style={reward < 0 ? { right: '50%', width } : { left: '50%', width }}
          />
        )}
      </div>
      <small>return {formatSigned(returnToGo)}</small>
      {isCritical && <small className="critical">◆ critical</small>}
    </div>
  );
}
