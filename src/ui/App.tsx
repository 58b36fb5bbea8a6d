// First, so that the sheets of the screens come after them.
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/shell.css';
import { useEffect, useMemo, useState } from 'react';
import { controlsFor } from './controls.ts';
import { useDraft } from './draftStore.ts';
import { useEngine } from './engineStore.ts';
import { CompareScreen } from './compare/CompareScreen.tsx';
import { InspectScreen } from './inspect/InspectScreen.tsx';
import { useRun } from './runStore.ts';
import { useSession } from './session.ts';
import { Announcer } from './shell/Announcer.tsx';
import { HelpDialog } from './shell/HelpDialog.tsx';
import { Notices } from './shell/Notices.tsx';
import { Rail } from './shell/Rail.tsx';
import { ResumeBanner } from './shell/ResumeBanner.tsx';
import { obey } from './shell/RunControls.tsx';
import { TopBar } from './shell/TopBar.tsx';
import { SelfTestScreen } from './selfTest/SelfTestScreen.tsx';
import { useShortcuts } from './shortcuts.ts';
import { StorageScreen } from './storage/StorageScreen.tsx';
import { TrainScreen } from './train/TrainScreen.tsx';
import { useTalk } from './talk/talkStore.ts';
import { TalkScreen } from './talk/TalkScreen.tsx';
import { useRoute } from './useRoute.ts';

/** The frame around the screens. */
export function App() {
  const session = useSession();
  const route = useRoute();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const followDraft = useDraft((store) => store.followLink);
  const followTalk = useTalk((store) => store.followLink);

  useEffect(() => {
    followDraft(location.hash);
    followTalk(location.hash);
  }, [route, followDraft, followTalk]);
  useShortcuts(
    useMemo(
      () => ({
        ' ': () => {
          const { run, pending } = useRun.getState();
          const isEngineReady = useEngine.getState().engine.kind === 'ready';
          const [main] = controlsFor({ status: run.status, pending, isEngineReady, canResume: false });
          if (main?.isEnabled && (main.control === 'pause' || main.control === 'continue')) obey(main.control, session);
        },
        '?': () => setHelpOpen(true),
      }),
      [session],
    ),
  );

  return (
    <div className="app">
      <Rail screen={route.screen} onHelp={() => setHelpOpen(true)} />
      <TopBar />
      <main className="screen">
        <div className="notices">
          <ResumeBanner />
          <Notices />
        </div>
        {route.screen === 'train' && <TrainScreen />}
        {route.screen === 'inspect' && <InspectScreen route={route} />}
        {route.screen === 'compare' && <CompareScreen route={route} />}
        {route.screen === 'talk' && <TalkScreen />}
        {route.screen === 'storage' && <StorageScreen />}
        {route.screen === 'self-test' && <SelfTestScreen />}
      </main>
      <Announcer />
      {isHelpOpen && <HelpDialog onClose={() => setHelpOpen(false)} />}
    </div>
  );
}
