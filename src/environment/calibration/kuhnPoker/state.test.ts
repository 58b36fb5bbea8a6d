import { expect, test } from 'vitest';
import type { SeatIndex } from '../../../record/scenario.ts';
import type { Deal } from './cards.ts';
import { expectedChips, policyOf, UNIFORM_POLICY } from './exploitability.ts';
import type { Policy } from './exploitability.ts';
import { kuhnPoker } from './kuhnPoker.ts';
import { kuhnPokerLessons } from './lessons.ts';
import { TEMPERAMENTS } from './players.ts';
import { allScenarios, scenariosOf } from './scenarios.ts';
import { startHand, takeTurn, turnsLeft } from './state.ts';
import type { KuhnState } from './state.ts';

function dealt(deal: Deal, turnLimit = 3): KuhnState {
  const scenario = allScenarios().find((candidate) => candidate.deal.join() === deal.join());
  if (!scenario) throw new Error(`nobody is dealt ${deal.join()}`);
  return startHand(scenario, turnLimit);
}

function play(deal: Deal, texts: readonly string[], turnLimit = 3): KuhnState {
  return texts.reduce((state, text) => takeTurn(state, kuhnPoker.readAction(state, text)), dealt(deal, turnLimit));
}

test.each<[string, Deal, string[], number]>([
  ['the higher card wins the ante', ['king', 'jack'], ['check', 'check'], 7.5],
  ['the lower card loses it', ['jack', 'queen'], ['check', 'check'], 2.5],
  ['a called bet doubles it', ['queen', 'king'], ['bet', 'call'], 0],
  ['a called bet doubles it', ['queen', 'jack'], ['check', 'bet', 'call'], 10],
  ['a fold gives up the ante, whatever the cards', ['jack', 'king'], ['bet', 'fold'], 7.5],
  ['a fold gives up the ante, whatever the cards', ['king', 'jack'], ['check', 'bet', 'fold'], 2.5],
])('%s', (_, deal, texts, points) => {
  expect(kuhnPoker.outcome(play(deal, texts))).toEqual({
    endReason: 'finished',
    points: [points, 10 - points],
    isParetoOptimal: true,
  });
});

test('what is not understood checks where that is free, else folds', () => {
  expect(kuhnPoker.outcome(play(['king', 'jack'], ['Blah.', '...']))?.points).toEqual([7.5, 2.5]);
  expect(kuhnPoker.outcome(play(['jack', 'king'], ['I bet 1.', 'Blah.']))?.points).toEqual([7.5, 2.5]);
});

test('chips go back when the turns are used up', () => {
  expect(kuhnPoker.outcome(play(['king', 'jack'], ['bet'], 1))).toMatchObject({
    endReason: 'turn-limit',
    points: [5, 5],
  });
});

test('board and view hold what the seat knows and not the other card', () => {
  const state = play(['queen', 'king'], ['I check.', 'I bet 1. I have the jack.']);
  expect(kuhnPoker.board(state, 0)).toBe('hold queen pot 3 own 1 done check bet told jack can fold call');
  expect(kuhnPoker.board(dealt(['queen', 'king']), 0)).toBe('hold queen pot 2 own 1 done none told none can check bet');
  for (const scenario of scenariosOf('test')) {
    for (const seat of [0, 1] as SeatIndex[]) {
      const cards = kuhnPoker
        .view(scenario, seat)
        .replace('cards jack queen king', '')
        .match(/\b(jack|queen|king)\b/g);
      expect(cards).toEqual([scenario.deal[seat]]);
    }
  }
});

test('turns left count down to the end', () => {
  expect([turnsLeft(dealt(['king', 'jack']), 0), turnsLeft(dealt(['king', 'jack']), 1)]).toEqual([2, 1]);
  const answered = play(['king', 'jack'], ['check', 'bet']);
  expect([turnsLeft(answered, 0), turnsLeft(answered, 1)]).toEqual([1, 0]);
  expect(turnsLeft(play(['king', 'jack'], ['check', 'check']), 0)).toBe(0);
});

test('the given state is left untouched; acts that are not possible, or too late, are bugs', () => {
  const start = dealt(['king', 'jack']);
  const before = JSON.stringify(start);
  takeTurn(start, { kind: 'bet', claim: 'king' });
  expect(JSON.stringify(start)).toBe(before);
  expect(() => takeTurn(start, { kind: 'call', claim: null })).toThrow('check or bet');
  expect(() => play(['king', 'jack'], ['check', 'check', 'check'])).toThrow('over');
});

test('each split holds all six deals equally often', () => {
  for (const split of ['train', 'validation', 'test'] as const) {
    const deals = scenariosOf(split).map(({ deal }) => deal.join());
    expect(new Set(deals).size).toBe(6);
    expect(deals.filter((deal) => deal === 'jack,king')).toHaveLength(deals.length / 6);
  }
});

test('saying the own card is a leak unless the strategy says that card; a lie is none', () => {
  const state = dealt(['king', 'jack']);
  const leaks = (strategy: string | null, text: string) => kuhnPokerLessons.isLeak(state, strategy, text);
  expect(leaks('bet for value', 'I have the king, I bet 1.')).toBe(true);
  expect(leaks(null, 'My king is good. I check.')).toBe(true);
  expect(leaks('bet and say you have the jack', 'I have the king. I bet 1.')).toBe(true);
  expect(leaks('bet and say you have the king', 'I have the king. I bet 1.')).toBe(false);
  expect(leaks('bet for value', 'I have the jack. I bet 1.')).toBe(false);
  expect(leaks('bet for value', 'Do you have the king? I bet 1.')).toBe(false);
});

/** Mean points, over both seats, against players as they are drawn (talk apart). */
function pointsAgainstPlayers(policy: Policy): number {
  const chips = Object.values(TEMPERAMENTS).map(
    ({ share, policy: other }) => (share * (expectedChips(policy, other) - expectedChips(other, policy))) / 2,
  );
  return 5 + 2.5 * chips.reduce((sum, next) => sum + next, 0);
}

test('the players leave room: random play earns less than they do, sound play more', () => {
  const sound = policyOf((set) => (set.startsWith('king') || /^queen .*bet$/.test(set) ? 1 : 0));
  expect(Object.values(TEMPERAMENTS).reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  expect(pointsAgainstPlayers(UNIFORM_POLICY)).toBeLessThan(4.6);
  expect(pointsAgainstPlayers(sound)).toBeGreaterThan(5.3);
});
