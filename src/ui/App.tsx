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
import { GuideCard } from './guide/GuideCard.tsx';
import { ExperimentsScreen } from './experiments/ExperimentsScreen.tsx';
import { InspectScreen } from './inspect/InspectScreen.tsx';
import { ModelsScreen } from './models/ModelsScreen.tsx';
import { PlayScreen } from './play/PlayScreen.tsx';
import { usePlay } from './play/playStore.ts';
import { useRun } from './runStore.ts';
import { ScenariosScreen } from './scenarios/ScenariosScreen.tsx';
import { useSession } from './session.ts';
import { AccessDialog } from './shell/AccessDialog.tsx';
import { Announcer } from './shell/Announcer.tsx';
import { HelpDialog } from './shell/HelpDialog.tsx';
import { HiddenNotice } from './shell/HiddenNotice.tsx';
import { Notices } from './shell/Notices.tsx';
import { Rail } from './shell/Rail.tsx';
import { ResumeBanner } from './shell/ResumeBanner.tsx';
import { obey } from './shell/RunControls.tsx';
import { TopBar } from './shell/TopBar.tsx';
import { UpdateBanner } from './shell/UpdateBanner.tsx';
import { useWakeLock } from './shell/useWakeLock.ts';
import { SelfTestScreen } from './selfTest/SelfTestScreen.tsx';
import { useShortcuts } from './shortcuts.ts';
import { StorageScreen } from './storage/StorageScreen.tsx';
import { TrainScreen } from './train/TrainScreen.tsx';
import { useTalk } from './talk/talkStore.ts';
import { TalkScreen } from './talk/TalkScreen.tsx';
import type { Route } from './route.ts';
import { useRoute, useShownRoute } from './useRoute.ts';

/** The frame around the screens. */
export function App() {
  const session = useSession();
  const route = useRoute();
  const shown = useShownRoute(route);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const followDraft = useDraft((store) => store.followLink);
  const followTalk = useTalk((store) => store.followLink);
  const followPlay = usePlay((store) => store.followLink);

  useEffect(() => {
    followDraft(location.hash);
    followTalk(location.hash);
    followPlay(location.hash);
  }, [route, followDraft, followTalk, followPlay]);
  useWakeLock();
  useShortcuts(
    useMemo(
      () => ({
        ' ': () => {
          const { run, pending } = useRun.getState();
          const isEngineReady = useEngine.getState().engine.kind === 'ready';
          const [main] = controlsFor({ status: run.status, pending, isEngineReady, canResume: false });
          if (main?.isEnabled && (main.control === 'pause' || main.control === 'continue')) obey(main.control, session);
        },
        '.': () => {
          const { run, pending } = useRun.getState();
          if (run.status === 'paused' && pending === null) obey('step', session);
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
          <UpdateBanner />
          <ResumeBanner />
          <HiddenNotice />
          <Notices />
          <GuideCard route={route} />
        </div>
        <Screen route={shown} />
      </main>
      <Announcer />
      <AccessDialog />
      {isHelpOpen && <HelpDialog onClose={() => setHelpOpen(false)} />}
    </div>
  );
}

function Screen({ route }: { readonly route: Route }) {
  switch (route.screen) {
    case 'train':
      return <TrainScreen />;
    case 'inspect':
      return <InspectScreen route={route} />;
    case 'compare':
      return <CompareScreen route={route} />;
    case 'scenarios':
      return <ScenariosScreen route={route} />;
    case 'play':
      return <PlayScreen />;
    case 'talk':
      return <TalkScreen />;
    case 'experiments':
      return <ExperimentsScreen route={route} />;
    case 'models':
      return <ModelsScreen />;
    case 'storage':
      return <StorageScreen />;
    case 'self-test':
      return <SelfTestScreen />;
  }
}
