import type { ExperimentOrder, Training } from '../../record/experiment.ts';
import type { Section } from '../../record/experimentReport.ts';
import type { Split } from '../../record/scenario.ts';
import type { Recipe } from '../recipe.ts';
import type { Known } from '../known.ts';
import type { Work } from '../parts.ts';
import { heading, pointsTable } from '../report/tables.ts';
import { summarise } from '../summarise.ts';
import { base, cellOf, conditionsOf, playing, settingOf, trained, trainingFor, type Pool } from './conditions.ts';

/** Points on the curve, the base not counted. */
const ROUNDS = 5;

/** Self-play, round after round: the paper's figure 3. */
export const scaling: Recipe = {
  name: 'self-play-scaling',
  title: 'Self-play over rounds, on training and on held-out scenarios',
  question: 'How do points grow with rounds of self-play, on the scenarios of the training and on others?',
  defaults: { seeds: [1, 2], updates: 100, episodes: 400 },
  ownSettings: { rounds: { fallback: ROUNDS, label: 'Points on the curve' } },
  stages: (order) => [
    () =>
      trainings(order).flatMap((training) =>
        milestones(order).map((updates, round, all): Work => ({
          kind: 'train',
          training,
          from: all[round - 1] ?? 0,
          updates,
        })),
      ),
    () => playing(CURVES.flatMap(({ split, isSelfPlay }) => poolsOf(order, split, isSelfPlay).map(({ pool }) => pool))),
  ],
  report(order, known) {
    return [
      heading('Points over rounds'),
      curves('Self-play, per seat', order, known, true),
      curves('Against the frozen base', order, known, false),
      pointsTable(
        'Every point',
        CURVES.flatMap(({ label, split, isSelfPlay }) =>
          poolsOf(order, split, isSelfPlay).flatMap(({ pool, updates }) =>
            conditionsOf([{ ...pool, label: `${label}, ${updates} updates` }], known),
          ),
        ),
      ),
    ];
  },
};

const CURVES: readonly { readonly label: string; readonly split: Split; readonly isSelfPlay: boolean }[] = [
  { label: 'self-play, train', split: 'train', isSelfPlay: true },
  { label: 'self-play, test', split: 'test', isSelfPlay: true },
  { label: 'against the base, train', split: 'train', isSelfPlay: false },
  { label: 'against the base, test', split: 'test', isSelfPlay: false },
];

const trainings = (order: ExperimentOrder): Training[] =>
  order.seeds.map((seed) => trainingFor(order, { name: 'default', model: order.models[0] ?? '', seed }));

/** Ascending; the last is the end of the training. */
function milestones(order: ExperimentOrder): number[] {
  const rounds = Math.min(settingOf(order, 'rounds', ROUNDS), order.updates);
  const ends = Array.from({ length: rounds }, (_, round) => Math.round(((round + 1) * order.updates) / rounds));
  return [...new Set(ends)];
}

function poolsOf(order: ExperimentOrder, split: Split, isSelfPlay: boolean): { updates: number; pool: Pool }[] {
  return [0, ...milestones(order)].map((updates) => {
    const players = updates === 0 ? [base()] : trainings(order).map((one) => trained(one, 1, updates));
    const cells = players.map((player) => cellOf(order, player, { split, partner: isSelfPlay ? player : base() }));
    return { updates, pool: { label: String(updates), cells, episodes: order.episodes } };
  });
}

function curves(title: string, order: ExperimentOrder, known: Known, isSelfPlay: boolean): Section {
  return {
    kind: 'lines',
    title,
    xLabel: 'updates',
    unit: isSelfPlay ? 'mean points of both seats' : 'points',
    series: CURVES.filter((curve) => curve.isSelfPlay === isSelfPlay).map(({ label, split }) => ({
      label,
      points: poolsOf(order, split, isSelfPlay).flatMap(({ updates, pool }) =>
        conditionsOf([pool], known).flatMap(({ results }) => {
          const { points, bothPoints } = summarise(results);
          const y = isSelfPlay ? bothPoints : points;
          return y ? [{ x: updates, y }] : [];
        }),
      ),
    })),
  };
}
