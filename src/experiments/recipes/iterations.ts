import type { Interval } from '../../base/statistics.ts';
import type { EpisodeResult, ExperimentOrder, Member } from '../../record/experiment.ts';
import type { Section } from '../../record/experimentReport.ts';
import { BASE, iterationRules, iterationsOf, poolCell, workOfIteration, type Iteration } from '../iteration.ts';
import { epochsOf, ITERATION_SETTINGS, methodOf, numberSetting, startOf } from '../iterationSettings.ts';
import type { Known } from '../known.ts';
import type { Recipe, Stage } from '../recipe.ts';
import { changeTable, formatInterval, heading, text } from '../report/tables.ts';
import { eloIntervals, type Game } from '../statistics/elo.ts';
import { summarise } from '../summarise.ts';

/** Roll out with the newest strategist, against itself and a pool, learn, evaluate, and again, until it brings nothing more. */
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
      const rules = iterationRules(order, seed);
      const rounds = iterationsOf(order, known, rules).filter(({ mean }) => mean !== null);
      return [
        heading(`Seed ${seed}`),
        text(
          `${describeLearning(order)} Validation split. A candidate is promoted when the interval of its gain over the champion, against the same pool on the same scenarios, is above the margin.`,
        ),
        roundsTable(rounds),
        curve(rounds),
        ...changes(order, known, rounds),
        ...ratings(order, known, rounds),
        partnerTable(order, known, rounds),
        manifest(order, known, rounds),
      ];
    }),
};

/** How rounds learn, for people. */
function describeLearning(order: ExperimentOrder): string {
  const [epochs, start, selfPlayShare] = [epochsOf(order), startOf(order), numberSetting(order, 'selfPlayShare')];
  const times = epochs === 1 ? 'once' : `${epochs} times`;
  const begins = `beginning with the weights of the ${start === 'newest' ? 'newest strategist' : start}`;
  const learning =
    methodOf(order) === 'offline'
      ? `In every round the ${start === 'champion' ? 'champion' : 'newest strategist'} plays ${order.updates * order.episodesPerUpdate} dialogues; then Equation 5 learns from them alone, each ${times}, ${begins}.`
      : `Every round learns from its own dialogues as it goes, each ${times}, ${begins}.`;
  return selfPlayShare === 1
    ? `${learning} The strategist sits on both seats.`
    : `${learning} It sits on both seats in ${selfPlayShare} of the training scenarios; in the others somebody of the pool sits opposite, each equally often.`;
}

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
        return resultsAgainst(order, known, member, against).flatMap((result) => {
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

/** The best strategist beside the base, against the frozen base. */
function changes(order: ExperimentOrder, known: Known, rounds: readonly Iteration[]): Section[] {
  const best = rounds.findLast(({ isPromoted }) => isPromoted) ?? rounds.at(-1);
  if (!best) return [];
  const [before, after] = [BASE, best.candidate].map((member) => ({
    label: member.name,
    results: resultsAgainst(order, known, member, BASE),
  }));
  return before && after ? [changeTable('Before and after, against the frozen base', before, after)] : [];
}

/** Every round against everybody of its pool. */
function partnerTable(order: ExperimentOrder, known: Known, rounds: readonly Iteration[]): Section {
  const orDash = (interval: Interval | null | undefined) => (interval ? formatInterval(interval) : '–');
  return {
    kind: 'table',
    title: 'Every round against each of its pool',
    columns: ['round', 'partner', 'opposite in training', 'n', 'points', 'partner’s points', 'margin', 'agreement'],
    rows: rounds.flatMap(({ candidate, training, pool }) =>
      pool.flatMap((against) => {
        const results = resultsAgainst(order, known, candidate, against);
        if (results.length === 0) return [];
        const { points, partnerPoints, margin, agreementShare } = summarise(results);
        return [
          [
            candidate.name,
            against.name,
            formatShare(shareOpposite(training, against)),
            String(results.length),
            orDash(points),
            orDash(partnerPoints),
            orDash(margin),
            formatInterval(agreementShare, 3),
          ],
        ];
      }),
    ),
  };
}

function resultsAgainst(order: ExperimentOrder, known: Known, member: Member, against: Member): EpisodeResult[] {
  const { cells, episodes } = poolCell(order, member, against);
  return cells.flatMap((cell) => known.episodes(cell, episodes) ?? []);
}

/** Of the training scenarios, those in which the member is expected to sit opposite. */
function shareOpposite({ opponents }: Iteration['training'], { name }: Member): number {
  if (!opponents?.members.some((member) => member.name === name)) return 0;
  return (1 - opponents.selfPlayShare) / opponents.members.length;
}

const formatShare = (share: number) => (share === 0 ? '–' : `${(100 * share).toFixed(0)} %`);

/** What would have to be the same for the same numbers: weights, seeds, scenarios. */
function manifest(order: ExperimentOrder, known: Known, rounds: readonly Iteration[]): Section {
  return {
    kind: 'table',
    title: 'Manifest of the rounds',
    columns: ['round', 'run', 'seed', 'begins with', 'played by', 'sha-256 of the checkpoint', 'scenarios'],
    rows: rounds.map(({ candidate, training, pool }) => {
      const { runId, config, origin, playedBy } = training;
      const [first] = pool;
      const results = first ? resultsAgainst(order, known, candidate, first) : [];
      const nameOf = (weights: typeof origin) =>
        weights ? `${weights.runId}, update ${weights.updates}` : 'base model';
      return [
        candidate.name,
        runId,
        String(config.seed),
        nameOf(origin),
        playedBy === undefined ? 'itself, as it learns' : nameOf(playedBy),
        known.milestone(runId, config.updates)?.sha256 ?? '–',
        `${order.environment}, validation, ${new Set(results.map(({ cluster }) => cluster)).size} canonical`,
      ];
    }),
  };
}
