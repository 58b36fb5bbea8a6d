import { RandomStream } from '../../src/base/random.ts';
import { EMPTY_MEMORY, type ObjectiveMemory } from '../../src/record/objectiveMemory.ts';
import type { SeatIndex } from '../../src/record/scenario.ts';
import type { Source, Trajectory } from '../../src/training/objective/batch.ts';
import { couplingOf, isCoupled } from '../../src/training/objective/coupling.ts';
import { lossOfPart } from '../../src/training/objective/lossOfPart.ts';
import { sourcesOf } from '../../src/training/objective/needs.ts';
import type { Objective } from '../../src/training/objective/parts.ts';
import { planBatch } from '../../src/training/objective/planBatch.ts';
import { logSoftmax } from './softmax.ts';
import { TabularPolicy, trajectoryOf, wordsOf, type Word, type WrittenEpisode } from './tabularPolicy.ts';

/**
 * A dialogue with two strategies, one of which is better: in each of two turns the seat writes a strategy of two words, the
 * arm and how it ends. Every turn with the better arm adds a half to what the dialogue earns at its end.
 */
const GOOD = 0;
const TURNS = 2;
const SCENARIOS = 4;
const EPISODES = 4;

export interface TwoArmedOptions {
  readonly objective: Objective;
  readonly updates: number;
  /** Optimizer steps per batch: the second one has ratios other than 1. */
  readonly steps: number;
  /** Logit of the better arm at the start; that of the other is 0. */
  readonly startingLogit: number;
  readonly seed: number;
  /** What a turn with the better arm earns; below 0 it is the worse one. */
  readonly worth: number;
}

export interface TwoArmedOutcome {
  readonly before: number;
  readonly after: number;
  /** Mean entropy of the choice of an arm at the end, nats. */
  readonly entropy: number;
}

/** Trains from scratch by gradient steps of unit length and says how likely the better arm is, before and after. */
export function trainTwoArmed({
  objective,
  updates,
  steps,
  startingLogit,
  seed,
  worth,
}: TwoArmedOptions): TwoArmedOutcome {
  const base = startingPolicy(startingLogit);
  let policy = base;
  let memory: ObjectiveMemory = EMPTY_MEMORY;
  const before = goodShare(policy);
  for (let update = 0; update < updates; update++) {
    const { batch, words } = collect(objective, policy, base, worth, new RandomStream(seed, 'two-armed', update));
    const context = { discount: 1, progress: update / updates, tokenLimit: 2 * TURNS, memory };
    const plan = planBatch(objective, batch, context);
    memory = plan.memory;
    for (let step = 0; step < steps; step++) {
      const now = policy.statistics(words, base);
      const coupling = isCoupled(objective) ? { coupling: couplingOf(plan, now.logProbs) } : {};
      const loss = lossOfPart(
        plan,
        batch.map((_, index) => index),
        now,
        coupling,
      );
      const gradient = policy.gradient(words, base, loss);
      const length = Math.sqrt([...gradient.values()].flat().reduce((sum, value) => sum + value * value, 0));
      if (length > 1e-12) policy = policy.moved(gradient, -0.15 / length);
    }
  }
  return { before, after: goodShare(policy), entropy: armEntropy(policy) };
}

function startingPolicy(logit: number): TabularPolicy {
  const states = Array.from({ length: TURNS }, (_, turn) => turn);
  return new TabularPolicy(
    new Map(
      states.flatMap((turn): [string, number[]][] => [
        [`${turn}`, [logit, 0]],
        [`${turn}/end`, [2.5, 0, -0.5]], // less uncertain than the arm: what matters is decided there
      ]),
    ),
  );
}

/** Mean over turns of the probability of the better arm. */
function goodShare(policy: TabularPolicy): number {
  const chances = Array.from({ length: TURNS }, (_, turn) =>
    Math.exp(policy.logProb({ state: `${turn}`, word: GOOD })),
  );
  return chances.reduce((sum, chance) => sum + chance, 0) / TURNS;
}

function armEntropy(policy: TabularPolicy): number {
  const entropies = Array.from({ length: TURNS }, (_, turn) => {
    const logs = logSoftmax(policy.logitsAt(`${turn}`));
    return -logs.reduce((sum, value) => sum + Math.exp(value) * value, 0);
  });
  return entropies.reduce((sum, value) => sum + value, 0) / TURNS;
}

