import { describe, expect, test } from 'vitest';
import { defaultRunConfig } from '../record/runConfig.ts';
import { RunEvent } from '../record/runEvent.ts';
import { dialogueEvents, fixtureEpisode, fixtureEvaluation, fixtureMetrics } from './fixtures.ts';
import {
  applyEvent,
  NO_RUN,
  withEarlierEvaluations,
  withEarlierUpdates,
  withoutAlarm,
  type RunState,
} from './runState.ts';

const started: RunEvent = { kind: 'run.started', config: defaultRunConfig(), modelName: 'parley-mini', updatesDone: 0 };

function after(events: readonly RunEvent[], start: RunState = NO_RUN): RunState {
  return events.map((event) => RunEvent.parse(event)).reduce(applyEvent, start);
}

function finished(updateIndex: number): RunEvent {
  return { kind: 'update.finished', updateIndex, metrics: fixtureMetrics(updateIndex) };
}

describe('a streamed dialogue', () => {
  test('shows the strategy while it grows and keeps it while the agent speaks', () => {
    const [dialogue] = after([
      started,
      ...dialogueEvents('e1', 0, 1).slice(0, 1),
      { kind: 'turn.streamed', episodeId: 'e1', turnIndex: 0, seat: 0, role: 'strategist', text: 'hold' },
      { kind: 'turn.streamed', episodeId: 'e1', turnIndex: 0, seat: 0, role: 'strategist', text: 'hold firm' },
      { kind: 'turn.streamed', episodeId: 'e1', turnIndex: 0, seat: 0, role: 'agent', text: 'i want' },
    ]).dialogues;
    expect(dialogue?.turns).toEqual([
      { turnIndex: 0, seat: 0, strategy: 'hold firm', utterance: 'i want', writing: 'agent', score: null },
    ]);
  });

  test('leaves finished turns untouched, so that their rows need not be drawn again', () => {
    const before = after([started, ...dialogueEvents('e1', 0, 3)]);
    const later = after(
      [{ kind: 'turn.streamed', episodeId: 'e1', turnIndex: 2, seat: 0, role: 'agent', text: 'you can' }],
      before,
    );
    expect(later.dialogues[0]?.turns[0]).toBe(before.dialogues[0]?.turns[0]);
    expect(later.dialogues[0]?.turns[2]).not.toBe(before.dialogues[0]?.turns[2]);
  });

  test('has no rewards until its batch is scored', () => {
    const played = after([started, ...dialogueEvents('e1', 0, 6)]);
    expect(played.dialogues[0]?.turns.every(({ score }) => score === null)).toBe(true);

    const scored = after([{ kind: 'episodes.scored', updateIndex: 0, episodes: [fixtureEpisode('e1')] }], played);
    expect(scored.dialogues[0]?.turns.map(({ score }) => score?.reward)).toEqual([0.06, -0.08, 0.41, 0.18, 0.22, 0.8]);
    expect(scored.dialogues[0]?.ending).toEqual({ endReason: 'agreement', points: [6, 8] });
    expect(scored.dialogues[0]?.isParetoOptimal).toBe(true);
  });

  test('stays on screen until the next batch begins', () => {
    const first = after([started, ...dialogueEvents('e1', 0, 2), ...dialogueEvents('e2', 0, 2), finished(0)]);
    expect(first.dialogues.map(({ episodeId }) => episodeId)).toEqual(['e1', 'e2']);
    const second = after(dialogueEvents('e3', 1, 1), first);
    expect(second.dialogues.map(({ episodeId }) => episodeId)).toEqual(['e3']);
  });
});

describe('a run', () => {
  test('counts its updates and remembers their metrics', () => {
    const run = after([started, finished(0), finished(1)]);
    expect(run.updatesDone).toBe(2);
    expect(run.history.map(({ updateIndex }) => updateIndex)).toEqual([0, 1]);
  });

  test('that goes on from an older checkpoint forgets what comes after it', () => {
    const run = after([started, finished(0), finished(1), finished(2), { ...started, updatesDone: 1 }, finished(1)]);
    expect(run.history.map(({ updateIndex }) => updateIndex)).toEqual([0, 1]);
    expect(run.updatesDone).toBe(2);
  });

  test('pauses, goes on and stops', () => {
    const paused = after([started, { kind: 'run.paused', updatesDone: 3 }]);
    expect(paused).toMatchObject({ status: 'paused', updatesDone: 3, progress: null });
    expect(after([{ kind: 'run.continued', updatesDone: 3 }], paused).status).toBe('running');
    expect(after([{ kind: 'run.stopped', updatesDone: 3 }], paused).status).toBe('stopped');
  });

  test('that failed says what, why and how to fix it, until the next start', () => {
    const failed = after([started, { kind: 'run.failed', code: 'device-lost', what: 'w', why: 'y', fix: 'f' }]);
    expect(failed.failure).toEqual({ code: 'device-lost', what: 'w', why: 'y', fix: 'f' });
    expect(after([started], failed)).toMatchObject({ status: 'running', failure: null });
  });
});

