import { useCallback, useMemo } from 'react';
import type { Episode } from '../../record/episode.ts';
import { ScenarioCards } from '../dialogue/ScenarioCards.tsx';
import { describeEnding } from '../dialogue/seats.ts';
import { SHOWN_PARTS, useShownParts } from '../dialogue/shownParts.ts';
import { TurnList } from '../dialogue/TurnList.tsx';
import { Card } from '../parts/Card.tsx';
import { Segments } from '../parts/Segments.tsx';
import { inspectLink } from '../route.ts';
import { scoredTurn } from '../runState.ts';

interface EpisodeDialogueProps {
  readonly runId: string;
  readonly episode: Episode;
  readonly turnIndex: number | null;
}

/** A saved dialogue; each turn links to its inspection. */
export function EpisodeDialogue({ runId, episode, turnIndex }: EpisodeDialogueProps) {
  const { shown, setShown } = useShownParts();
  const turns = useMemo(() => episode.turns.map(scoredTurn), [episode]);
  const { episodeId } = episode;
  const hrefOf = useCallback((index: number) => inspectLink(runId, episodeId, index), [runId, episodeId]);
  return (
    <Card
      title="Dialogue"
      className="inspect-dialogue"
      note={`${describeEnding(episode.endReason, episode.isParetoOptimal)} · update ${episode.updateIndex + 1}`}
      tools={
        <>
          <span className="key-hint" aria-hidden="true">
            <kbd>J</kbd> <kbd>K</kbd>
          </span>
          <Segments label="Show" options={SHOWN_PARTS} selected={shown} mode="any" onChange={setShown} />
        </>
      }
    >
      <ScenarioCards
        scenario={episode.scenario}
        trainedSeats={episode.trainedSeats}
        points={episode.points}
        showGoals={shown.includes('goals')}
      />
      <TurnList
        key={episodeId}
        turns={turns}
        showStrategies={shown.includes('strategies')}
        hrefOf={hrefOf}
        selectedTurnIndex={turnIndex}
        followsEnd={false}
      />
    </Card>
  );
}
