import { expect, test } from 'vitest';
import type { BargainAction } from './actions.ts';
import { nashPrice, pointsOfDeal, valueOf } from './payoff.ts';
import { priceBargaining } from './priceBargaining.ts';
import { createScenario } from './scenarios.ts';
import { boardText, tableOf } from './seatTable.ts';
import { startBargain, takeTurn } from './state.ts';

const { outcome, seatToMove, view, board, offerValue, proposalValue, turnsLeft } = priceBargaining;
const scenario = createScenario(60, [52, 32], ['bike', 'scratch', 'clean']); // zone 32 to 52
const noZone = createScenario(60, [40, 50], ['lamp', 'stain', 'rare']);
const offer = (price: number): BargainAction => ({ kind: 'offer', price, isFinal: false, point: null });
const play = (actions: readonly BargainAction[], on = scenario) => actions.reduce(takeTurn, startBargain(on, 10));

test('a deal shares the zone of agreement', () => {
  expect(outcome(play([offer(40), { kind: 'accept' }]))).toEqual({
    endReason: 'agreement',
    points: [6, 4], // 12 and 8 of 20
    isParetoOptimal: true,
  });
  expect(outcome(play([offer(30), offer(48), { kind: 'accept' }]))?.points).toEqual([2, 8]);
});

test('the Nash price is the middle of the zone, and there is none without a zone', () => {
  expect(nashPrice(scenario)).toBe(42);
  expect(pointsOfDeal(scenario, 42).points).toEqual([5, 5]);
  expect(nashPrice(noZone)).toBeNull();
  const products = Array.from({ length: 90 }, (_, index) => {
    const [buyer, seller] = pointsOfDeal(scenario, 10 + index).points;
    return buyer * seller;
  });
  expect(products.indexOf(Math.max(...products))).toBe(42 - 10);
});

test('a deal beyond the own limit earns nothing, and the other at most 10', () => {
  expect(pointsOfDeal(scenario, 60)).toEqual({ points: [0, 10], isParetoOptimal: false });
  expect(pointsOfDeal(scenario, 20)).toEqual({ points: [10, 0], isParetoOptimal: false });
  expect(pointsOfDeal(scenario, 52).points).toEqual([0, 10]);
});

test('without a zone the gap is the measure', () => {
  expect(pointsOfDeal(noZone, 45)).toEqual({ points: [0, 0], isParetoOptimal: false });
  expect(pointsOfDeal(noZone, 38).points).toEqual([2, 0]);
  expect(pointsOfDeal(noZone, 99).points).toEqual([0, 10]);
});

test('walking away earns 3 each where there is no deal to be made, else nothing', () => {
  const leave: BargainAction = { kind: 'walk-away' };
  expect(outcome(play([leave], noZone))).toEqual({ endReason: 'walk-away', points: [3, 3], isParetoOptimal: true });
  expect(outcome(play([leave]))).toEqual({ endReason: 'walk-away', points: [0, 0], isParetoOptimal: false });
});

test('ten turns without a deal end the bargain, and words use them up', () => {
  const talk: BargainAction[] = Array.from({ length: 10 }, () => ({ kind: 'invalid', reason: 'x' }));
  expect(seatToMove(play(talk.slice(1)))).toBe(1);
  expect(turnsLeft(play(talk.slice(1)), 0)).toBe(0);
  const over = play(talk, noZone);
  expect(seatToMove(over)).toBeNull();
  expect(outcome(over)).toEqual({ endReason: 'turn-limit', points: [0, 0], isParetoOptimal: false });
  expect(() => takeTurn(over, offer(20))).toThrow('already over');
});

test('impossible actions throw, and the given state stays as it was', () => {
  const start = startBargain(scenario, 10);
  expect(() => takeTurn(start, { kind: 'accept' })).toThrow('no price');
  expect(() => takeTurn(start, offer(9))).toThrow(RangeError);
  expect(() => takeTurn(start, offer(40.5))).toThrow(RangeError);
  expect(() => startBargain(scenario, 0)).toThrow(RangeError);
  takeTurn(start, offer(40));
  expect(start.prices).toEqual([null, null]);
});

test('the board has the prices that strategies refer to', () => {
  expect(board(play([]), 0)).toBe(
    'left 5 limit 52 mine none theirs none worth none middle none start 30 fair 42', // half and 70 % of 60
  );
  const state = play([offer(30), offer(50)]);
  expect(board(state, 0)).toBe('left 4 limit 52 mine 30 theirs 50 worth 1 middle 40 step 34 jump 38');
  expect(board(state, 1)).toBe('left 4 limit 32 mine 50 theirs 30 worth loss middle 40 step 46 jump 42');
  expect(board(play([offer(51), offer(52)]), 0)).toContain('middle none step none jump none');
  expect(tableOf(play([offer(40)]), 0)).toMatchObject({ step: 43, jump: 46 }); // no price of theirs: towards 40 + 60/4
});

test('steps never pass the own limit', () => {
  expect(boardText(tableOf(play([offer(50), offer(90)]), 0))).toContain('step 52 jump 52');
  expect(boardText(tableOf(play([offer(52), offer(90)]), 0))).toContain('step none jump none');
});

test('a seat sees nothing of the other limit, and values prices by its own', () => {
  const other = createScenario(60, [52, 41], ['bike', 'scratch', 'clean']);
  const moves = [offer(30), offer(50)];
  expect(view(scenario, 0)).toBe('buyer item bike list 60 flaw scratch merit clean highest price 52');
  expect(view(other, 0)).toBe(view(scenario, 0));
  expect(board(play(moves, other), 0)).toBe(board(play(moves), 0));
  expect(offerValue?.(play(moves), 0)).toBe(1); // 2 below the limit, of 20 that one may hope for
  expect(proposalValue?.(play(moves), 0)).toBe(10); // 22 below it
  expect(offerValue?.(play([]), 0)).toBeNull();
  expect(valueOf(scenario, 1, 31)).toBe(0);
});
