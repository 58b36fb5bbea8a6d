import { useCallback, useState } from 'react';
import { Card } from '../parts/Card.tsx';
import { ScenarioCards } from '../dialogue/ScenarioCards.tsx';
import { describeEnding, describePoints } from '../dialogue/seats.ts';
import { scenarioNumber } from '../dialogue/scenarioTitle.ts';
import { ShownPartsControls } from '../dialogue/ShownPartsControls.tsx';
import { TurnList } from '../dialogue/TurnList.tsx';
import { useShownParts } from '../dialogue/shownParts.ts';
import { inspectLink } from '../route.ts';
import { useRun } from '../runStore.ts';
import type { LiveDialogue as Dialogue } from '../runState.ts';
import { DialoguePicker, type PickedDialogue } from './DialoguePicker.tsx';
import { NothingPlayed } from './NothingPlayed.tsx';

/** The streamed dialogues of the batch, token by token: one of them, or all side by side. */
export function LiveDialogue() {
  const dialogues = useRun((store) => store.run.dialogues);
  const [picked, setPicked] = useState<PickedDialogue>(0);
  const isTogether = picked === 'all' && dialogues.length > 1;
  const one = dialogues[picked === 'all' ? 0 : Math.min(picked, dialogues.length - 1)];
  return (
    <Card
      title={isTogether ? 'Live dialogues' : 'Live dialogue'}
      className="live-card"
      note={one && (isTogether ? `update ${one.updateIndex + 1}` : describePlace(one))}
      tools={one && <ShownPartsControls />}
    >
      {one ? (
        <>
          <DialoguePicker
            dialogues={dialogues}
            picked={isTogether ? 'all' : dialogues.indexOf(one)}
            onPick={setPicked}
          />
          {isTogether ? (
            <div className="live-together" data-testid="live-together">
              {dialogues.map((dialogue, index) => (
                <section key={dialogue.episodeId} className="live-one" aria-label={`Dialogue ${index + 1}`}>
                  <DialogueOnScreen dialogue={dialogue} />
                </section>
              ))}
            </div>
          ) : (
            <DialogueOnScreen key={one.episodeId} dialogue={one} />
          )}
        </>
      ) : (
        <NothingPlayed />
      )}
    </Card>
  );
}

function describePlace({ updateIndex, scenario }: Dialogue): string {
  return `update ${updateIndex + 1} · ${scenario.split} scenario ${scenarioNumber(scenario)}`;
}

function DialogueOnScreen({ dialogue }: { readonly dialogue: Dialogue }) {
  const { episodeId, scenario, trainedSeats, turns, ending, isParetoOptimal } = dialogue;
  const runId = useRun((store) => store.runId);
  const shown = useShownParts((store) => store.shown);
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
        goalsOf={shown.goals}
      />
      <TurnList turns={turns} strategiesOf={shown.strategies} hrefOf={hrefOf} selectedTurnIndex={null} followsEnd />
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
