import type { Environment } from '../environment/environment.ts';
import type { SpeechMetrics } from '../record/evaluation.ts';
import type { Action } from '../record/episode.ts';
import type { Scenario, SeatIndex } from '../record/scenario.ts';
import type { PlayedEpisode, PlayedTurn } from './rollout.ts';
import { clusteredMean, type Sample } from '../base/statistics.ts';

/** Tells whether an utterance states a private fact that its strategy did not ask for. */
export type LeakRule<State> = (state: State, strategy: string | null, utterance: string) => boolean;

/** An episode and the seat in it that is measured. */
export interface Measured<S extends Scenario, A extends Action> {
  readonly episode: PlayedEpisode<S, A>;
  readonly seat: SeatIndex;
}

/** A turn, the state it was taken in, and the situation it belongs to. */
interface Spoken<State, A extends Action> {
  readonly turn: PlayedTurn<A>;
  readonly state: State;
  readonly cluster: string;
}

/**
 * How well the measured seats speak: what the environment's own reader makes of each of their turns. Shares are means
 * over turns with intervals clustered by canonical scenario; null where there is nothing to count.
 */
export function measureSpeech<State, S extends Scenario, A extends Action>(
  environment: Environment<State, S, A>,
  turnLimit: number,
  measured: readonly Measured<S, A>[],
  isLeak: LeakRule<State> | null,
): SpeechMetrics {
  const turns = measured.flatMap((one) => [...spokenTurns(environment, turnLimit, one)]);
  const read = turns.filter(({ turn }) => turn.strategyReading !== null);
  const checked = turns.filter(({ turn }) => typeof turn.strategyReading?.isFollowed === 'boolean');
  const share = (among: readonly Spoken<State, A>[], holds: (spoken: Spoken<State, A>) => boolean) => {
    const samples = among.map((spoken): Sample => ({ cluster: spoken.cluster, value: holds(spoken) ? 1 : 0 }));
    return samples.length === 0 ? null : clusteredMean(samples);
  };
  const isFollowed = ({ turn }: Spoken<State, A>) => turn.strategyReading?.isFollowed === true;
  return {
    turns: turns.length,
    legalShare: share(turns, ({ turn }) => turn.action.kind !== 'invalid'),
    readableShare: share(read, ({ turn }) => turn.strategyReading?.family != null),
    applicableShare: share(read, ({ turn }) => turn.strategyReading?.isApplicable === true),
    followedShare: share(checked, isFollowed),
    copiedShare: share(
      checked.filter(({ turn }) => AN_AMOUNT.test(turn.strategy ?? '')),
      isFollowed,
    ),
    leakShare: isLeak && share(turns, ({ state, turn: { strategy, utterance } }) => isLeak(state, strategy, utterance)),
    followedByFamily: byFamily(checked),
    firstFamilyEntropy: entropyOf(
      measured.flatMap(({ episode, seat }) => {
        const first = episode.turns.find((turn) => turn.seat === seat);
        return first?.strategyReading ? [first.strategyReading.family ?? 'unreadable'] : [];
      }),
    ),
    distinct2: distinctBigrams(turns.map(({ turn }) => turn.utterance)),
  };
}

/** Plays the recorded actions again, for the states they were taken in. */
function* spokenTurns<State, S extends Scenario, A extends Action>(
  environment: Environment<State, S, A>,
  turnLimit: number,
  { episode, seat }: Measured<S, A>,
): Generator<Spoken<State, A>> {
  let state = environment.start(episode.scenario, turnLimit);
  for (const turn of episode.turns) {
    if (turn.seat === seat) yield { turn, state, cluster: episode.scenario.canonicalId };
    state = environment.step(state, turn.action);
  }
}

/** A number that is to be said as it stands; “1 more” is reckoned from something else. */
const AN_AMOUNT = /\b\d+\b(?! (more|less)\b)/;

/** How often each family of strategies was carried out, the most frequent family first. */
function byFamily<State, A extends Action>(checked: readonly Spoken<State, A>[]): SpeechMetrics['followedByFamily'] {
  const counts = new Map<string, { family: string; turns: number; followed: number }>();
  for (const { turn } of checked) {
    const family = turn.strategyReading?.family ?? 'unreadable';
    const count = counts.get(family) ?? { family, turns: 0, followed: 0 };
    counts.set(family, count);
    count.turns++;
    if (turn.strategyReading?.isFollowed) count.followed++;
  }
  return [...counts.values()].sort((one, other) => other.turns - one.turns);
}

/** Entropy of the empirical distribution, in nats; 0 of nothing. */
function entropyOf(labels: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const share = count / labels.length;
    return sum - share * Math.log(share);
  }, 0);
}

/** Different pairs of neighbouring words as a share of all pairs (distinct-2, Li et al. 2016, arXiv 1510.03055). */
function distinctBigrams(texts: readonly string[]): number {
  const pairs = texts.flatMap((text) => {
    const words = text.toLowerCase().split(/\s+/);
    return words.slice(1).map((word, index) => `${words[index]} ${word}`);
  });
  return pairs.length === 0 ? 0 : new Set(pairs).size / pairs.length;
}
