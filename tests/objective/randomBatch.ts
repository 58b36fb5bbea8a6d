import { RandomStream } from '../../src/base/random.ts';
import type { Source, Trajectory } from '../../src/training/objective/batch.ts';
import type { TokenStatistics } from '../../src/training/objective/lossOfPart.ts';
import { sourcesOf } from '../../src/training/objective/needs.ts';
import type { Objective } from '../../src/training/objective/parts.ts';

export interface RandomBatch {
  readonly batch: readonly Trajectory[];
  readonly statistics: readonly TokenStatistics[];
}

const SCENARIOS = 3;
const OWN_EPISODES = 4;

/** Ragged trajectories with everything that any objective may ask for; of every source that this one learns from. */
export function randomBatch(seed: number, objective: Objective): RandomBatch {
  const random = new RandomStream(seed, 'random batch');
  const extra = [...sourcesOf(objective)].filter((source) => source !== 'policy');
  const trajectories: Trajectory[] = [];
  for (let scenario = 0; scenario < SCENARIOS; scenario++) {
    for (const seat of [0, 1] as const) {
      for (let member = 0; member < OWN_EPISODES; member++)
        trajectories.push(randomTrajectory(random, scenario, seat, 'policy'));
      for (const source of extra) trajectories.push(randomTrajectory(random, scenario, seat, source));
    }
  }
  return {
    batch: trajectories,
    statistics: trajectories.map(({ tokens }) => randomStatistics(random, tokens.logProbs)),
  };
}

function randomTrajectory(random: RandomStream, scenario: number, seat: 0 | 1, source: Source): Trajectory {
  const counts = Array.from({ length: 1 + random.index(3) }, () => 1 + random.index(4));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const logProbs = draw(total, () => -0.05 - 2 * random.uniform());
  const outcome = random.uniform();
  return {
    seat,
    scenario: `${scenario}`,
    group: `${scenario}/${seat}`,
    source,
    outcome,
    isCutOff: random.index(3) === 0,
    kind: random.pick(['split', 'grab', 'yield']),
    fork: null,
    turns: counts.map((tokenCount, turn) => ({
      reward: (turn === counts.length - 1 ? outcome : 0) + 0.2 * random.uniform(),
      tokenCount,
      situation: { offerValue: random.index(11), proposalValue: null, turnsLeft: counts.length - turn },
      value: random.uniform(),
      belief: random.uniform(),
    })),
    tokens: {
      logProbs,
      entropies: draw(total, () => 0.1 + random.uniform()),
      proximalLogProbs: logProbs.map((value) => value + 0.2 * random.normal()),
      baseLogProbs: draw(total, () => -0.05 - 2 * random.uniform()),
      temperedLogProbs: logProbs.map((value) => value + 0.1 * random.normal()),
      isTrained: null,
    },
  };
}

function randomStatistics(random: RandomStream, sampled: ArrayLike<number>): TokenStatistics {
  const count = sampled.length;
  return {
    logProbs: Array.from(sampled, (value) => value + 0.3 * random.normal()),
    entropies: draw(count, () => 0.1 + random.uniform()),
    klToBase: draw(count, () => random.uniform()),
    klFromBase: draw(count, () => random.uniform()),
  };
}

function draw(count: number, one: () => number): number[] {
  return Array.from({ length: count }, one);
}

/** Statistics of a trajectory whose tokens have not moved since they were sampled. */
export function atSampling({ tokens }: Trajectory): TokenStatistics {
  const zeros = Array.from(tokens.logProbs, () => 0);
  return { logProbs: tokens.logProbs, entropies: tokens.entropies, klToBase: zeros, klFromBase: zeros };
}
