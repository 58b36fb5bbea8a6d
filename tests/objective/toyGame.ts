import { RandomStream } from '../../src/base/random.ts';
import { TabularPolicy, type Word, type WrittenEpisode } from './tabularPolicy.ts';

/**
 * A game that can be enumerated, in which the policy decides how long an episode and how long a turn is. In each of at most
 * `turns` turns it stops (word 0), goes on (word 1), or says something first (word 2) and then stops or goes on. Stopping
 * pays by the turn and by how it was said; going on pays a little; going on in the last turn pays nothing more.
 */
export const TURNS = 2;

export interface ToyEpisode extends WrittenEpisode {
  readonly probability: number;
}

const STOP = 0;
const TALK = 2;

/** Logits drawn at random, different in every state. */
export function toyPolicy(seed: number): TabularPolicy {
  const random = new RandomStream(seed, 'toy');
  const logits = new Map<string, number[]>();
  for (let turn = 0; turn < TURNS; turn++) {
    logits.set(`${turn}`, [random.normal(), random.normal(), random.normal()]);
    logits.set(`${turn}/said`, [random.normal(), random.normal()]);
  }
  return new TabularPolicy(logits);
}

/** Every episode with its probability under the policy. */
export function toyEpisodes(policy: TabularPolicy): ToyEpisode[] {
  return continuations(policy, 0).map((episode) => ({ ...episode, turns: [...episode.turns] }));
}

function continuations(policy: TabularPolicy, turn: number): ToyEpisode[] {
  if (turn === TURNS) return [{ probability: 1, turns: [] }];
  const choose = (words: readonly Word[], probability: number): ToyEpisode[] => {
    const last = words.at(-1)?.word;
    const wasSaid = words.length > 1;
    if (last === STOP) {
      const reward = 1 + 0.7 * turn + (wasSaid ? 0.4 : 0);
      return [{ probability, turns: [{ words, reward }] }];
    }
    return continuations(policy, turn + 1).map((rest) => ({
      probability: probability * rest.probability,
      turns: [{ words, reward: wasSaid ? -0.1 : 0.2 }, ...rest.turns],
    }));
  };
  return [0, 1, 2].flatMap((word) => {
    const first: Word = { state: `${turn}`, word };
    const chance = Math.exp(policy.logProb(first));
    if (word !== TALK) return choose([first], chance);
    return [0, 1].flatMap((next) => {
      const second: Word = { state: `${turn}/said`, word: next };
      return choose([first, second], chance * Math.exp(policy.logProb(second)));
    });
  });
}

/** What an episode is worth. */
export type Worth = (episode: ToyEpisode) => number;
export const totalReward: Worth = ({ turns }) => turns.reduce((sum, { reward }) => sum + reward, 0);

/** d/dlogits of `value(policy)`, by central differences of the enumerated expectation. */
export function trueGradient(policy: TabularPolicy, value: (policy: TabularPolicy) => number): Map<string, number[]> {
  const step = 1e-5;
  return new Map(
    [...policy.logits].map(([state, logits]) => [
      state,
      logits.map(
        (_, index) =>
          (value(policy.nudged(state, index, step)) - value(policy.nudged(state, index, -step))) / (2 * step),
      ),
    ]),
  );
}

export function expectedWorth(policy: TabularPolicy, worth: Worth = totalReward): number {
  return toyEpisodes(policy).reduce((sum, episode) => sum + episode.probability * worth(episode), 0);
}