describe('what a run says of itself', () => {
  const interval = { mean: 6, low: 5, high: 7 };
  const evaluated = (updatesDone: number): RunEvent => ({
    kind: 'evaluation.finished',
    updatesDone,
    evaluation: fixtureEvaluation(interval),
    isBest: true,
  });
  const raised = (updateIndex: number, kind: 'kl-runaway' | 'gradient-spike'): RunEvent => ({
    kind: 'alarm.raised',
    updateIndex,
    alarm: { kind, what: 'w', why: 'y', fix: 'f' },
  });

  test('evaluations are points on a curve of their own; one that is told again counts once', () => {
    const run = after([started, finished(0), evaluated(1), finished(1), evaluated(2), evaluated(2)]);
    expect(run.evaluations).toEqual([1, 2].map((updatesDone) => ({ updatesDone, points: interval })));
    const earlier = [1, 2].map((updatesDone) => ({ updatesDone, points: { ...interval, mean: 0 } }));
    const resumed = withEarlierEvaluations(after([{ ...started, updatesDone: 2 }, finished(2), evaluated(3)]), earlier);
    expect(resumed.evaluations.map(({ updatesDone, points }) => [updatesDone, points.mean])).toEqual([
      [1, 0],
      [2, 0],
      [3, 6],
    ]);
  });

  test('of each kind of alarm the newest is shown, and those after an older checkpoint go when the run goes back to it', () => {
    const run = after([started, raised(0, 'gradient-spike'), raised(1, 'kl-runaway'), raised(3, 'gradient-spike')]);
    expect(run.alarms.map(({ updateIndex, alarm }) => [updateIndex, alarm.kind])).toEqual([
      [1, 'kl-runaway'],
      [3, 'gradient-spike'],
    ]);
    const back = after([evaluated(3), { ...started, updatesDone: 2 }], run);
    expect(back.alarms.map(({ alarm }) => alarm.kind)).toEqual(['kl-runaway']);
    expect(back.evaluations).toEqual([]);
    expect(withoutAlarm(back.alarms, 'kl-runaway')).toEqual([]);
  });
});

test('an interruption is shown until the run has got further, and preparing until it is done', () => {
  const lost = { code: 'gpu-lost', what: 'w', why: 'y', fix: 'f' };
  const interrupted = after([started, finished(0), { kind: 'run.interrupted', ...lost }]);
  expect(interrupted).toMatchObject({ status: 'starting', failure: null, interruption: lost });
  const again = after(
    [
      { ...started, updatesDone: 1 },
      { kind: 'engine.prepared', share: 0.25 },
    ],
    interrupted,
  );
  expect(again).toMatchObject({ status: 'running', interruption: lost, preparedShare: 0.25 });
  const further = after([{ kind: 'engine.prepared', share: 1 }, finished(1)], again);
  expect(further).toMatchObject({ interruption: null, preparedShare: null, updatesDone: 2 });
  const failed = after([{ kind: 'run.failed', ...lost }], interrupted);
  expect(failed).toMatchObject({ status: 'failed', failure: lost, interruption: null });
});

test('a stopped run has nobody who is still speaking', () => {
  const stopped = after([started, ...dialogueEvents('e1', 0, 2), { kind: 'run.stopped', updatesDone: 0 }]);
  expect(stopped.dialogues[0]?.turns.map(({ writing }) => writing)).toEqual([null, null]);
});

test('earlier updates from storage come before those seen, and none twice', () => {
  const run = after([{ ...started, updatesDone: 2 }, finished(2)]);
  const earlier = [0, 1, 2].map((updateIndex) => ({ updateIndex, metrics: fixtureMetrics(updateIndex) }));
  expect(withEarlierUpdates(run, earlier).history.map(({ updateIndex }) => updateIndex)).toEqual([0, 1, 2]);
  expect(withEarlierUpdates(run, earlier).history[2]).toBe(run.history[0]);
});

test('earlier updates come part by part, and an update that ends meanwhile stays behind them', () => {
  const part = (...indices: number[]) =>
    indices.map((updateIndex) => ({ updateIndex, metrics: fixtureMetrics(updateIndex) }));
  const indices = ({ history }: RunState) => history.map(({ updateIndex }) => updateIndex);
  const resumed = after([{ ...started, updatesDone: 4 }]);
  const half = withEarlierUpdates(resumed, part(0, 1));
  const meanwhile = after([finished(4)], half);
  expect(indices(meanwhile)).toEqual([0, 1, 4]);
  const whole = withEarlierUpdates(meanwhile, part(2, 3, 4));
  expect(indices(whole)).toEqual([0, 1, 2, 3, 4]);
  expect(whole.history[4]).toBe(meanwhile.history[2]);
  expect(withEarlierUpdates(whole, part(2, 3))).toBe(whole); // it is told again when the engine has been lost
});
