import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Action } from '../record/episode.ts';
import type { SeatIndex } from '../record/scenario.ts';
import { returnsToGo } from '../training/objective/credit/returns.ts';
import { seatHistory } from './seatHistory.ts';
import type { SeatHistory } from './seatHistory.ts';
import { turnRewards, type RuleReward } from './turnRewards.ts';

const MODES: readonly RuleReward[] = ['terminal', 'potential', 'critical-accepting', 'critical-progress'];

/** Offers 0, 3 and 8; the seat proposes, proposes, accepts 8 points. */
const acceptedEight: SeatHistory = {
  turns: [
    { actionKind: 'propose', offerValue: null, isAcceptedProposal: false },
    { actionKind: 'propose', offerValue: 3, isAcceptedProposal: false },
    { actionKind: 'accept', offerValue: 8, isAcceptedProposal: false },
  ],
  points: 8,
  hasDeal: true,
};
/** The partner accepted what the seat proposed at its second turn. */
const partnerAccepted: SeatHistory = {
  turns: [
    { actionKind: 'ask', offerValue: null, isAcceptedProposal: false },
    { actionKind: 'propose', offerValue: 1, isAcceptedProposal: true },
    { actionKind: 'talk', offerValue: 2, isAcceptedProposal: false },
  ],
  points: 6,
  hasDeal: true,
};
const noDeal: SeatHistory = { ...acceptedEight, points: 0, hasDeal: false };

const rewardsOf = (history: SeatHistory, turnReward: RuleReward, turnDiscount = 0.9) =>
  turnRewards(history, { turnReward, turnDiscount }).map(({ reward }) => reward);
const criticalOf = (history: SeatHistory, turnReward: RuleReward) =>
  turnRewards(history, { turnReward, turnDiscount: 0.9 }).map(({ isCritical }) => isCritical);

test('terminal: a tenth of the points, at the last own turn', () => {
  expect(rewardsOf(acceptedEight, 'terminal')).toEqual([0, 0, 0.8]);
  expect(rewardsOf(noDeal, 'terminal')).toEqual([0, 0, 0]);
});

test('potential: what each turn did to the offer, and the points at the end', () => {
  const rewards = rewardsOf(acceptedEight, 'potential');
  [0.9 * 0.3, 0.9 * 0.8 - 0.3, -0.8 + 0.8].forEach((value, turn) => expect(rewards[turn]).toBeCloseTo(value, 12));
});

