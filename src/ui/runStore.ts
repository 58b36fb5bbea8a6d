import { create } from 'zustand';
import type { Alarm } from '../record/alarm.ts';
import type { ValidationPoint } from '../record/evaluation.ts';
import type { KnobChange, LiveKnobs } from '../record/knobChange.ts';
import type { RunEvent } from '../record/runEvent.ts';
import {
  applyEvent,
  NO_RUN,
  withEarlierChanges,
  withEarlierEvaluations,
  withEarlierUpdates,
  withoutAlarm,
  type RunState,
  type UpdatePoint,
} from './runState.ts';

/** The order that was sent and has not been answered by an event yet: the buttons show it as "…ing". */
export type PendingOrder = 'pause' | 'continue' | 'step' | 'stop' | 'save' | null;

interface RunStore {
  readonly runId: string | null;
  readonly run: RunState;
  readonly pending: PendingOrder;
  /** Knobs that were ordered to be turned and have not been yet. */
  readonly turning: LiveKnobs | null;
  /** The updates of earlier sittings are on their way from storage: the history has a gap. */
  readonly isReadingPast: boolean;
  /** A run was ordered; its `run.started` has not come yet. */
  expectRun(runId: string): void;
  /** The order to start was refused: nothing runs. */
  forgetRun(): void;
  order(pending: PendingOrder): void;
  awaitTurned(knobs: LiveKnobs | null): void;
  receive(runId: string, events: readonly RunEvent[]): void;
  setReadingPast(runId: string, isReadingPast: boolean): void;
  addEarlierUpdates(runId: string, earlier: readonly UpdatePoint[]): void;
  addEarlierEvaluations(runId: string, earlier: readonly ValidationPoint[]): void;
  addEarlierChanges(runId: string, earlier: readonly KnobChange[]): void;
  dismissAlarm(kind: Alarm['kind']): void;
}

const NOTHING_ORDERED = { pending: null, turning: null, isReadingPast: false };

/** The run on screen. Components select narrowly: `useRun((store) => store.run.status)`. */
export const useRun = create<RunStore>()((set) => ({
  runId: null,
  run: NO_RUN,
  pending: null,
  turning: null,
  isReadingPast: false,
  expectRun: (runId) => set({ ...NOTHING_ORDERED, runId, run: { ...NO_RUN, status: 'starting' } }),
  forgetRun: () => set({ ...NOTHING_ORDERED, runId: null, run: NO_RUN }),
  order: (pending) => set({ pending }),
  awaitTurned: (turning) => set({ turning }),
  receive: (runId, events) =>
    set((store) => {
      if (runId !== store.runId) return store; // news of a run that this page has left
      return {
        run: events.reduce(applyEvent, store.run),
        pending: events.reduce(stillPending, store.pending),
        turning: events.reduce(stillTurning, store.turning),
      };
    }),
  setReadingPast: (runId, isReadingPast) => set((store) => (runId === store.runId ? { isReadingPast } : store)),
  addEarlierUpdates: (runId, earlier) =>
    set((store) => (runId === store.runId ? { run: withEarlierUpdates(store.run, earlier) } : store)),
  addEarlierEvaluations: (runId, earlier) =>
    set((store) => (runId === store.runId ? { run: withEarlierEvaluations(store.run, earlier) } : store)),
  addEarlierChanges: (runId, earlier) =>
    set((store) => (runId === store.runId ? { run: withEarlierChanges(store.run, earlier) } : store)),
  dismissAlarm: (kind) => set(({ run }) => ({ run: { ...run, alarms: withoutAlarm(run.alarms, kind) } })),
}));

/** An order stays pending until the event that answers it. */
export function stillPending(pending: PendingOrder, event: RunEvent): PendingOrder {
  switch (event.kind) {
    case 'run.stopped':
    case 'run.finished':
    case 'run.failed':
      return null;
    case 'run.paused':
      return pending === 'pause' || pending === 'step' ? null : pending;
    case 'run.continued':
      return pending === 'continue' ? null : pending;
    case 'checkpoint.saved':
      return pending === 'save' ? null : pending;
    default:
      return pending;
  }
}

/** Knobs wait for the end of an update, and for nothing once the run is over. */
function stillTurning(turning: LiveKnobs | null, event: RunEvent): LiveKnobs | null {
  const ends: readonly RunEvent['kind'][] = ['knobs.turned', 'run.stopped', 'run.finished', 'run.failed'];
  return ends.includes(event.kind) ? null : turning;
}
