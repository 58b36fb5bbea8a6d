import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { Outcome } from '../../environment/environment.ts';
import { lessonsOf } from '../../environment/registry.ts';
import { describeEnding, formatPoints } from '../dialogue/seats.ts';
import { useEngine } from '../engineStore.ts';
import { Card } from '../parts/Card.tsx';
import { FailureCard } from '../parts/FailureCard.tsx';
import { Segments } from '../parts/Segments.tsx';
import { useSession } from '../session.ts';
import { Composer } from './Composer.tsx';
import { TalkLog } from './TalkLog.tsx';
import type { TalkReading } from './talkReading.ts';
import { seatOf, withNextSeed, type TalkSettings } from './talkSettings.ts';
import { pendingEntry } from './talkState.ts';
import { useTalk } from './talkStore.ts';
import { TalkTable, type ShownGoal } from './TalkTable.tsx';

interface TalkCardProps {
  readonly settings: TalkSettings;
  readonly reading: TalkReading;
}

interface ShownChoice {
  readonly id: ShownGoal;
  readonly label: string;
}
const GOALS: readonly ShownChoice[] = [
  { id: 'own', label: 'Your goal' },
  { id: 'model', label: 'Model’s goal' },
];
/** Where the model plays alone, its task is what the person wants to see. */
const GOALS_BESIDE_THE_WORLD: readonly ShownChoice[] = [
  { id: 'model', label: 'Task' },
  { id: 'own', label: 'What the world knows' },
];

/** The table, what was said, and what can be said next. */
export function TalkCard({ settings, reading }: TalkCardProps) {
  const { environment, scenario, state } = reading;
  const goals = environment.worldReply ? GOALS_BESIDE_THE_WORLD : GOALS;
  const [chosen, setChosen] = useState<readonly ShownGoal[] | null>(null);
  const shown = chosen ?? goals.slice(0, 1).map(({ id }) => id);
  const personSeat = seatOf(settings);
  return (
    <Card
      title="Talk"
      className="talk-card"
      // Not its id, which may tell what only the model knows.
      note={`${scenario.split} scenario`}
      tools={<Segments label="Show" options={goals} selected={shown} mode="any" onChange={setChosen} />}
    >
      <TalkTable
        reading={reading}
        personSeat={personSeat}
        shown={shown}
        points={environment.outcome(state)?.points ?? null}
      />
      <TalkLog reading={reading} personSeat={personSeat} />
      <NextStep settings={settings} reading={reading} />
    </Card>
  );
}

/** At the foot: an ending, a failure, the model's opening, or the words of the person. */
function NextStep({ settings, reading }: TalkCardProps) {
  const { environment, scenario, state } = reading;
  const session = useSession();
  const { talk, change, ask } = useTalk();
  const isReady = useEngine((store) => store.engine.kind === 'ready');
  const isAwaited = pendingEntry(talk) !== null;
  const personSeat = seatOf(settings);
  const askModel = () => {
    const { askId, talk: order } = ask();
    session.ask(askId, order);
  };
  if (talk.failure) {
    return (
      <div className="talk-foot">
        <FailureCard failure={talk.failure}>
          <Button className="button primary" isDisabled={!isReady} onPress={askModel}>
            Ask again
          </Button>
        </FailureCard>
      </div>
    );
  }
  const outcome = environment.outcome(state);
  if (outcome) return <Ending settings={settings} reading={reading} outcome={outcome} />;
  const isAlone = environment.worldReply !== undefined;
  const isModelToMove = environment.seatToMove(state) !== personSeat;
  if (isAlone || (isModelToMove && !isAwaited)) {
    const about = isAlone
      ? 'The model plays alone. Give it a strategy, or let it write its own.'
      : 'Seat A opens, and the model sits there.';
    return (
      <div className="talk-foot talk-opening">
        <p>{isAwaited ? 'Both answers are being written.' : about}</p>
        <Button
          className="button primary"
          data-testid="talk-open"
          isDisabled={!isReady || isAwaited}
          onPress={askModel}
        >
          {isReady ? (isAlone ? 'Next step' : 'Let the model open') : 'Loading the model…'}
        </Button>
      </div>
    );
  }
  const speak = (utterance: string) => {
    change({ kind: 'spoke', utterance });
    const action = environment.readAction(state, utterance);
    if (environment.outcome(environment.step(state, action)) === null) askModel();
  };
  return (
    <Composer
      lessons={lessonsOf(settings.environment)}
      scenario={scenario}
      turn={isAwaited ? null : reading}
      seed={settings.seed}
      isEngineReady={isReady}
      onSpeak={speak}
    />
  );
}

interface EndingProps {
  readonly settings: TalkSettings;
  readonly reading: TalkReading;
  readonly outcome: Outcome;
}

function Ending({ settings, reading, outcome }: EndingProps) {
  const { setSettings, startAgain, talk } = useTalk();
  const { endReason, isParetoOptimal, points } = outcome;
  const person = seatOf(settings);
  const canStillChoose = talk.entries.at(-1)?.by === 'model';
  return (
    <footer className="ending talk-ending" data-testid="talk-ending">
      <p>
        <strong>{describeEnding(endReason, isParetoOptimal)}</strong>{' '}
        <span>
          {!reading.environment.worldReply && `you ${formatPoints(points[person])} · `}
          the model {formatPoints(points[person === 0 ? 1 : 0])} points
        </span>
      </p>
      {canStillChoose && (
        <span className="ending-hint">The other answer may have gone on differently: choose it above.</span>
      )}
      <div className="talk-ending-tools">
        <Button className="button" onPress={startAgain}>
          Start again
        </Button>
        <Button className="button primary" onPress={() => setSettings(withNextSeed(settings))}>
          New scenario
        </Button>
      </div>
    </footer>
  );
}