test('potential: shaping telescopes for any episode, so it cannot change what is best', () => {
  const anyTurn = fc.record({
    actionKind: fc.constant<Action['kind']>('talk'),
    offerValue: fc.option(fc.integer({ min: 0, max: 10 })),
    isAcceptedProposal: fc.constant(false),
  });
  fc.assert(
    fc.property(
      fc.array(anyTurn, { minLength: 1, maxLength: 10 }),
      fc.integer({ min: 0, max: 10 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (turns, points, discount) => {
        const [discounted] = returnsToGo(
          rewardsOf({ turns, points, hasDeal: points > 0 }, 'potential', discount),
          discount,
        );
        const terminal = discount ** (turns.length - 1) * (points / 10);
        expect(discounted).toBeCloseTo(terminal - (turns[0]?.offerValue ?? 0) / 10, 9);
      },
    ),
    { seed: 1 },
  );
});

test('critical-accepting: the accepting turn and the largest rise of the offer count 1', () => {
  expect(criticalOf(acceptedEight, 'critical-accepting')).toEqual([false, true, true]); // rises 3, then 5
  expect(rewardsOf(acceptedEight, 'critical-accepting')).toEqual([0, 1, 1]);
});

test('critical-progress: accepting as such earns its points only', () => {
  expect(criticalOf(acceptedEight, 'critical-progress')).toEqual([false, true, false]);
  expect(rewardsOf(acceptedEight, 'critical-progress')).toEqual([0, 1, 0.8]);
});

test('an own proposal that the partner accepted is critical in both', () => {
  for (const mode of ['critical-accepting', 'critical-progress'] as const) {
    expect(rewardsOf(partnerAccepted, mode)).toEqual([0, 1, 0.6]); // rises of 1 are too small to count
  }
});

test('a rise of exactly 2 counts, and the latest of two equal rises does', () => {
  const turnsWith = (...offers: (number | null)[]) =>
    offers.map((offerValue) => ({ actionKind: 'talk' as const, offerValue, isAcceptedProposal: false }));
  const criticals = (...offers: (number | null)[]) =>
    criticalOf({ turns: turnsWith(...offers), points: 5, hasDeal: true }, 'critical-progress').indexOf(true);
  expect(criticals(null, 2, 3)).toBe(0);
  expect(criticals(1, 2, 3)).toBe(-1);
  expect(criticals(0, 3, 6)).toBe(1);
  expect(criticals(0, 5, 8)).toBe(0);
  expect(criticals(8, 2, 1)).toBe(-1);
});

test('without a deal nothing was critical and nothing is earned', () => {
  for (const mode of ['critical-accepting', 'critical-progress'] as const) {
    expect(rewardsOf(noDeal, mode)).toEqual([0, 0, 0]);
    expect(criticalOf(noDeal, mode)).toEqual([false, false, false]);
  }
});

test.each(MODES)('%s: a seat that never spoke earns nothing, and parts add up to the reward', (mode) => {
  expect(rewardsOf({ turns: [], points: 0, hasDeal: false }, mode)).toEqual([]);
  for (const { reward, rewardParts } of turnRewards(acceptedEight, { turnReward: mode, turnDiscount: 0.9 })) {
    expect(rewardParts.reduce((sum, { value }) => sum + value, 0)).toBe(reward);
  }
});

test('a seat’s history is told apart from the partner’s', () => {
  const turn = (seat: SeatIndex, kind: 'talk' | 'accept' | 'propose', offerValue: number | null) => ({
    seat,
    action: { kind },
    offerValue,
    isProposal: kind === 'propose',
  });
  const turns = [
    turn(0, 'propose', null),
    turn(1, 'propose', 2),
    turn(0, 'propose', 4),
    turn(1, 'talk', 3),
    turn(0, 'talk', 4),
    turn(1, 'accept', 3),
  ];
  const episode = { turns, endReason: 'agreement', points: [7, 3] } as const;
  expect(seatHistory(episode, 0)).toEqual({
    turns: [
      { actionKind: 'propose', offerValue: null, isAcceptedProposal: false },
      { actionKind: 'propose', offerValue: 4, isAcceptedProposal: true },
      { actionKind: 'talk', offerValue: 4, isAcceptedProposal: false },
    ],
    points: 7,
    hasDeal: true,
  });
  expect(seatHistory(episode, 1).turns.map(({ isAcceptedProposal }) => isAcceptedProposal)).toEqual([
    false,
    false,
    false,
  ]);
});

test.each(MODES)('%s: what the partner says in between changes no own reward', (turnReward) => {
  type FinishedTurn = Parameters<typeof seatHistory>[0]['turns'][number];
  const own = (action: Action, offerValue: number | null): FinishedTurn => ({
    seat: 0,
    action,
    offerValue,
    isProposal: false,
  });
  const chatter: FinishedTurn = { ...own({ kind: 'talk' }, null), seat: 1 };
  const first = own({ kind: 'ask' }, null);
  const last = own({ kind: 'accept' }, 6);
  const rewards = (turns: readonly FinishedTurn[]) =>
    turnRewards(seatHistory({ turns, endReason: 'agreement', points: [6, 6] }, 0), { turnReward, turnDiscount: 0.9 });
  expect(rewards([first, chatter, chatter, chatter, last])).toEqual(rewards([first, chatter, last]));
});
