import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../base/random.ts';
import { allocateEpisodes, halfWidth } from './allocation.ts';
import { branchingTurns } from './branching.ts';
import { curriculumShares, openScenarios } from './curriculum.ts';
import { mostInformative, mostVaried, relaxedShare } from './downSampling.ts';
import { hasSpread, missingGroups, zeroSpreadShare } from './dynamicSampling.ts';
import { chosenRefinements, hintTier, isUsefulExplanation, needsHint, shownLength, trainedMask } from './guidance.ts';
import { mixtureOf } from './mixing.ts';
import { agreementRewards, beliefGains, expertBonus, overlongPenalty, semanticEntropy } from './rewards.ts';

describe('dynamic sampling', () => {
  const groups = ['a', 'b', 'a', 'b', 'c'];
  const earned = [1, 2, 1, 3, 9];
  test('keeps the groups that differ, says how many are missing and how many are flat', () => {
    expect(hasSpread(groups, earned)).toEqual([false, true, false, true, false]);
    expect(missingGroups(groups, earned, 3)).toBe(2);
    expect(missingGroups(groups, earned, 1)).toBe(0);
    expect(zeroSpreadShare(groups, earned)).toBeCloseTo(2 / 3, 12);
    expect(zeroSpreadShare([], [])).toBe(0);
  });
});

describe('down-sampling', () => {
  test('finds the subset with the largest variance: compared with all subsets', () => {
    const random = new RandomStream(1, 'subsets');
    for (let trial = 0; trial < 40; trial++) {
      const values = Array.from({ length: 7 }, () => random.normal());
      for (let count = 1; count <= 7; count++) {
        const chosen = mostVaried(values, count);
        expect(chosen).toHaveLength(count);
        const best = Math.max(
          ...subsets(7, count).map((subset) => variance(subset.map((index) => values[index] ?? NaN))),
        );
        expect(variance(chosen.map((index) => values[index] ?? NaN))).toBeCloseTo(best, 12);
      }
    }
  });
  test('keeps the tokens with the largest |A| · H', () => {
    expect(mostInformative([1, -3, 2, 0], [1, 1, 0.1, 9], 0.5)).toEqual([true, true, false, false]);
    expect(mostInformative([1, 1], [1, 1], 0.01)).toEqual([true, false]); // at least one, the earlier of equals
  });
  test('relaxes linearly', () => {
    expect([0, 0.25, 0.5, 0.9].map((progress) => relaxedShare(0.4, 0.5, progress))).toEqual([0.4, 0.7, 1, 1]);
  });
});

describe('allocation', () => {
  const rule = { confidence: 0.95, explorationWeight: 0 };
  test('the interval’s half width is Student’s', () => {
    expect(halfWidth({ count: 4, standardDeviation: 2 }, 0.95)).toBeCloseTo(3.182446305, 6); // t = 3.182446 at 3 degrees
    expect(halfWidth({ count: 1, standardDeviation: 2 }, 0.95)).toBe(Infinity);
  });
  test('uncertain scenarios get more, certain ones nothing', () => {
    const given = allocateEpisodes([{ count: 4, standardDeviation: 1 }, { count: 4, standardDeviation: 0 }, { count: 4, standardDeviation: 0.1 }], 6, rule); // prettier-ignore
    expect(given.reduce((sum, count) => sum + count, 0)).toBe(6);
    expect(given[0]).toBeGreaterThan(3);
    expect(given[1]).toBe(0);
  });
  test('unplayed scenarios come first, one after another', () => {
    expect(allocateEpisodes([{ count: 9, standardDeviation: 1 }, { count: 0, standardDeviation: 0 }, { count: 1, standardDeviation: 0 }], 3, rule)).toEqual([0, 2, 1]); // prettier-ignore
  });
  test('the exploration bonus goes to what was rarely played', () => {
    const given = allocateEpisodes([{ count: 50, standardDeviation: 0 }, { count: 2, standardDeviation: 0 }], 3, { confidence: 0.95, explorationWeight: 1 }); // prettier-ignore
    expect(given).toEqual([0, 3]);
  });
});

describe('branching', () => {
  test('at turns that are more uncertain than the first, the most uncertain first', () => {
    const rule = { base: 0.5, gain: 1, threshold: 0.6 };
    // (H − 1)/ln V with V = e²: 0.25, 0.5, −0.25.
    expect(branchingTurns([1, 1.5, 2, 0.5], Math.exp(2), rule)).toEqual([2, 1]);
    expect(branchingTurns([1, 1.1], Math.exp(2), rule)).toEqual([]);
    expect(branchingTurns([], 100, rule)).toEqual([]);
  });
});

