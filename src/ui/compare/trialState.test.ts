import { expect, test } from 'vitest';
import { fixtureEpisode } from '../fixtures.ts';
import { applyToTrial, NO_TRIAL, type TrialChange, type TrialState } from './trialState.ts';

const after = (...changes: readonly TrialChange[]): TrialState => changes.reduce(applyToTrial, NO_TRIAL);
const started = { kind: 'trial.started', trialId: 't', keys: ['a', 'b'] } as const;
const played = { kind: 'trial.played', trialId: 't', player: 0, episodes: [fixtureEpisode('e')] } as const;
const failed = (code: string) =>
  ({ kind: 'trial.failed', trialId: 't', failure: { code, what: '', why: '', fix: '' } }) as const;
/** Parsed messages have lists of their own. */
const own = ({ episodes, ...rest }: typeof played): TrialChange => ({ ...rest, episodes: [...episodes] });

test('the share is of all who play', () => {
  expect(after(started, { kind: 'trial.progressed', trialId: 't', player: 1, share: 0.5 }).share).toBe(0.75);
});

test('who has played to the end stands, when it is over, cancelled, or another trial begins', () => {
  const over = after(started, own(played), { kind: 'trial.finished', trialId: 't' });
  expect([over.phase, [...over.played.keys()]]).toEqual(['idle', ['a']]);
  const cancelled = after(started, own(played), failed('cancelled'));
  expect([cancelled.phase, cancelled.failure, cancelled.played.size]).toEqual(['cancelled', null, 1]);
  const next = applyToTrial(cancelled, { kind: 'trial.started', trialId: 'u', keys: ['b'] });
  expect([next.phase, next.played.size, next.share]).toEqual(['running', 1, 0]);
});

test('a failure is kept; news of an earlier trial are not', () => {
  expect(after(started, failed('gpu-lost'))).toMatchObject({ phase: 'failed', failure: { code: 'gpu-lost' } });
  const running = after(started);
  expect(applyToTrial(running, { kind: 'trial.finished', trialId: 'before' })).toBe(running);
  expect(applyToTrial(NO_TRIAL, own(played))).toBe(NO_TRIAL);
});
