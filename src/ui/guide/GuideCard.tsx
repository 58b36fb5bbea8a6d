import { useEffect } from 'react';
import { Button } from 'react-aria-components';
import { useDraft } from '../draftStore.ts';
import { defaultDraft } from '../configForm.ts';
import { useEngine } from '../engineStore.ts';
import { inspectLink, type Route } from '../route.ts';
import { useRun } from '../runStore.ts';
import { useSession, type Session } from '../session.ts';
import { obey } from '../shell/RunControls.tsx';
import { goTo } from '../useRoute.ts';
import { GUIDE, SMALL_RUN, type GuideStep } from './guide.ts';
import { useGuide } from './guideStore.ts';
import '../styles/guide.css';

/** Leads through a first run, above whatever screen is open; it covers nothing and can be closed at any time. */
export function GuideCard({ route }: { readonly route: Route }) {
  const session = useSession();
  const { step, next, follow, close } = useGuide();
  const status = useRun((store) => store.run.status);
  const updatesDone = useRun((store) => store.run.updatesDone);
  const isEngineReady = useEngine((store) => store.engine.kind === 'ready');
  useEffect(() => follow({ route, run: { status, updatesDone } }), [follow, route, status, updatesDone]);
  const shown = step === null ? undefined : GUIDE[step];
  if (step === null || !shown) return null;
  const { title, text, action } = shown;
  const isStarting = action?.kind === 'train' && status !== 'idle';
  return (
    <section className="guide" aria-label="Guided run" data-testid="guide">
      <p className="guide-count">
        {step + 1} of {GUIDE.length}
      </p>
      <div className="guide-text" role="status">
        <h2>{title}</h2>
        <p>{text}</p>
      </div>
      <div className="guide-tools">
        {action && (
          <Button
            className="button small primary"
            data-testid="guide-action"
            isDisabled={action.kind === 'train' && (!isEngineReady || isStarting)}
            onPress={() => act(action, session)}
          >
            {action.kind === 'train' && !isEngineReady ? 'Waiting for the engine…' : action.label}
          </Button>
        )}
        <Button className="button small" onPress={next}>
          {step === GUIDE.length - 1 ? 'Done' : 'Next'}
        </Button>
        <Button className="button small quiet" data-testid="close-guide" onPress={close}>
          Close the guide
        </Button>
      </div>
    </section>
  );
}

function act({ kind }: NonNullable<GuideStep['action']>, session: Session): void {
  switch (kind) {
    case 'train':
      useDraft.getState().setDraft({ ...defaultDraft(), ...SMALL_RUN });
      return obey('train', session);
    case 'inspect': {
      const { runId, run } = useRun.getState();
      const [dialogue] = run.dialogues;
      location.hash = inspectLink(runId, dialogue?.episodeId ?? null);
      return;
    }
    case 'storage':
      return goTo({ screen: 'storage' });
  }
}