describe('curricula', () => {
  test('what is neither mastered nor out of reach is played most; everything now and then', () => {
    const shares = curriculumShares([0, 0.5, 1]);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(shares[1]).toBeGreaterThan(4 * (shares[0] ?? NaN));
    expect(shares[0]).toBe(shares[2]);
    expect(shares[0]).toBeGreaterThan(0);
  });
  test('the easiest are open first, all at the end', () => {
    const open = (progress: number) => openScenarios([0.1, 0.9, 0.5], progress);
    expect(open(0)).toEqual([false, true, false]);
    expect(open(0.4)).toEqual([false, true, true]);
    expect(open(0.99)).toEqual([true, true, true]);
  });
});

describe('guidance', () => {
  test('a hint for groups in which everybody failed', () => {
    expect([needsHint([false, false]), needsHint([false, true]), needsHint([])]).toEqual([true, false, false]);
  });
  test('tiers climb with failures, after the diagnosis phase', () => {
    const rule = { diagnosisShare: 0.1, tiers: 3 };
    expect([hintTier(5, 0.05, rule), hintTier(2, 0.5, rule), hintTier(9, 0.5, rule)]).toEqual([0, 2, 3]);
    expect([0, 1, 2, 9].map((tier) => shownLength(10, tier))).toEqual([0, 3, 5, 10]);
  });
  test('forced tokens are no actions', () => {
    expect([...trainedMask([3, 2], [2, 0])]).toEqual([0, 0, 1, 1, 1]);
  });
  test('an explanation has to be likely and to help', () => {
    expect([
      isUsefulExplanation(-1, 0.2, -2),
      isUsefulExplanation(-3, 0.2, -2),
      isUsefulExplanation(-1, 0, -2),
    ]).toEqual([true, false, false]);
  });
  test('refinements that beat their draft, the best first', () => {
    expect(chosenRefinements([0.5, 0.2, 0.9], [0.6, 0.8, 0.4], 1)).toEqual([1]);
    expect(chosenRefinements([0.5, 0.2, 0.9], [0.6, 0.8, 0.4], 5)).toEqual([1, 0]);
  });
});

describe('mixing demonstrations with own dialogues', () => {
  const rule = { kind: 'when-failing', successOutcome: 0.5, gate: 0.25, imitationWeight: 0.7 } as const;
  test('a group at or below the gate learns from its demonstrations, others from themselves', () => {
    expect(mixtureOf([0.9, 0.1, 0.1, 0.1], true, rule)).toEqual({ own: 0, demonstrations: 0.7 });
    expect(mixtureOf([0.9, 0.5, 0.1, 0.1], true, rule)).toEqual({ own: 1, demonstrations: 0 });
    expect(mixtureOf([0, 0], false, rule)).toEqual({ own: 1, demonstrations: 0 });
  });
});

describe('rewards', () => {
  test('belief gains telescope to the last belief; the last turn gets the outcome', () => {
    const gains = beliefGains([0.2, 0.5, 0.4], 1);
    expect(gains).toEqual([expect.closeTo(0.3, 12), expect.closeTo(-0.1, 12), 1]);
    expect(beliefGains([0.9], 0)).toEqual([0]);
    expect(beliefGains([], 1)).toEqual([]);
  });
  test('agreement is the share that did the same; its mean log is the semantic entropy', () => {
    expect(agreementRewards(['a', 'b', 'a', null])).toEqual([0.5, 0.25, 0.5, 0.25]);
    expect(semanticEntropy(['a', 'a'])).toBeCloseTo(0, 12);
    expect(semanticEntropy(['a', 'b', 'c', 'd'])).toBeCloseTo(Math.log(4), 12);
  });
  test('length costs nothing until the buffer, then linearly up to 1', () => {
    expect([5, 8, 9, 10, 11].map((count) => overlongPenalty(count, 10, 2))).toEqual([0, 0, -0.5, -1, -1]);
  });
  test('the expert bonus fades', () => {
    expect([0, 0.5, 1].map((progress) => expertBonus(0.4, progress))).toEqual([0.4, 0.2, 0]);
  });
});

function subsets(size: number, count: number): number[][] {
  if (count === 0) return [[]];
  return Array.from({ length: size }, (_, first) => first).flatMap((first) =>
    subsets(first, count - 1).map((rest) => [...rest, first]),
  );
}

function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
