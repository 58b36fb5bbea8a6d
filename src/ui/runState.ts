import { assertNever, type Explanation } from '../base/errors.ts';
import type { Alarm } from '../record/alarm.ts';
import type { CheckpointManifest } from '../record/checkpoint.ts';
import type { Episode, EndReason, Turn } from '../record/episode.ts';
import type { ValidationPoint } from '../record/evaluation.ts';
import { withKnobChange, type KnobChange } from '../record/knobChange.ts';
import type { UpdateMetrics } from '../record/metrics.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { Phase, RunEvent } from '../record/runEvent.ts';
import type { Scenario, SeatIndex } from '../record/scenario.ts';

export type RunStatus = 'idle' | 'starting' | 'running' | 'paused' | 'finished' | 'stopped' | 'failed';

/** One turn as the page draws it, whether it is still being written or long scored. */
export interface ShownTurn {
  readonly turnIndex: number;
  readonly seat: SeatIndex;
  readonly strategy: string | null;
  readonly utterance: string;
  /** Whose text is still growing; null when the turn is complete. */
  readonly writing: 'strategist' | 'agent' | null;
  /** null until the episode is scored. */
  readonly score: TurnScore | null;
}

export type TurnScore = Pick<Turn, 'reward' | 'returnToGo' | 'isCritical'>;

/** One of the few dialogues of a batch that are streamed. */
export interface LiveDialogue {
  readonly episodeId: string;
  readonly updateIndex: number;
  readonly scenario: Scenario;
  readonly trainedSeats: readonly SeatIndex[];
  readonly turns: readonly ShownTurn[];
  readonly ending: { readonly endReason: EndReason; readonly points: readonly [number, number] } | null;
  /** null until the episode is scored. */
  readonly isParetoOptimal: boolean | null;
}

export interface UpdatePoint {
  readonly updateIndex: number;
  readonly metrics: UpdateMetrics;
}

export interface RunState {
  readonly status: RunStatus;
  /** What it trains with now. */
  readonly config: RunConfig | null;
  readonly modelName: string | null;
  readonly updatesDone: number;
  readonly progress: { readonly updateIndex: number; readonly phase: Phase; readonly share: number } | null;
  /** How much of the engine is ready, 0–1; null when nobody waits for it. */
  readonly preparedShare: number | null;
  /** The streamed dialogues of the newest batch. */
  readonly dialogues: readonly LiveDialogue[];
  readonly history: readonly UpdatePoint[];
  /** Points on held-out scenarios, in order. */
  readonly evaluations: readonly ValidationPoint[];
  /** Knobs that were turned on the way; `config` has them. */
  readonly changes: readonly KnobChange[];
  /** The newest of each kind that nobody has dismissed. */
  readonly alarms: readonly { readonly updateIndex: number; readonly alarm: Alarm }[];
  readonly lastCheckpoint: CheckpointManifest | null;
  readonly failure: (Explanation & { readonly code: string }) | null;
  /** What interrupted the run, until it has got further than it was. */
  readonly interruption: (Explanation & { readonly code: string }) | null;
}

export const NO_RUN: RunState = {
  status: 'idle',
  config: null,
  modelName: null,
  updatesDone: 0,
  progress: null,
  preparedShare: null,
  dialogues: [],
  history: [],
  evaluations: [],
  changes: [],
  alarms: [],
  lastCheckpoint: null,
  failure: null,
  interruption: null,
};

