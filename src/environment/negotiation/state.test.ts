import { expect, test } from 'vitest';
import { dealOrNoDeal } from './dealOrNoDeal.ts';
import { actionsOf } from './state.ts';
import type { NegotiationState } from './state.ts';
import type { DealAction, DealScenario } from './schemas.ts';

const scenario: DealScenario = {
  environment: 'deal-or-no-deal',
  id: '2,2,3;3,2,0;0,2,2',
  canonicalId: '2,2,3;0,2,2;3,2,0',
  split: 'train',
  counts: [2, 2, 3],
  values: [
    [3, 2, 0],
    [0, 2, 2],
  ],
};
const { start, step, board, view, outcome, offerValue, proposalValue, seatToMove, turnsLeft } = dealOrNoDeal;
const propose = (...share: [number, number, number]): DealAction => ({ kind: 'propose', share });
const play = (turnLimit: number, ...actions: DealAction[]): NegotiationState =>
  actions.reduce(step, start(scenario, turnLimit));

test('a view names its own values and never the other seat’s', () => {
  expect(view(scenario, 0)).toBe('book 2 3 hat 2 2 ball 3 0');
  expect(view(scenario, 1)).toBe('book 2 0 hat 2 2 ball 3 2');
});

test('a board shows own turns left, own proposal, and the offer as own share with its worth', () => {
  expect(board(start(scenario, 10), 0)).toBe('5 none none');
  expect(board(play(10, propose(2, 2, 0)), 1)).toBe('5 none 0 0 3 6');
  expect(board(play(10, propose(2, 2, 0), propose(0, 1, 3)), 0)).toBe('4 2 2 0 2 1 0 8');
  expect(board(play(10, { kind: 'ask' }, { kind: 'tell' }, propose(2, 2, 0)), 1)).toBe('4 none 0 0 3 6');
  expect(board(play(10, propose(2, 2, 0), { kind: 'reject' }), 0)).toBe('4 2 2 0 none');
});

test('accepting takes the partner’s latest proposal and pays each seat its own points', () => {
  const state = play(10, propose(2, 2, 3), propose(0, 2, 3), propose(2, 1, 0), { kind: 'accept' });
  expect(outcome(state)).toEqual({ endReason: 'agreement', points: [8, 8], isParetoOptimal: true });
  expect(seatToMove(state)).toBeNull();
  expect(() => step(state, { kind: 'talk' })).toThrow('already over');
});

test('the opener can accept too, and an inefficient deal is called so', () => {
  const state = play(10, { kind: 'ask' }, propose(2, 1, 3), { kind: 'accept' });
  expect(outcome(state)).toEqual({ endReason: 'agreement', points: [2, 8], isParetoOptimal: false });
});

test('a rejected proposal still stands', () => {
  const state = play(10, propose(2, 1, 0), { kind: 'reject' }, { kind: 'talk' });
  expect(offerValue?.(state, 1)).toBe(8);
  expect(outcome(step(state, { kind: 'accept' }))?.points).toEqual([8, 8]);
});

test('walking away and running out of turns both pay nothing', () => {
  expect(outcome(play(10, propose(2, 1, 0), { kind: 'walk-away' }))).toEqual({
    endReason: 'walk-away',
    points: [0, 0],
    isParetoOptimal: false,
  });
  const exhausted = play(3, propose(2, 1, 0), { kind: 'talk' }, { kind: 'invalid', reason: 'unclear' });
  expect(outcome(exhausted)?.endReason).toBe('turn-limit');
  expect(outcome(play(3, propose(2, 1, 0), { kind: 'talk' }))).toBeNull();
});

test('the last turn may still agree', () => {
  expect(outcome(play(2, propose(2, 1, 0), { kind: 'accept' }))?.endReason).toBe('agreement');
});

test('turns left count the seat’s own turns, the one to come included', () => {
  expect([turnsLeft(play(10), 0), turnsLeft(play(10), 1)]).toEqual([5, 5]);
  expect([turnsLeft(play(5), 0), turnsLeft(play(5), 1)]).toEqual([3, 2]);
  const second = play(5, { kind: 'talk' });
  expect([turnsLeft(second, 0), turnsLeft(second, 1)]).toEqual([2, 2]);
});

test('own proposals are worth their own share, and acting leaves the given state as it was', () => {
  const before = play(10, propose(2, 1, 0));
  const copy = structuredClone(before);
  expect(proposalValue?.(before, 0)).toBe(8);
  expect(proposalValue?.(before, 1)).toBeNull();
  step(before, propose(0, 1, 3));
  expect(before).toEqual(copy);
});

test('an impossible share or accepting nothing is a bug and says so', () => {
  expect(() => step(start(scenario, 10), propose(3, 0, 0))).toThrow('not on the table');
  expect(() => step(start(scenario, 10), { kind: 'accept' })).toThrow('no offer');
  expect(() => start(scenario, 0)).toThrow('turnLimit');
});

test('everything done is remembered in order', () => {
  const state = play(10, propose(2, 1, 0), { kind: 'ask' }, { kind: 'tell', item: 1, stance: 'wants' });
  expect(state.actions.map(({ kind }) => kind)).toEqual(['propose', 'ask', 'tell']);
  expect(actionsOf(state, 0).map(({ kind }) => kind)).toEqual(['propose', 'tell']);
  expect(actionsOf(state, 1)).toEqual([{ kind: 'ask' }]);
});
