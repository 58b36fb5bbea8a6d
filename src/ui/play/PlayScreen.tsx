import { useEffect, useMemo } from 'react';
import { explain } from '../../base/errors.ts';
import { isEnvironmentName } from '../../record/environmentName.ts';
import { useLive } from '../database.ts';
import { useEngine } from '../engineStore.ts';
import { Card } from '../parts/Card.tsx';
import { savedPacks } from '../scenarios/packQueries.ts';
import { useSession } from '../session.ts';
import { EngineProblem } from '../train/EngineProblem.tsx';
import { useExtras } from '../train/extrasStore.ts';
import { parseServer } from '../train/serverDraft.ts';
import { PlayCard } from './PlayCard.tsx';
import { PlayModes } from './PlayModes.tsx';
import { turnOrder, whisperOrder } from './playOrder.ts';
import { nextOf, readPlay, type PlayReading } from './playReading.ts';
import { PlaySetup } from './PlaySetup.tsx';
import { personSeatOf, stageOf, type PlaySettings } from './playSettings.ts';
import { usePlay } from './playStore.ts';
import { trainedStrategists, type ListedStrategist } from './strategists.ts';
import '../styles/dialogue.css';
import '../styles/train.css';
import '../styles/talk.css';
import '../styles/play.css';

const NOBODY: readonly ListedStrategist[] = [];

/** A person takes a seat: against a model, a chat server or rules, and with somebody who whispers, if they like. */
export function PlayScreen() {
  const engine = useEngine((store) => store.engine);
  const settings = usePlay((store) => store.settings);
  const turns = usePlay((store) => store.play.turns);
  const packs = useLive(savedPacks, null).value;
  const trained = useLive(trainedStrategists, null).value ?? NOBODY;
  const stage = useMemo(
    () => (packs || settings.pack === '' ? stageOrNull(settings, packs ?? []) : null),
    [settings, packs],
  );
  const reading = useMemo(() => stage && readPlay(stage, turns), [stage, turns]);
  usePlayOn(settings, reading, trained);
  return (
    <div className="talk-screen play-screen">
      <PlayModes mode="play" />
      <PlaySetup settings={settings} trained={trained} />
      {engine.kind === 'failed' ? (
        <EngineProblem failure={engine.failure} />
      ) : reading && isEnvironmentName(reading.environment.name) ? (
        <PlayCard key={settings.environment} settings={settings} reading={reading} />
      ) : (
        <NoStage isReading={settings.pack !== '' && packs === undefined} />
      )}
    </div>
  );
}

function stageOrNull(...[settings, packs]: Parameters<typeof stageOf>) {
  try {
    return stageOf(settings, packs);
  } catch {
    return null; // the screen says so; Scenarios says what is wrong with the pack
  }
}

function NoStage({ isReading }: { readonly isReading: boolean }) {
  return (
    <Card title="Play" className="talk-card">
      <div className="empty">
        <h3>{isReading ? 'Reading the pack…' : 'There is nothing to play here'}</h3>
        {!isReading && <p>This browser does not keep the pack, or it has no scenario in this split.</p>}
      </div>
    </Card>
  );
}

/**
 * Asks whoever has to do something next: the partner, the adviser, or the world, which answers at once. One question is open at
 * a time; a failure waits for the person.
 */
function usePlayOn(settings: PlaySettings, reading: PlayReading | null, trained: readonly ListedStrategist[]): void {
  const session = useSession();
  const play = usePlay((store) => store.play);
  const isReady = useEngine((store) => store.engine.kind === 'ready');
  const serverDraft = useExtras((store) => store.extras.servers.agent);
  useEffect(() => {
    if (!reading || play.episodeId === null || play.awaited || play.failure || play.isKept) return;
    const { change, ask } = usePlay.getState();
    const next = nextOf(reading, personSeatOf(settings));
    if (next === 'world') {
      const utterance = reading.environment.worldReply?.(reading.state) ?? '';
      return change({ kind: 'world.answered', utterance });
    }
    const wants = next === 'partner' ? 'turn' : next === 'person' && needsWhisper(settings, play) ? 'whisper' : null;
    if (wants === null || !isReady) return;
    const askId = ask(wants);
    try {
      const parsed = parseServer(serverDraft);
      const server = parsed.ok ? parsed.value : null;
      const called = { settings, stage: reading, turns: play.turns, trained, server };
      session.askPlay(askId, wants === 'turn' ? turnOrder(called) : whisperOrder(called));
    } catch (thrown) {
      change({ kind: 'play.failed', askId, failure: explain(thrown) });
    }
  }, [session, settings, reading, trained, play, isReady, serverDraft]);
}

function needsWhisper({ adviser }: PlaySettings, { whisper }: { readonly whisper: unknown }): boolean {
  return adviser !== 'none' && whisper === null;
}
