import type { Interval } from '../../base/statistics.ts';
import { percentileIntervals } from './bootstrap.ts';

/** One game between two players: 1 when the first earned more, 0 when the second did, ½ when neither. */
export interface Game {
  readonly cluster: string;
  readonly first: string;
  readonly second: string;
  readonly score: number;
}

/** Points of the scale per factor ten of the odds, as in chess. */
const SCALE = 400;
const STEPS = 200;
/** Every one fits all ratings anew. */
const RESAMPLES = 400;
/** Two games per player, one won and one lost, against somebody rated 0: nobody is infinitely good. */
const PRIOR_GAMES = 2;

/**
 * Ratings on the Elo scale that fit all games at once: maximum likelihood of the Bradley–Terry model (Bradley & Terry 1952)
 * `P(first wins) = 1 / (1 + 10^((r_second − r_first) / 400))` with a weak prior, by the minorisation of Hunter (2004). A draw
 * is half a win. Ratings mean nothing by themselves, only their differences do: `anchor` is at 0.
 *
 * @throws RangeError when the anchor has no game
 */
export function eloRatings(games: readonly Game[], anchor: string): Map<string, number> {
  const players = [...new Set(games.flatMap(({ first, second }) => [first, second]))].sort();
  if (!players.includes(anchor)) throw new RangeError(`eloRatings: ${anchor} has played no game`);
  const pairs = pairsOf(games);
  const wins = new Map(players.map((player) => [player, PRIOR_GAMES / 2]));
  for (const { first, second, score } of games) {
    wins.set(first, (wins.get(first) ?? 0) + score);
    wins.set(second, (wins.get(second) ?? 0) + 1 - score);
  }
  let strengths = new Map(players.map((player) => [player, 1]));
  for (let step = 0; step < STEPS; step++) {
    const load = new Map(players.map((player) => [player, PRIOR_GAMES / ((strengths.get(player) ?? 1) + 1)]));
    for (const { first, second, count } of pairs) {
      const share = count / ((strengths.get(first) ?? 1) + (strengths.get(second) ?? 1));
      load.set(first, (load.get(first) ?? 0) + share);
      load.set(second, (load.get(second) ?? 0) + share);
    }
    strengths = new Map(players.map((player) => [player, (wins.get(player) ?? 0) / (load.get(player) ?? 1)]));
  }
  const zero = Math.log10(strengths.get(anchor) ?? 1);
  return new Map(players.map((player) => [player, SCALE * (Math.log10(strengths.get(player) ?? 1) - zero)]));
}

/** The same with 95 % intervals: whole clusters of games are drawn with replacement. */
export function eloIntervals(games: readonly Game[], anchor: string, seed = 0): Map<string, Interval> {
  const ratings = eloRatings(games, anchor);
  const players = [...ratings.keys()];
  const clusters = new Map<string, Game[]>();
  for (const game of games) clusters.set(game.cluster, [...(clusters.get(game.cluster) ?? []), game]);
  const groups = [...clusters.values()];
  const intervals = percentileIntervals(
    [...ratings.values()],
    groups.length,
    seed,
    (drawn) => {
      const resampled = drawn.flatMap((index) => groups[index] ?? []);
      if (!resampled.some(({ first, second }) => first === anchor || second === anchor)) return null;
      const drawnRatings = eloRatings(resampled, anchor);
      return players.map((player) => drawnRatings.get(player) ?? 0);
    },
    RESAMPLES,
  );
  return new Map(players.map((player, place) => [player, intervals[place] ?? { mean: 0, low: 0, high: 0 }]));
}

function pairsOf(games: readonly Game[]): { first: string; second: string; count: number }[] {
  const pairs = new Map<string, { first: string; second: string; count: number }>();
  for (const { first, second } of games) {
    const key = JSON.stringify([first, second]);
    const pair = pairs.get(key) ?? { first, second, count: 0 };
    pair.count += 1;
    pairs.set(key, pair);
  }
  return [...pairs.values()];
}
