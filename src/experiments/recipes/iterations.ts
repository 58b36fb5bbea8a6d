import type { EpisodeResult, ExperimentOrder } from '../../record/experiment.ts';
import type { Section } from '../../record/experimentReport.ts';
import {
  ITERATION_SETTINGS,
  iterationRules,
  iterationsOf,
  poolCell,
  workOfIteration,
  type Iteration,
} from '../iteration.ts';
import type { Known } from '../known.ts';
import type { Recipe, Stage } from '../recipe.ts';
import { formatInterval, heading, text } from '../report/tables.ts';
import { eloIntervals, type Game } from '../statistics/elo.ts';
import { summarise } from '../summarise.ts';

/** Roll out with the newest strategist on both seats, learn, evaluate, and again, until it brings nothing more. */
export const iterations: Recipe = {
  name: 'iterations',
  title: 'Iterated self-play with a partner pool',
  question: 'How far do rounds of self-play get before they bring nothing more, and who is better than whom?',
  defaults: { seeds: [1], updates: 20, episodes: 400 },
  ownSettings: ITERATION_SETTINGS,
  stages: (order) =>
    order.seeds.flatMap((seed) => {
      const rules = iterationRules(order, seed);
      return Array.from({ length: rules.most }, (_, index): Stage[] => {
        const at = (known: Known) => {
          const iteration = iterationsOf(order, known, rules)[index];
          return iteration ? workOfIteration(order, iteration) : null;
        };
        return [(known) => at(known)?.[0] ?? [], (known) => at(known)?.[1] ?? []];
      }).flat();
    }),
  report: (order, known) =>
    order.seeds.flatMap((seed): Section[] => {
      const rounds = iterationsOf(order, known, iterationRules(order, seed)).filter(({ mean }) => mean !== null);
      return [
        heading(`Seed ${seed}`),
        text(
          'Validation split. A candidate is promoted when the interval of its gain over the champion, against the same pool on the same scenarios, is above the margin.',
        ),
        roundsTable(rounds),
        curve(rounds),
        ...ratings(order, known, rounds),
        ...rounds.slice(-1).map((round) => partnerTable(order, known, round)),
        manifest(order, known, rounds),
      ];
    }),
};

function roundsTable(rounds: readonly Iteration[]): Section {
  return {
    kind: 'table',
    title: 'Rounds',
    columns: ['round', 'updates', 'points over the pool', 'gain over the champion', 'champion before', 'promoted'],
    rows: rounds.map(({ candidate, training, mean, gain, champion, isPromoted }) => [
      candidate.name,
      String(training.config.updates),
      mean?.toFixed(2) ?? '–',
      gain ? formatInterval(gain) : '–',
      champion.name,
      isPromoted ? 'yes' : 'no',
    ]),
  };
}

function curve(rounds: readonly Iteration[]): Section {
  const points = rounds.flatMap(({ index, gain }) => (gain ? [{ x: index + 1, y: gain }] : []));
  return {
    kind: 'lines',
    title: 'Gain over the champion of the time',
    xLabel: 'round',
    unit: 'points',
    series: [{ label: 'gain', points }],
  };
}

/** Who earned more in each game that was played on the way. */
function ratings(order: ExperimentOrder, known: Known, rounds: readonly Iteration[]): Section[] {
  const played = new Set<string>();
  const games = rounds.flatMap(({ candidate, champion, pool }) =>
    [candidate, champion].flatMap((member) =>
      pool.flatMap((against): Game[] => {
        const key = `${member.name} ${against.name}`;
        if (member.name === against.name || played.has(key)) return [];
        played.add(key);
        const { cells, episodes } = poolCell(order, member, against);
        return cells
          .flatMap((cell) => known.episodes(cell, episodes) ?? [])
          .flatMap((result) => {
            const score = scoreOf(result);
            return score === null ? [] : [{ cluster: result.cluster, first: member.name, second: against.name, score }];
          });
      }),
    ),
  );
  if (!games.some(({ first, second }) => first === 'base' || second === 'base')) return [];
  const rows = [...eloIntervals(games, 'base')].map(([label, interval]) => ({ label, interval }));
  return [
    {
      kind: 'dots',
      title: 'Elo by who earned more, base at 0',
      unit: 'Elo',
      rows: rows.sort((one, two) => two.interval.mean - one.interval.mean),
    },
    text('Elo knows only who earned more than the other. Whoever makes no deal draws: read it beside the points.'),
  ];
}

function scoreOf({ points, partnerPoints }: EpisodeResult): number | null {
  if (points === null || partnerPoints === null) return null;
  return points > partnerPoints ? 1 : points < partnerPoints ? 0 : 0.5;
}

function partnerTable(order: ExperimentOrder, known: Known, { candidate, pool }: Iteration): Section {
  return {
    kind: 'table',
    title: `${candidate.name} against each of the pool`,
    columns: ['partner', 'n', 'points', 'partner’s points', 'agreement'],
    rows: pool.flatMap((against) => {
      const { cells, episodes } = poolCell(order, candidate, against);
      const results = cells.flatMap((cell) => known.episodes(cell, episodes) ?? []);
      if (results.length === 0) return [];
      const { points, partnerPoints, agreementShare } = summarise(results);
      const orDash = (interval: typeof points) => (interval ? formatInterval(interval) : '–');
      return [
        [
          against.name,
          String(results.length),
          orDash(points),
          orDash(partnerPoints),
          formatInterval(agreementShare, 3),
        ],
      ];
    }),
  };
}

/** What would have to be the same for the same numbers: weights, seeds, scenarios. */
function manifest(order: ExperimentOrder, known: Known, rounds: readonly Iteration[]): Section {
  return {
    kind: 'table',
    title: 'Manifest of the rounds',
    columns: ['round', 'run', 'seed', 'begins with', 'sha-256 of the checkpoint', 'scenarios'],
    rows: rounds.map(({ candidate, training, pool }) => {
      const { runId, config, origin } = training;
      const [first] = pool;
      const results = first
        ? poolCell(order, candidate, first).cells.flatMap((cell) => known.episodes(cell, order.episodes) ?? [])
        : [];
      return [
        candidate.name,
        runId,
        String(config.seed),
        origin ? `${origin.runId}, update ${origin.updates}` : 'base model',
        known.milestone(runId, config.updates)?.sha256 ?? '–',
        `${order.environment}, validation, ${new Set(results.map(({ cluster }) => cluster)).size} canonical`,
      ];
    }),
  };
}
