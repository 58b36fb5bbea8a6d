import { describe, expect, test } from 'vitest';
import type { Cell, EpisodeResult, ExperimentOrder } from '../record/experiment.ts';
import { iterationRules, iterationsOf, poolCell, workOfIteration } from './iteration.ts';
import { NOTHING_KNOWN, type Known } from './known.ts';
import { orderOf } from './recipe.ts';
import { iterations } from './recipes/iterations.ts';

/** Points of each round's strategist against anybody; the base and scripts as measured player earn 5. */
function knownWith(pointsOfRounds: readonly number[], order: ExperimentOrder): Known {
  const rounds = new Map<string, number>();
  const pointsOf = ({ measured }: Cell) => (measured.kind === 'trained' ? (rounds.get(measured.runId) ?? null) : 5);
  const known: Known = {
    ...NOTHING_KNOWN,
    episodes: (cell, count) => {
      const points = pointsOf(cell);
      return points === null ? null : Array.from({ length: count }, (_, index) => result(index, points));
    },
  };
  // Rounds name themselves by what came of the ones before.
  pointsOfRounds.forEach((points, index) => {
    const round = iterationsOf(order, known, iterationRules(order, 1))[index];
    if (round) rounds.set(round.training.runId, points);
  });
  return known;
}

const result = (index: number, points: number): EpisodeResult => ({
  index,
  scenario: `s${index}`,
  cluster: `c${index % 20}`,
  seat: 0,
  points: points + (index % 5) / 10,
  partnerPoints: 4,
  endReason: 'agreement',
  isParetoOptimal: false,
  turns: [],
});

const orderWith = (knobs: ExperimentOrder['knobs']) =>
  orderOf(iterations, false, { episodes: 40, updates: 10, knobs: { iterations: 6, patience: 2, ...knobs } });

describe('self-play round after round', () => {
  test('better candidates are promoted, and a plateau ends it', () => {
    const order = orderWith({});
    const rounds = iterationsOf(order, knownWith([6, 6.5, 6.5, 6.4, 9], order), iterationRules(order, 1));
    expect(rounds.map(({ isPromoted }) => isPromoted)).toEqual([true, true, false, false]);
    expect(rounds.map(({ champion }) => champion.name)).toEqual(['base', 'round 1', 'round 2', 'round 2']);
    expect(rounds[1]?.gain?.mean).toBeCloseTo(0.5, 9);
  });

  test('newest goes on where the last round ended, champion where the best one did; each with dialogues of its own', () => {
    const results = [6, 5.5, 7];
    const [newest, champion] = (['newest', 'champion'] as const).map((start) => {
      const order = orderWith({ start });
      return iterationsOf(order, knownWith(results, order), iterationRules(order, 1));
    });
    expect(newest?.[2]?.training.origin?.runId).toBe(newest?.[1]?.training.runId);
    expect(champion?.[2]?.training.origin?.runId).toBe(champion?.[0]?.training.runId);
    expect(newest?.[2]?.training.config.updates).toBe(30);
    expect(champion?.[2]?.training.config.updates).toBe(20);
    expect(new Set(champion?.map(({ training }) => training.config.seed)).size).toBe(champion?.length);
  });

  test('past champions stay in the pool, the base and the scripts always', () => {
    const order = orderWith({ poolSize: 1 });
    const rounds = iterationsOf(order, knownWith([6, 7, 8], order), iterationRules(order, 1));
    const names = rounds[2]?.pool.map(({ name }) => name);
    expect(names).toEqual(['round 2', 'base', 'script: greedy', 'script: fair', 'script: rule-player']);
    expect(rounds[0]?.pool.map(({ name }) => name)).toEqual([
      'base',
      'script: greedy',
      'script: fair',
      'script: rule-player',
    ]);
  });

  test('before anything is known all rounds stand in the estimate, each with its training and its cells', () => {
    const order = orderWith({});
    const rounds = iterationsOf(order, NOTHING_KNOWN, iterationRules(order, 1));
    expect(rounds).toHaveLength(6);
    const [first] = rounds;
    if (!first) throw new Error('no round');
    const [learning, playing] = workOfIteration(order, first);
    expect(learning).toHaveLength(1);
    expect(playing).toHaveLength(8);
    const [member] = first.pool;
    expect(member && poolCell(order, first.candidate, member).cells[0]?.split).toBe('validation');
  });
});
