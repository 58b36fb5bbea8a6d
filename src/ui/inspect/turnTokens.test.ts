import { expect, test } from 'vitest';
import type { Trace } from '../../record/trace.ts';
import { fixtureTurns } from '../fixtures.ts';
import { tokenColor } from './tokenColor.ts';
import { tokensOfTurn } from './turnTokens.ts';

/** Seat 0: two fed tokens, a strategy of two, one fed token, a strategy of one. */
const trace: Trace = {
  episodeId: 'e1',
  seat: 0,
  tokenIds: Int32Array.of(1, 20, 41, 42, 7, 43),
  sampledMask: Uint8Array.of(0, 0, 1, 1, 0, 1),
  ownTurnIndex: Int16Array.of(-1, -1, 0, 0, -1, 1),
  logProbs: Float32Array.of(0, 0, -0.5, -0.25, 0, -2),
  entropies: new Float32Array(6),
  klToBase: new Float32Array(6),
  ratios: Float32Array.of(0, 0, 1, 1, 0, 2),
  advantages: Float32Array.of(0, 0, 1, 1, 0, -1),
  policyVersion: 0,
};
const turns = fixtureTurns(3); // seats 0, 1, 0

function turnAt(index: number) {
  const turn = turns[index];
  if (!turn) throw new Error(`no turn ${index}`);
  return turn;
}

test('a turn gets its own sampled tokens, and as context everything before them', () => {
  const tokens = tokensOfTurn([trace], turns, turnAt(2)); // the seat's second turn
  expect(tokens?.strategy.map(({ tokenId, logProb, advantage }) => [tokenId, logProb, advantage])).toEqual([
    [43, -2, -1],
  ]);
  expect(tokens?.context.map(({ tokenId }) => tokenId)).toEqual([1, 20, 41, 42, 7]);
  expect(tokens?.context.map(({ isSampled }) => isSampled)).toEqual([false, false, true, true, false]);
});

test('a seat that was not trained has no tokens to show', () => {
  expect(tokensOfTurn([trace], turns, turnAt(1))).toBeNull();
  expect(tokensOfTurn([], turns, turnAt(0))).toBeNull();
});

test('ratios colour by how far they are from one, either way; unknown ones stay pale', () => {
  const [token] = tokensOfTurn([trace], turns, turnAt(2))?.strategy ?? [];
  if (!token) throw new Error('the turn has a token');
  const colorOf = (ratio: number) => {
    const one = { ...token, ratio };
    return tokenColor(one, 'ratio', [one, { ...token, ratio: 4 }]);
  };
  expect(token.ratio).toBe(2);
  expect(colorOf(2)).toContain('var(--gain) 17%'); // ln 2 of ln 4, of 34 %
  expect(colorOf(0.5)).toContain('var(--loss) 17%');
  expect(colorOf(1)).toContain(' 0%');
  expect(colorOf(NaN)).toContain(' 0%');
});
