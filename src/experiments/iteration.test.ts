import { describe, expect, test } from 'vitest';
import type { Cell, EpisodeResult, ExperimentOrder, Training } from '../record/experiment.ts';
import { iterationRules, iterationsOf, poolCell, workOfIteration } from './iteration.ts';
import { neededTrainings, NOTHING_KNOWN, type Known } from './known.ts';
import { firstUpdate } from './parts.ts';
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

  test('nobody is in the pool twice', () => {
    const order = orderWith({});
    const rounds = iterationsOf(order, knownWith([6, 7, 8], order), iterationRules(order, 1));
    const names = rounds[2]?.pool.map(({ name }) => name) ?? [];
    expect(names.slice(0, 3)).toEqual(['round 2', 'round 1', 'base']);
    expect(new Set(names).size).toBe(names.length);
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

/** The trainings of three rounds of which the second is no better than the first. */
const roundsWith = (knobs: ExperimentOrder['knobs']): Training[] => {
  const order = orderWith(knobs);
  const rounds = iterationsOf(order, knownWith([6, 5.5, 7], order), iterationRules(order, 1));
  return rounds.slice(0, 3).map(({ training }) => training);
};

describe('a round that learns offline', () => {
  test('learns Equation 5 three times from as many dialogues as an on-policy round plays', () => {
    const [first] = roundsWith({ learn: 'offline' });
    expect(first?.config).toMatchObject({ preset: 'epo', updates: 30, startedFrom: null });
    expect(first?.config.dialogues).toMatchObject({ recipe: 'epo', count: 10 * 64, updates: 30 });
    expect(first).toMatchObject({ origin: null, playedBy: null });
    const [five] = roundsWith({ learn: 'offline', epochs: 5 });
    expect(five?.config.dialogues?.updates).toBe(50);
  });

  test.each([
    ['newest', 1, 1],
    ['champion', 0, 0],
    ['base', 1, null],
  ] as const)('%s: the third is played by round %i and begins with the weights of %s', (start, player, origin) => {
    const rounds = roundsWith({ learn: 'offline', start });
    const weightsOf = (index: number) => ({ runId: rounds[index]?.runId, updates: 30 });
    expect(rounds[2]?.playedBy).toEqual(weightsOf(player));
    expect(rounds[2]?.origin).toEqual(origin === null ? null : weightsOf(origin));
    expect(rounds[2]?.config.startedFrom).toBe(origin === null ? null : `${rounds[origin]?.runId}, update 30`);
    // Whatever it begins with, its own updates count from the first.
    expect(rounds.map(firstUpdate)).toEqual([0, 0, 0]);
    expect(rounds.map(({ config }) => config.updates)).toEqual([30, 30, 30]);
  });
});

test('on-policy from the base, every round is as long as the first', () => {
  const rounds = roundsWith({ start: 'base' });
  expect(rounds.map(({ origin, config }) => [origin, config.updates])).toEqual([
    [null, 10],
    [null, 10],
    [null, 10],
  ]);
  expect(new Set(rounds.map(({ runId }) => runId)).size).toBe(3);
});

describe('the pool in training', () => {
  test('sits opposite as it stands before the round: past champions, the base and the rules that are named', () => {
    const rounds = roundsWith({ selfPlayShare: 0.5, partners: 'tough soft' });
    expect(rounds[0]?.opponents).toEqual({
      selfPlayShare: 0.5,
      members: [
        { name: 'base', player: { kind: 'base', temperature: 1 } },
        { name: 'script: tough', player: { kind: 'script', name: 'tough' } },
        { name: 'script: soft', player: { kind: 'script', name: 'soft' } },
      ],
    });
    expect(rounds[2]?.opponents?.members.map(({ name }) => name).slice(0, 2)).toEqual(['round 1', 'base']);
    const needed = rounds[2] && neededTrainings(rounds[2]).map(({ runId }) => runId);
    expect(new Set(needed)).toEqual(new Set([rounds[0]?.runId, rounds[1]?.runId]));
  });

  test('a model on a server is a member like any other, and its cells say whom they ask', () => {
    const agent = { baseUrl: 'http://localhost:11434/v1', model: 'other' } as NonNullable<
      ExperimentOrder['servers']['agent']
    >;
    const order = { ...orderWith({ selfPlayShare: 0, partners: 'chat' }), servers: { agent, judge: null } };
    const [round] = iterationsOf(order, NOTHING_KNOWN, iterationRules(order, 1));
    const chat = round?.pool.find(({ name }) => name === 'chat: other');
    expect(chat?.player).toEqual({ kind: 'chat' });
    expect(round && chat && poolCell(order, round.candidate, chat).cells[0]?.asked).toEqual([
      'other@http://localhost:11434/v1',
    ]);
  });

  test('without it, and without other settings, rounds have the names that they had before there were any', () => {
    const order = orderOf(iterations, false);
    const [round] = iterationsOf(order, NOTHING_KNOWN, iterationRules(order, 1));
    expect(round?.training.runId).toBe('round-1-newest-s1000-df693ea4');
    expect(round?.training).not.toHaveProperty('opponents');
    expect(round?.training).not.toHaveProperty('playedBy');
  });
});
