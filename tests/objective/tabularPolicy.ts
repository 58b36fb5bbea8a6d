import type { RandomStream } from '../../src/base/random.ts';
import type { Trajectory } from '../../src/training/objective/batch.ts';
import type { LossAndCoefficients, TokenStatistics } from '../../src/training/objective/lossOfPart.ts';
import { logSoftmax, STATISTIC_NAMES, tokenReference } from './softmax.ts';

/** One word that was written, and the state in which it was. */
export interface Word {
  readonly state: string;
  readonly word: number;
}

/** A softmax policy with its own logits for every state: the smallest thing that an objective can train. */
export class TabularPolicy {
  readonly logits: ReadonlyMap<string, readonly number[]>;

  constructor(logits: ReadonlyMap<string, readonly number[]>) {
    this.logits = logits;
  }

  logitsAt(state: string): readonly number[] {
    const logits = this.logits.get(state);
    if (!logits) throw new Error(`no state ${state}`);
    return logits;
  }

  logProb({ state, word }: Word, temperature = 1): number {
    return logSoftmax(this.logitsAt(state), temperature)[word] ?? NaN;
  }

  draw(state: string, random: RandomStream, temperature = 1): number {
    const probabilities = logSoftmax(this.logitsAt(state), temperature).map(Math.exp);
    let left = random.uniform();
    const word = probabilities.findIndex((probability) => (left -= probability) < 0);
    return word < 0 ? probabilities.length - 1 : word;
  }

  /** The policy after a step of `rate` along `gradient`. */
  moved(gradient: ReadonlyMap<string, readonly number[]>, rate: number): TabularPolicy {
    return new TabularPolicy(
      new Map(
        [...this.logits].map(([state, logits]) => {
          const slope = gradient.get(state);
          return [state, slope ? logits.map((value, index) => value + rate * (slope[index] ?? 0)) : logits];
        }),
      ),
    );
  }

  /** One logit of one state changed: for finite differences. */
  nudged(state: string, index: number, by: number): TabularPolicy {
    return this.moved(new Map([[state, this.logitsAt(state).map((_, other) => (other === index ? by : 0))]]), 1);
  }

  /** What an engine would say of these words. */
  statistics(words: readonly Word[], base: TabularPolicy): TokenStatistics {
    const all = words.map(
      ({ state, word }) => tokenReference(this.logitsAt(state), base.logitsAt(state), word).statistics,
    );
    return {
      logProbs: all.map(({ logProb }) => logProb),
      entropies: all.map(({ entropy }) => entropy),
      klToBase: all.map(({ klToBase }) => klToBase),
      klFromBase: all.map(({ klFromBase }) => klFromBase),
    };
  }

  /** d loss / d logits by the chain rule, as the engine's backward pass does it from the four coefficients. */
  gradient(
    words: readonly Word[],
    base: TabularPolicy,
    coefficients: Pick<LossAndCoefficients, (typeof STATISTIC_NAMES)[number]>,
  ): Map<string, number[]> {
    const sums = new Map<string, number[]>();
    words.forEach(({ state, word }, token) => {
      const { gradients } = tokenReference(this.logitsAt(state), base.logitsAt(state), word);
      const sum = sums.get(state) ?? gradients.map(() => 0);
      gradients.forEach((gradient, index) => {
        for (const name of STATISTIC_NAMES) {
          sum[index] = (sum[index] ?? 0) + (coefficients[name][token] ?? NaN) * gradient[name];
        }
      });
      sums.set(state, sum);
    });
    return sums;
  }
}

/** An episode of words: turns with their rewards. */
export interface WrittenEpisode {
  readonly turns: readonly { readonly words: readonly Word[]; readonly reward: number }[];
}

/** The words of an episode in order. */
export function wordsOf({ turns }: WrittenEpisode): Word[] {
  return turns.flatMap(({ words }) => words);
}

/** An episode as the objective sees it, sampled by `sampler`. */
export function trajectoryOf(
  episode: WrittenEpisode,
  sampler: TabularPolicy,
  base: TabularPolicy,
  changes: Partial<Omit<Trajectory, 'turns' | 'tokens'>> & { readonly temperature?: number } = {},
): Trajectory {
  const words = wordsOf(episode);
  const { logProbs, entropies } = sampler.statistics(words, base);
  const { temperature = 1, ...about } = changes;
  return {
    seat: 0,
    scenario: 's',
    group: 's/0',
    source: 'policy',
    outcome: episode.turns.reduce((sum, { reward }) => sum + reward, 0),
    isCutOff: false,
    kind: null,
    fork: null,
    ...about,
    turns: episode.turns.map(({ words: own, reward }) => ({
      reward,
      tokenCount: own.length,
      situation: null,
      value: null,
      belief: null,
    })),
    tokens: {
      logProbs: temperature === 1 ? logProbs : words.map((word) => sampler.logProb(word, temperature)),
      entropies,
      proximalLogProbs: null,
      baseLogProbs: words.map((word) => base.logProb(word)),
      temperedLogProbs: words.map((word) => sampler.logProb(word, 1.2)),
      isTrained: null,
    },
  };
}
