import { useState } from 'react';
import { Button } from 'react-aria-components';
import { dealOrNoDeal } from '../../environment/negotiation/dealOrNoDeal.ts';
import type { Scenario } from '../../record/scenario.ts';
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
import { TalkTable, type ShownValues } from './TalkTable.tsx';

interface TalkCardProps {
  readonly settings: TalkSettings;
  readonly scenario: Scenario;
  readonly reading: TalkReading;
}

const VALUES: readonly { readonly id: ShownValues; readonly label: string }[] = [
  { id: 'own', label: 'Your values' },
  { id: 'model', label: 'Model’s values' },
];

/** The table, what was said, and what can be said next. */
export function TalkCard({ settings, scenario, reading }: TalkCardProps) {
  const [shown, setShown] = useState<readonly ShownValues[]>(['own']);
  const outcome = dealOrNoDeal.outcome(reading.table);
  return (
    <Card
      title="Talk"
      className="talk-card"
      note={`${scenario.split} scenario ${scenario.id}`}
      tools={<Segments label="Show" options={VALUES} selected={shown} mode="any" onChange={setShown} />}
    >
      <TalkTable
        scenario={scenario}
        table={reading.table}
        personSeat={seatOf(settings)}
        shown={shown}
        points={outcome?.points ?? null}
      />
      <TalkLog scenario={scenario} reading={reading} personSeat={seatOf(settings)} />
      <NextStep settings={settings} scenario={scenario} reading={reading} />
    </Card>
  );
}

/** At the foot: an ending, a failure, the model's opening, or the words of the person. */
function NextStep({ settings, scenario, reading }: TalkCardProps) {
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
  const outcome = dealOrNoDeal.outcome(reading.table);
  if (outcome) return <Ending settings={settings} outcome={outcome} />;
  const isModelToMove = dealOrNoDeal.seatToMove(reading.table) !== personSeat;
  if (isModelToMove && !isAwaited) {
    return (
      <div className="talk-foot talk-opening">
        <p>Seat A opens, and the model sits there.</p>
        <Button className="button primary" data-testid="talk-open" isDisabled={!isReady} onPress={askModel}>
          {isReady ? 'Let the model open' : 'Loading the model…'}
        </Button>
      </div>
    );
  }
  const speak = (utterance: string) => {
    change({ kind: 'spoke', utterance });
    const action = dealOrNoDeal.readAction(reading.table, utterance);
    if (dealOrNoDeal.outcome(dealOrNoDeal.step(reading.table, action)) === null) askModel();
  };
  return (
    <Composer
      scenario={scenario}
      table={isAwaited ? null : reading.table}
      personSeat={personSeat}
      isEngineReady={isReady}
      onSpeak={speak}
    />
  );
}

interface EndingProps {
  readonly settings: TalkSettings;
  readonly outcome: NonNullable<ReturnType<typeof dealOrNoDeal.outcome>>;
}

function Ending({ settings, outcome }: EndingProps) {
  const { setSettings, startAgain, talk } = useTalk();
  const { endReason, isParetoOptimal, points } = outcome;
  const person = seatOf(settings);
  const canStillChoose = talk.entries.at(-1)?.by === 'model';
  return (
    <footer className="ending talk-ending" data-testid="talk-ending">
      <p>
        <strong>{describeEnding(endReason, isParetoOptimal)}</strong>{' '}
        <span>
          you {formatPoints(points[person])} · the model {formatPoints(points[person === 0 ? 1 : 0])} points
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
