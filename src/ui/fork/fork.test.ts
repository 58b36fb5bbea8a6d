import { expect, test } from 'vitest';
import type { ForkArm, ForkReplay } from '../../../workers/protocol.ts';
import type { EndReason } from '../../record/episode.ts';
import { applyToFork, isAt, NO_FORK, type ForkState } from './forkState.ts';
import { summariseFork } from './forkSummary.ts';

const place = { runId: 'r', episodeId: '0-1', turnIndex: 2 };
const arms: ForkArm[] = [
  { by: 'record', strategy: 'hold firm', drawn: 1 },
  { by: 'checkpoint', strategy: 'concede', drawn: 3 },
];
function replayed(arm: number, replay: number, points: number | null, endReason: EndReason = 'agreement'): ForkReplay {
  return { arm, replay, points: [points, 1], endReason, turns: [] };
}

test('news of the fork that runs change it; news of another do not', () => {
  const started = applyToFork(NO_FORK, { kind: 'fork.started', forkId: 'a', place });
  expect(isAt(started, place)).toBe(true);
  expect(isAt(started, { ...place, turnIndex: 3 })).toBe(false);
  const opened = applyToFork(started, { kind: 'fork.opened', forkId: 'a', arms, total: 4 });
  const progressed = applyToFork(opened, { kind: 'fork.progressed', forkId: 'a', replays: [replayed(0, 0, 3)] });
  expect([progressed.arms, progressed.total, progressed.replays.length]).toEqual([arms, 4, 1]);
  expect(applyToFork(progressed, { kind: 'fork.finished', forkId: 'b' })).toBe(progressed);
  expect(applyToFork(progressed, { kind: 'fork.finished', forkId: 'a' }).phase).toBe('finished');
});

test('what was replayed stays when the fork is cancelled or fails', () => {
  const running: ForkState = { ...NO_FORK, phase: 'running', forkId: 'a', place, arms, replays: [replayed(0, 0, 3)] };
  const failure = { code: 'interrupted', what: 'w', why: 'y', fix: 'f' };
  const failed = applyToFork(running, { kind: 'fork.failed', forkId: 'a', failure });
  expect([failed.phase, failed.failure, failed.replays.length]).toEqual(['failed', failure, 1]);
  const wanted = { ...failure, code: 'cancelled' };
  const cancelled = applyToFork(running, { kind: 'fork.failed', forkId: 'a', failure: wanted });
  expect([cancelled.phase, cancelled.failure, cancelled.replays.length]).toEqual(['cancelled', null, 1]);
});

test('strategies are compared replay by replay, for the seat that wrote them', () => {
  const replays = [replayed(0, 0, 4), replayed(0, 1, 8), replayed(1, 0, 3), replayed(1, 1, 7, 'turn-limit')];
  const [recorded, other] = summariseFork(arms, replays, 0).arms;
  expect(recorded?.points?.mean).toBe(6);
  expect(recorded?.difference).toBeNull();
  expect(recorded?.histogram).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0]);
  // One point less in both replays: the spread over replays cancels.
  expect(other?.difference?.mean).toBeCloseTo(-1);
  expect(other?.difference?.high).toBeCloseTo(-1);
  expect(other?.doneShare).toBe(0.5);
});

test('the checkpoint’s own choice is weighted by how often it wrote what', () => {
  // Recorded was drawn once of four times, the other three times. Replay 1 of the second is not over yet.
  const replays = [replayed(0, 0, 4), replayed(0, 1, 8), replayed(1, 0, 8)];
  const { ownChoice, advantage } = summariseFork(arms, replays, 0);
  expect(ownChoice?.mean).toBe(7); // (4 + 3 × 8) / 4
  expect(advantage?.mean).toBe(-1); // (4 + 8) / 2 − 7
  const neverDrawn = arms.map((arm) => ({ ...arm, drawn: 0 }));
  expect(summariseFork(neverDrawn, replays, 0).ownChoice).toBeNull();
});

test('points that no rule knows are not averaged', () => {
  const [recorded] = summariseFork(arms, [replayed(0, 0, null)], 0).arms;
  expect([recorded?.points, recorded?.replays]).toEqual([null, 1]);
});
