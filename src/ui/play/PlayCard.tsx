import { useState } from 'react';
import { Button } from 'react-aria-components';
import { wallClockMs } from '../../base/clock.ts';
import { lessonsOf } from '../../environment/registry.ts';
import { describeEnding, formatPoints } from '../dialogue/seats.ts';
import { scenarioNumber } from '../dialogue/scenarioTitle.ts';
import { useEngine } from '../engineStore.ts';
import { Card } from '../parts/Card.tsx';
import { FailureCard } from '../parts/FailureCard.tsx';
import { Segments } from '../parts/Segments.tsx';
import { inspectLink } from '../route.ts';
import { useSession } from '../session.ts';
import { PLAYED_RUN_ID } from '../../storage/played.ts';
import { reporting } from '../storage/reporting.ts';
import { Composer } from '../talk/Composer.tsx';
import { TalkTable, type ShownGoal } from '../talk/TalkTable.tsx';
import { ActionHelp } from './ActionHelp.tsx';
import { episodeOfPlay, ratingsOfPlay } from './episodeOfPlay.ts';
import { PlayLog } from './PlayLog.tsx';
import { nextOf, type PlayReading } from './playReading.ts';
import { partnerSeatOf, personSeatOf, withNextScenario, type PlaySettings } from './playSettings.ts';
import { usePlay } from './playStore.ts';
import { useFinalOutcome, type FinalOutcome } from './useFinalOutcome.ts';

interface PlayCardProps {
  readonly settings: PlaySettings;
  readonly reading: PlayReading;
}

type Shown = ShownGoal | 'strategies';
const SHOWN: readonly { readonly id: Shown; readonly label: string }[] = [
  { id: 'own', label: 'Your goal' },
  { id: 'model', label: 'Partner’s goal' },
  { id: 'strategies', label: 'Partner’s strategies' },
];
const SHOWN_ALONE = SHOWN.slice(0, 1);

/** The table, what was said, and what the person can do next. */
export function PlayCard({ settings, reading }: PlayCardProps) {
  const { environment, scenario } = reading;
  const [shown, setShown] = useState<readonly Shown[]>(['own']);
  const personSeat = personSeatOf(settings);
  const final = useFinalOutcome(reading);
  const { outcome } = final;
  return (
    <Card
      title="Play"
      className="talk-card"
      note={`${scenario.split} scenario ${scenarioNumber(scenario)}`}
      tools={
        <Segments
          label="Show"
          options={environment.worldReply ? SHOWN_ALONE : SHOWN}
          selected={shown}
          mode="any"
          onChange={setShown}
        />
      }
    >
      <TalkTable
        reading={reading}
        personSeat={personSeat}
        partnerName="your partner"
        shown={shown.filter((part) => part !== 'strategies')}
        points={outcome && !outcome.unscored?.length ? outcome.points : null}
      />
      <PlayLog
        reading={reading}
        personSeat={personSeat}
        showsStrategies={shown.includes('strategies')}
        isAdvised={settings.adviser !== 'none'}
      />
      <NextStep settings={settings} reading={reading} final={final} />
    </Card>
  );
}

interface NextStepProps extends PlayCardProps {
  readonly final: FinalOutcome;
}

/** At the foot: a beginning, a failure, an ending, or the words of the person. */
function NextStep({ settings, reading, final }: NextStepProps) {
  const { play, begin, change } = usePlay();
  const isReady = useEngine((store) => store.engine.kind === 'ready');
  const personSeat = personSeatOf(settings);
  const next = nextOf(reading, personSeat);
  if (play.failure) {
    return (
      <div className="talk-foot">
        <FailureCard failure={play.failure}>
          <Button className="button primary" isDisabled={!isReady} onPress={() => change({ kind: 'retried' })}>
            Ask again
          </Button>
        </FailureCard>
      </div>
    );
  }
  if (play.episodeId === null) {
    return (
      <div className="talk-foot talk-opening">
        <p>{next === 'partner' ? 'Your partner sits in seat A and opens.' : 'You open.'}</p>
        <Button className="button primary" data-testid="play-begin" isDisabled={!isReady} onPress={begin}>
          {isReady ? 'Begin' : 'Loading the model…'}
        </Button>
      </div>
    );
  }
  if (next === 'over') return <Ending settings={settings} reading={reading} final={final} />;
  const canAct = next === 'person' && play.awaited === null && !(settings.adviser !== 'none' && play.whisper === null);
  const speak = (utterance: string) => change({ kind: 'spoke', seat: personSeat, utterance });
  return (
    <>
      {canAct && <ActionHelp environment={settings.environment} state={reading.state} onChoose={speak} />}
      <Composer
        lessons={lessonsOf(settings.environment)}
        scenario={reading.scenario}
        turn={canAct ? reading : null}
        seed={settings.seed}
        isEngineReady={isReady}
        offersPhrases={settings.environment !== 'household'}
        waitingText={play.awaited?.wanted === 'whisper' ? 'Your adviser is thinking…' : 'Your partner is answering…'}
        tools={
          play.turns.length > 0 && (
            <Button
              className="button small quiet"
              data-testid="play-undo"
              isDisabled={play.awaited !== null}
              onPress={() => change({ kind: 'undone', personSeat })}
            >
              Take my last turn back
            </Button>
          )
        }
        onSpeak={speak}
      />
    </>
  );
}

function Ending({ settings, reading, final }: NextStepProps) {
  const session = useSession();
  const { setSettings, leave, change, play } = usePlay();
  const { outcome, failure } = final;
  const { episodeId, isKept } = play;
  if (!outcome || episodeId === null) return null;
  const { endReason, isParetoOptimal, points, unscored = [] } = outcome;
  const [own, other] = [personSeatOf(settings), partnerSeatOf(settings)];
  const keep = async () => {
    const episode = episodeOfPlay(episodeId, reading, outcome);
    await session.storage.keepPlay(episode, ratingsOfPlay(episodeId, play, wallClockMs()));
    change({ kind: 'kept' });
  };
  return (
    <footer className="ending talk-ending" data-testid="play-ending">
      <p>
        <strong>{describeEnding(endReason, isParetoOptimal)}</strong>{' '}
        <span>
          {unscored.includes(own)
            ? (failure?.what ?? 'No rule knows how well this went.')
            : `you ${formatPoints(points[own])}${
                reading.environment.worldReply ? '' : ` · your partner ${formatPoints(points[other])}`
              } points`}
        </span>
      </p>
      <div className="talk-ending-tools">
        {isKept ? (
          <a className="button" data-testid="play-inspect" href={inspectLink(PLAYED_RUN_ID, episodeId)}>
            Look at it in Inspect
          </a>
        ) : (
          <Button className="button" data-testid="play-keep" onPress={() => void reporting(keep())}>
            Keep this play
          </Button>
        )}
        <Button className="button" onPress={leave}>
          Start again
        </Button>
        <Button className="button primary" onPress={() => setSettings(withNextScenario(settings))}>
          New scenario
        </Button>
      </div>
    </footer>
  );
}
