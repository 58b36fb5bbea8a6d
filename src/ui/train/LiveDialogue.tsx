import { useCallback, useState } from 'react';
import { Segments } from '../parts/Segments.tsx';
import { Card } from '../parts/Card.tsx';
import { ScenarioCards } from '../dialogue/ScenarioCards.tsx';
import { describeEnding, describePoints } from '../dialogue/seats.ts';
import { TurnList } from '../dialogue/TurnList.tsx';
import { useShownParts, SHOWN_PARTS } from '../dialogue/shownParts.ts';
import { inspectLink } from '../route.ts';
import { useRun } from '../runStore.ts';
import type { LiveDialogue as Dialogue } from '../runState.ts';
import { DialoguePicker } from './DialoguePicker.tsx';
import { NothingPlayed } from './NothingPlayed.tsx';

/** The streamed dialogues of the batch, one on screen at a time, token by token. */
export function LiveDialogue() {
  const dialogues = useRun((store) => store.run.dialogues);
  const { shown, setShown } = useShownParts();
  const [position, setPosition] = useState(0);
  const dialogue = dialogues[Math.min(position, dialogues.length - 1)];
  return (
    <Card
      title="Live dialogue"
      className="live-card"
      note={
        dialogue
          ? `update ${dialogue.updateIndex + 1} · ${dialogue.scenario.split} scenario ${dialogue.scenario.id}`
          : undefined
      }
      tools={<Segments label="Show" options={SHOWN_PARTS} selected={shown} mode="any" onChange={setShown} />}
    >
      {dialogue ? (
        <>
          <DialoguePicker dialogues={dialogues} position={dialogues.indexOf(dialogue)} onPick={setPosition} />
          <DialogueOnScreen key={dialogue.episodeId} dialogue={dialogue} />
        </>
      ) : (
        <NothingPlayed />
      )}
    </Card>
  );
}

function DialogueOnScreen({ dialogue }: { readonly dialogue: Dialogue }) {
  const { episodeId, scenario, trainedSeats, turns, ending, isParetoOptimal } = dialogue;
  const runId = useRun((store) => store.runId);
  const { shown } = useShownParts();
  const isScored = isParetoOptimal !== null;
  const hrefOf = useCallback(
    (turnIndex: number) => (isScored ? inspectLink(runId, episodeId, turnIndex) : null),
    [isScored, runId, episodeId],
  );
  return (
    <>
      <ScenarioCards
        scenario={scenario}
        trainedSeats={trainedSeats}
        points={ending?.points ?? null}
        showGoals={shown.includes('goals')}
      />
      <TurnList
        turns={turns}
        showStrategies={shown.includes('strategies')}
        hrefOf={hrefOf}
        selectedTurnIndex={null}
        followsEnd
      />
      {ending && (
        <footer className="ending">
          <strong>{describeEnding(ending.endReason, isParetoOptimal)}</strong>
          <span>{describePoints(scenario, ending.points)}</span>
          <span className="ending-hint">
            {isScored ? 'Choose a turn to inspect it.' : 'Rewards follow when the batch is complete.'}
          </span>
        </footer>
      )}
    </>
  );
}
