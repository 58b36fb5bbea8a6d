import { useMemo } from 'react';
import { Button } from 'react-aria-components';
import { controlsFor, type Control } from '../controls.ts';
import { useDraft } from '../draftStore.ts';
import { useEngine } from '../engineStore.ts';
import { Icon, type IconName } from '../parts/Icon.tsx';
import type { ConfigDraft } from '../configForm.ts';
import { refusalOf, startableRun } from '../refusal.ts';
import { useRun } from '../runStore.ts';
import { useSession, type Session } from '../session.ts';
import type { ExtrasDraft } from '../train/extrasDraft.ts';
import { useExtras } from '../train/extrasStore.ts';
import { goTo } from '../useRoute.ts';
import { orderOf, type OrderedRun } from '../warmStart/lessonDraft.ts';
import { useLesson } from '../warmStart/lessonStore.ts';

const ICONS: Record<Control, IconName> = {
  train: 'play',
  resume: 'play',
  continue: 'play',
  pause: 'pause',
  step: 'step',
  stop: 'stop',
};

/** Train, Pause, Resume, Step, Stop: what the run's state allows, the main one first. */
export function RunControls() {
  const session = useSession();
  const status = useRun((store) => store.run.status);
  const pending = useRun((store) => store.pending);
  const canResume = useRun((store) => store.runId !== null);
  const isEngineReady = useEngine((store) => store.engine.kind === 'ready');
  const draft = useDraft((store) => store.draft);
  const extras = useExtras((store) => store.extras);
  const lesson = useLesson();
  const isDraftValid = useMemo(() => orderedRun(draft, extras, lesson) !== null, [draft, extras, lesson]);
  return (
    <div className="controls" role="group" aria-label="Run">
      {controlsFor({ status, pending, isEngineReady, canResume }).map(({ control, label, isEnabled }, index) => (
        <Button
          key={control}
          className={index === 0 ? 'button primary' : 'button'}
          data-testid={`${control}-button`}
          aria-label={label}
          isDisabled={!isEnabled || (control === 'train' && !isDraftValid)}
          onPress={() => obey(control, session)}
        >
          <Icon name={ICONS[control]} />
          <span className={index === 0 ? '' : 'control-label'}>{label}</span>
          {(control === 'pause' || control === 'continue') && <kbd aria-hidden="true">Space</kbd>}
        </Button>
      ))}
    </div>
  );
}

/** Carries out one button or key. */
export function obey(control: Control, session: Session): void {
  switch (control) {
    case 'train':
      return startTraining(session);
    case 'resume': {
      const { runId } = useRun.getState();
      return runId === null ? undefined : session.resume(runId, null);
    }
    case 'continue':
      return session.goOn();
    case 'pause':
      return session.pause();
    case 'step':
      return session.step();
    case 'stop':
      return session.stop();
  }
}

function startTraining(session: Session): void {
  const order = orderedRun(useDraft.getState().draft, useExtras.getState().extras, useLesson.getState());
  if (!order) return; // the form says what is wrong, and the button is off
  session.train(order.config, order);
  if (!location.hash.startsWith('#/train')) goTo({ screen: 'train', changes: {} });
}

/** The run that the form describes, with what it learns from; null where it cannot be started. */
function orderedRun(
  draft: ConfigDraft,
  extras: ExtrasDraft,
  { draft: lesson, chosen }: Pick<ReturnType<typeof useLesson.getState>, 'draft' | 'chosen'>,
): OrderedRun | null {
  const config = startableRun(draft, extras);
  const order = config && orderOf(config, lesson, chosen.kind === 'read' ? chosen.set : null);
  return order?.ok && refusalOf(order.value.config) === null ? order.value : null;
}
