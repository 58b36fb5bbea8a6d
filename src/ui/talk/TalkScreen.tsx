import { useMemo } from 'react';
import { useEngine } from '../engineStore.ts';
import { EngineProblem } from '../train/EngineProblem.tsx';
import { readTalk } from './talkReading.ts';
import { scenarioOf } from './talkSettings.ts';
import { TalkCard } from './TalkCard.tsx';
import { TalkSettingsCard } from './TalkSettingsCard.tsx';
import { useTalk } from './talkStore.ts';
import '../styles/dialogue.css';
import '../styles/train.css';
import '../styles/talk.css';

/** A person negotiates with the model, which answers every turn twice: without a strategy, and with one. */
export function TalkScreen() {
  const engine = useEngine((store) => store.engine);
  const settings = useTalk((store) => store.settings);
  const entries = useTalk((store) => store.talk.entries);
  const { seed } = settings;
  const scenario = useMemo(() => scenarioOf({ seed }), [seed]);
  const reading = useMemo(() => readTalk(scenario, entries), [scenario, entries]);
  return (
    <div className="talk-screen">
      <TalkSettingsCard settings={settings} />
      {engine.kind === 'failed' ? (
        <EngineProblem failure={engine.failure} />
      ) : (
        <TalkCard settings={settings} scenario={scenario} reading={reading} />
      )}
    </div>
  );
}
