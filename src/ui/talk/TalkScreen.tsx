import { useMemo } from 'react';
import { environmentOf } from '../../environment/registry.ts';
import { useEngine } from '../engineStore.ts';
import { EngineProblem } from '../train/EngineProblem.tsx';
import { PlayModes } from '../play/PlayModes.tsx';
import { readTalk } from './talkReading.ts';
import { scenarioOf } from './talkSettings.ts';
import { TalkCard } from './TalkCard.tsx';
import { TalkSettingsCard } from './TalkSettingsCard.tsx';
import { useTalk } from './talkStore.ts';
import '../styles/dialogue.css';
import '../styles/train.css';
import '../styles/talk.css';
import '../styles/play.css';

/** A person plays with the model, or advises it; it answers every turn twice: without a strategy, and with one. */
export function TalkScreen() {
  const engine = useEngine((store) => store.engine);
  const settings = useTalk((store) => store.settings);
  const entries = useTalk((store) => store.talk.entries);
  const { environment, seed } = settings;
  const scenario = useMemo(() => scenarioOf({ environment, seed }), [environment, seed]);
  const reading = useMemo(
    () => readTalk(environmentOf(environment), scenario, entries),
    [environment, scenario, entries],
  );
  return (
    <div className="talk-screen">
      <PlayModes mode="talk" />
      <TalkSettingsCard settings={settings} state={reading.state} />
      {engine.kind === 'failed' ? (
        <EngineProblem failure={engine.failure} />
      ) : (
        <TalkCard key={environment} settings={settings} reading={reading} />
      )}
    </div>
  );
}