/** The run after `event`. Pure; what did not change keeps its identity, so that memoised rows stay untouched. */
export function applyEvent(state: RunState, event: RunEvent): RunState {
  switch (event.kind) {
    case 'run.started':
      return {
        ...state,
        status: 'running',
        config: event.config,
        modelName: event.modelName,
        updatesDone: event.updatesDone,
        progress: null,
        dialogues: [],
        // A run that goes on from an older checkpoint repeats the updates after it.
        history: state.history.filter((point) => point.updateIndex < event.updatesDone),
        evaluations: state.evaluations.filter((point) => point.updatesDone <= event.updatesDone),
        changes: state.changes.filter((change) => change.updatesDone < event.updatesDone),
        alarms: state.alarms.filter((raised) => raised.updateIndex < event.updatesDone),
        failure: null,
      };
    case 'engine.prepared':
      return { ...state, preparedShare: event.share < 1 ? event.share : null };
    case 'phase.progressed':
      return { ...state, progress: { updateIndex: event.updateIndex, phase: event.phase, share: event.share } };
    case 'episode.started':
      return { ...state, dialogues: withNewDialogue(state.dialogues, event) };
    case 'turn.streamed':
      return withDialogue(state, event.episodeId, (dialogue) => withTurn(dialogue, streamedTurn(dialogue, event)));
    case 'turn.spoken':
      return withDialogue(state, event.episodeId, (dialogue) => withTurn(dialogue, spokenTurn(event.turn)));
    case 'episode.ended':
      return withDialogue(state, event.episodeId, (dialogue) => ({
        ...dialogue,
        ending: { endReason: event.endReason, points: event.points },
      }));
    case 'episodes.scored':
      return { ...state, dialogues: withScores(state.dialogues, event.episodes) };
    case 'update.finished': {
      const point = { updateIndex: event.updateIndex, metrics: event.metrics };
      return {
        ...state,
        updatesDone: event.updateIndex + 1,
        interruption: null,
        history: [...state.history.filter(({ updateIndex }) => updateIndex < event.updateIndex), point],
      };
    }
    case 'alarm.raised': {
      const { updateIndex, alarm } = event;
      return { ...state, alarms: [...withoutAlarm(state.alarms, alarm.kind), { updateIndex, alarm }] };
    }
    case 'evaluation.finished': {
      const { updatesDone, evaluation } = event;
      const earlier = state.evaluations.filter((point) => point.updatesDone < updatesDone);
      return { ...state, evaluations: [...earlier, { updatesDone, points: evaluation.points }] };
    }
    case 'checkpoint.saved':
      return { ...state, lastCheckpoint: event.manifest };
    case 'run.paused':
      return {
        ...state,
        status: 'paused',
        updatesDone: event.updatesDone,
        progress: null,
        failure: event.failure ?? null,
      };
    case 'knobs.turned': {
      const { updatesDone, knobs } = event;
      const config = state.config && { ...state.config, ...knobs };
      return { ...state, config, changes: withKnobChange(state.changes, { updatesDone, knobs }) };
    }
    case 'run.continued':
      return { ...state, status: 'running', updatesDone: event.updatesDone, failure: null };
    case 'run.finished':
      return { ...ended(state), status: 'finished', updatesDone: event.updatesDone };
    case 'run.stopped':
      return { ...ended(state), status: 'stopped', updatesDone: event.updatesDone };
    case 'run.interrupted': {
      const { code, what, why, fix } = event;
      return { ...ended(state), status: 'starting', interruption: { code, what, why, fix } };
    }
    case 'run.failed': {
      const { code, what, why, fix } = event;
      return { ...ended(state), status: 'failed', failure: { code, what, why, fix }, interruption: null };
    }
    default:
      return assertNever(event);
  }
}

/**
 * The run with a part of the updates of earlier sittings, read from storage, put between what it has of before and of after.
 *
 * @param earlier in order; of two parts, the one of the later updates comes later
 */
export function withEarlierUpdates(state: RunState, earlier: readonly UpdatePoint[]): RunState {
  // Storage may answer before `run.started` does, which then cuts what lies after the checkpoint.
  const limit = state.status === 'starting' ? Infinity : state.updatesDone;
  const begin = earlier[0]?.updateIndex ?? limit;
  const before = state.history.filter(({ updateIndex }) => updateIndex < begin);
  const after = state.history.slice(before.length);
  const firstSeen = after[0]?.updateIndex ?? limit;
  const between = earlier.filter(({ updateIndex }) => updateIndex < firstSeen);
  return between.length === 0 ? state : { ...state, history: [...before, ...between, ...after] };
}

