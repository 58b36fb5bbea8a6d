import { useCallback, useMemo } from 'react';
import type { Episode } from '../../record/episode.ts';
import { ScenarioCards } from '../dialogue/ScenarioCards.tsx';
import { describeEnding } from '../dialogue/seats.ts';
import { ShownPartsControls } from '../dialogue/ShownPartsControls.tsx';
import { useShownParts } from '../dialogue/shownParts.ts';
import { TurnList } from '../dialogue/TurnList.tsx';
import { Card } from '../parts/Card.tsx';
import { useBroughtIntoView } from '../parts/useBroughtIntoView.ts';
import { inspectLink } from '../route.ts';
import { scoredTurn } from '../runState.ts';

interface EpisodeDialogueProps {
  readonly runId: string;
  readonly episode: Episode;
  readonly turnIndex: number | null;
  /** Turns keep it when they are chosen. */
  readonly tab: string | null;
}

/** A saved dialogue; each turn links to its inspection. */
export function EpisodeDialogue({ runId, episode, turnIndex, tab }: EpisodeDialogueProps) {
  const shown = useShownParts((store) => store.shown);
  const turns = useMemo(() => episode.turns.map(scoredTurn), [episode]);
  const { episodeId } = episode;
  const hint = useBroughtIntoView<HTMLSpanElement>(turnIndex === null ? episodeId : null);
  const hrefOf = useCallback((index: number) => inspectLink(runId, episodeId, index, tab), [runId, episodeId, tab]);
  return (
    <Card
      title="Dialogue"
      className="inspect-dialogue"
      note={`${describeEnding(episode.endReason, episode.isParetoOptimal)} · update ${episode.updateIndex + 1}`}
      tools={
        <>
          <span className="key-hint" aria-hidden="true" ref={hint}>
            <kbd>J</kbd> <kbd>K</kbd>
          </span>
          <ShownPartsControls />
        </>
      }
    >
      <ScenarioCards
        scenario={episode.scenario}
        trainedSeats={episode.trainedSeats}
        points={episode.points}
        goalsOf={shown.goals}
      />
      <TurnList
        key={episodeId}
        turns={turns}
        strategiesOf={shown.strategies}
        hrefOf={hrefOf}
        selectedTurnIndex={turnIndex}
        followsEnd={false}
      />
    </Card>
  );
}
