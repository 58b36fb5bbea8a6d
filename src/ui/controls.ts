import type { RunStatus } from './runState.ts';
import type { PendingOrder } from './runStore.ts';

export type Control = 'train' | 'resume' | 'pause' | 'continue' | 'step' | 'stop';

export interface ControlState {
  readonly control: Control;
  readonly label: string;
  readonly isEnabled: boolean;
}

export interface RunSituation {
  readonly status: RunStatus;
  readonly pending: PendingOrder;
  readonly isEngineReady: boolean;
  /** There is a run that can go on, once it was stopped or failed. */
  readonly canResume: boolean;
}

/** The buttons of the bar in order; the first is the main one. */
export function controlsFor({ status, pending, isEngineReady, canResume }: RunSituation): readonly ControlState[] {
  const isFree = pending === null || pending === 'save';
  switch (status) {
    case 'running':
      return [
        {
          control: 'pause',
          label: pending === 'pause' || pending === 'step' ? 'Pausing…' : 'Pause',
          isEnabled: isFree,
        },
        { control: 'step', label: 'Step', isEnabled: false },
        { control: 'stop', label: pending === 'stop' ? 'Stopping…' : 'Stop', isEnabled: pending !== 'stop' },
      ];
    case 'paused':
      return [
        { control: 'continue', label: 'Resume', isEnabled: isFree },
        { control: 'step', label: pending === 'step' ? 'Stepping…' : 'Step', isEnabled: isFree },
        { control: 'stop', label: pending === 'stop' ? 'Stopping…' : 'Stop', isEnabled: pending !== 'stop' },
      ];
    case 'starting':
      return [{ control: 'train', label: 'Starting…', isEnabled: false }];
    case 'idle':
    case 'finished':
    case 'stopped':
    case 'failed': {
      const train: ControlState = { control: 'train', label: 'Train', isEnabled: isEngineReady };
      const resume: ControlState = { control: 'resume', label: 'Resume', isEnabled: isEngineReady };
      return canResume && status !== 'finished' ? [resume, train] : [train];
    }
  }
}