interface Collected {
  readonly batch: readonly Trajectory[];
  /** Of all trajectories in order. */
  readonly words: readonly Word[];
}

function collect(
  objective: Objective,
  policy: TabularPolicy,
  base: TabularPolicy,
  worth: number,
  random: RandomStream,
): Collected {
  const sources = sourcesOf(objective);
  const batch: Trajectory[] = [];
  const words: Word[] = [];
  const rewarded = (turns: readonly (readonly Word[])[]) => withRewards(turns, worth);
  const play = (by: TabularPolicy, temperature = 1) =>
    rewarded(Array.from({ length: TURNS }, (_, turn) => drawStrategy(by, turn, random, temperature)));
  const add = (
    episode: WrittenEpisode,
    sampler: TabularPolicy,
    about: Partial<Trajectory> & { temperature?: number },
  ) => {
    words.push(...wordsOf(episode));
    batch.push(withBeliefs(trajectoryOf(episode, sampler, base, { ...about, kind: kindOf(episode) })));
  };
  // Whoever helps makes the better arm likelier; nobody is told why.
  const helped = policy.moved(new Map([0, 1].map((turn) => [`${turn}`, [1.5, 0]])), 1);
  for (let scenario = 0; scenario < SCENARIOS; scenario++) {
    const seat: SeatIndex = scenario % 2 === 0 ? 0 : 1;
    const about = { seat, scenario: `${scenario}`, group: `${scenario}/${seat}` };
    const from = (source: Source) => ({ ...about, source });
    let first: { readonly index: number; readonly episode: WrittenEpisode } | null = null;
    for (let member = 0; member < EPISODES; member++) {
      const parent = member === EPISODES - 1 ? first : null;
      const shared: readonly Word[] | null = parent?.episode.turns[0]?.words ?? null;
      const episode: WrittenEpisode = shared ? rewarded([shared, drawStrategy(policy, 1, random, 1)]) : play(policy);
      first ??= { index: batch.length, episode };
      add(episode, policy, { ...from('policy'), fork: parent ? { parent: parent.index, sharedTurns: 1 } : null });
    }
    if (sources.has('guided')) add(play(helped), helped, from('guided'));
    if (sources.has('demonstration'))
      add(rewarded([0, 1].map((turn) => strategy(turn, GOOD, 0))), policy, from('demonstration'));
    if (sources.has('tempered')) add(play(policy, 1.2), policy, { ...from('tempered'), temperature: 1.2 });
  }
  return { batch, words };
}

function drawStrategy(policy: TabularPolicy, turn: number, random: RandomStream, temperature: number): Word[] {
  return strategy(turn, policy.draw(`${turn}`, random, temperature), policy.draw(`${turn}/end`, random, temperature));
}

function strategy(turn: number, arm: number, end: number): Word[] {
  return [
    { state: `${turn}`, word: arm },
    { state: `${turn}/end`, word: end },
  ];
}

function withRewards(turns: readonly (readonly Word[])[], worth: number): WrittenEpisode {
  const earned = (worth * turns.filter(([arm]) => arm?.word === GOOD).length) / turns.length;
  return { turns: turns.map((words, turn) => ({ words, reward: turn === turns.length - 1 ? earned : 0 })) };
}

/** What was tried: the arms in order. */
function kindOf({ turns }: WrittenEpisode): string {
  return turns.map(({ words }) => `${words[0]?.word}`).join(' ');
}

/** The belief before a turn that the goal will be met: what has been reached, and half of what is left. */
function withBeliefs(trajectory: Trajectory): Trajectory {
  const arms = (trajectory.kind ?? '').split(' ').map(Number);
  return {
    ...trajectory,
    turns: trajectory.turns.map((turn, index) => {
      const reached = arms.slice(0, index).filter((arm) => arm === GOOD).length;
      const situation = { offerValue: null, proposalValue: null, turnsLeft: TURNS - index };
      return { ...turn, situation, belief: (reached + (TURNS - index) / 2) / TURNS };
    }),
  };
}