/** The evaluations of earlier sittings, read from storage, put before those that this page has seen. */
export function withEarlierEvaluations(state: RunState, earlier: readonly ValidationPoint[]): RunState {
  const limit = state.status === 'starting' ? Infinity : state.updatesDone;
  const firstSeen = state.evaluations[0]?.updatesDone ?? limit + 1;
  const before = earlier.filter(({ updatesDone }) => updatesDone < firstSeen);
  return { ...state, evaluations: [...before, ...state.evaluations] };
}

/** The knobs that were turned in earlier sittings; those to come are turned again, and told. */
export function withEarlierChanges(state: RunState, earlier: readonly KnobChange[]): RunState {
  const limit = state.status === 'starting' ? Infinity : state.updatesDone;
  const before = earlier.filter(({ updatesDone }) => updatesDone < limit);
  return { ...state, changes: state.changes.reduce<readonly KnobChange[]>(withKnobChange, before) };
}

export function withoutAlarm(alarms: RunState['alarms'], kind: Alarm['kind']): RunState['alarms'] {
  return alarms.filter(({ alarm }) => alarm.kind !== kind);
}

/** A finished episode's turn as the dialogue view draws it. */
export function scoredTurn(turn: Turn): ShownTurn {
  const { reward, returnToGo, isCritical } = turn;
  return { ...spokenTurn(turn), score: { reward, returnToGo, isCritical } };
}

function spokenTurn({ turnIndex, seat, strategy, utterance }: Turn): ShownTurn {
  return { turnIndex, seat, strategy, utterance, writing: null, score: null };
}

type Started = Extract<RunEvent, { kind: 'episode.started' }>;
type Streamed = Extract<RunEvent, { kind: 'turn.streamed' }>;

/** Nobody goes on writing: what was left unfinished stays as it is. */
function ended(state: RunState): RunState {
  const dialogues = state.dialogues.map((dialogue) => ({
    ...dialogue,
    turns: dialogue.turns.map((turn) => (turn.writing === null ? turn : { ...turn, writing: null })),
  }));
  return { ...state, dialogues, progress: null, preparedShare: null };
}

/** The first dialogue of a batch clears those of the batch before. */
function withNewDialogue(dialogues: readonly LiveDialogue[], event: Started): readonly LiveDialogue[] {
  const { episodeId, updateIndex, scenario, trainedSeats } = event;
  const sameBatch = dialogues.filter((dialogue) => dialogue.updateIndex === updateIndex);
  const started = { episodeId, updateIndex, scenario, trainedSeats, turns: [], ending: null, isParetoOptimal: null };
  return [...sameBatch, started];
}

function withDialogue(state: RunState, episodeId: string, change: (dialogue: LiveDialogue) => LiveDialogue): RunState {
  const dialogues = state.dialogues.map((dialogue) => (dialogue.episodeId === episodeId ? change(dialogue) : dialogue));
  return { ...state, dialogues };
}

function withTurn(dialogue: LiveDialogue, turn: ShownTurn): LiveDialogue {
  const isKnown = dialogue.turns.some(({ turnIndex }) => turnIndex === turn.turnIndex);
  const turns = isKnown
    ? dialogue.turns.map((known) => (known.turnIndex === turn.turnIndex ? turn : known))
    : [...dialogue.turns, turn];
  return { ...dialogue, turns };
}

function streamedTurn(dialogue: LiveDialogue, { turnIndex, seat, role, text }: Streamed): ShownTurn {
  const known = dialogue.turns.find((turn) => turn.turnIndex === turnIndex);
  return {
    turnIndex,
    seat,
    strategy: role === 'strategist' ? text : (known?.strategy ?? null),
    utterance: role === 'agent' ? text : '',
    writing: role,
    score: null,
  };
}

function withScores(dialogues: readonly LiveDialogue[], episodes: readonly Episode[]): readonly LiveDialogue[] {
  const scored = new Map(episodes.map((episode) => [episode.episodeId, episode]));
  return dialogues.map((dialogue) => {
    const episode = scored.get(dialogue.episodeId);
    if (!episode) return dialogue;
    const { endReason, points, isParetoOptimal } = episode;
    return { ...dialogue, turns: episode.turns.map(scoredTurn), ending: { endReason, points }, isParetoOptimal };
  });
}
