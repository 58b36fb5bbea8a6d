import { useMemo } from 'react';
import type { Episode } from '../../record/episode.ts';
import type { RunRow } from '../../storage/rows.ts';
import { useLive } from '../database.ts';
import { seatName } from '../dialogue/seats.ts';
import { ForkCard } from '../fork/ForkCard.tsx';
import { Card } from '../parts/Card.tsx';
import { FailureCard } from '../parts/FailureCard.tsx';
import { useBroughtIntoView } from '../parts/useBroughtIntoView.ts';
import { episodePath, savedTraces } from '../queries.ts';
import { ContextView } from './ContextView.tsx';
import { RatingCard } from './RatingCard.tsx';
import { RewardCard } from './RewardCard.tsx';
import { TokenCard } from './TokenCard.tsx';
import type { TokenView } from './tokenColor.ts';
import { tokensOfTurn } from './turnTokens.ts';
import { useVocabulary } from './vocabulary.ts';

interface TurnInspectorProps {
  readonly runId: string;
  readonly episode: Episode;
  readonly turnIndex: number | null;
  /** null until it is read. */
  readonly run: RunRow | null;
  readonly view: TokenView;
  onView(view: TokenView): void;
}

/** What one turn was made of: its tokens, what it earned, and exactly what the strategist had read. */
export function TurnInspector({ runId, episode, turnIndex, run, view, onView }: TurnInspectorProps) {
  const { value: traces, failure } = useLive(savedTraces, episodePath(runId, episode.episodeId));
  const vocabulary = useVocabulary(run?.modelName ?? null);
  const whole = useBroughtIntoView<HTMLDivElement>(`${episode.episodeId} ${turnIndex}`);
  const turn = episode.turns.find((candidate) => candidate.turnIndex === turnIndex);
  const tokens = useMemo(
    () => (turn && traces ? tokensOfTurn(traces, episode.turns, turn) : null),
    [traces, episode, turn],
  );
  if (!turn) {
    return (
      <Card title="Turn">
        <div className="empty">
          <p>This episode has no such turn.</p>
        </div>
      </Card>
    );
  }
  const title = `Turn ${turn.turnIndex + 1} · seat ${seatName(turn.seat)}`;
  return (
    <div className={`turn-inspector seat-${turn.seat}`} data-testid="turn-inspector" ref={whole}>
      {failure && <FailureCard failure={failure} />}
      {tokens ? (
        <TokenCard
          key={`tokens ${episode.episodeId} ${turn.turnIndex}`}
          title={title}
          run={run}
          episode={episode}
          turnIndex={turn.turnIndex}
          tokens={tokens}
          vocabulary={vocabulary}
          view={view}
          onView={onView}
        />
      ) : (
        <Card title={title}>
          <p className="card-body muted">
            {traces ? 'This turn was not sampled from the strategist in training, so no tokens were kept.' : 'Reading…'}
          </p>
        </Card>
      )}
      <RewardCard turn={turn} episode={episode} />
      <RatingCard runId={runId} episode={episode} turn={turn} />
      {run && traces && turn.strategy !== null && (
        <ForkCard
          key={`fork ${episode.episodeId} ${turn.turnIndex}`}
          run={run}
          episode={episode}
          turn={turn}
          traces={traces}
        />
      )}
      {tokens && <ContextView tokens={tokens.context} vocabulary={vocabulary} />}
    </div>
  );
}
