import { useEngine } from '../engineStore.ts';
import { Alarms } from './Alarms.tsx';
import { EngineProblem } from './EngineProblem.tsx';
import { Evidence } from './Evidence.tsx';
import { LiveDialogue } from './LiveDialogue.tsx';
import { SettingsPanel } from './SettingsPanel.tsx';
import '../styles/dialogue.css';
import '../styles/train.css';

/** Settings, the dialogue as it happens, and the evidence of what it teaches. */
export function TrainScreen() {
  const engine = useEngine((store) => store.engine);
  return (
    <div className="train-screen">
      <Alarms />
      <SettingsPanel />
      {engine.kind === 'failed' ? <EngineProblem failure={engine.failure} /> : <LiveDialogue />}
      <Evidence />
    </div>
  );
}
