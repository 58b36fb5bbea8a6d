import type { ExperimentOrder } from '../../record/experiment.ts';
import type { Section } from '../../record/experimentReport.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import type { Known } from '../known.ts';
import type { Recipe, Stage } from '../recipe.ts';
import { heading, pointsDots, pointsTable, text } from '../report/tables.ts';
import { compareWith } from '../summarise.ts';
import {
  base,
  cellOf,
  conditionsOf,
  playing,
  seedConditionsOf,
  trained,
  training,
  trainingFor,
  type Pool,
} from './conditions.ts';

/** One change to the training. */
export interface Variant {
  readonly name: string;
  readonly knobs: Readonly<Partial<RunConfig>>;
}

/** A recipe that trains each variant on the same budget and plays all of them against the frozen base; the first is compared with. */
export function variantsRecipe(
  about: Pick<Recipe, 'name' | 'title' | 'question' | 'defaults' | 'ownSettings'> & { readonly note: string },
  variantsOf: (order: ExperimentOrder) => readonly Variant[],
  more: {
    readonly stages?: (order: ExperimentOrder) => readonly Stage[];
    report?(order: ExperimentOrder, known: Known): readonly Section[];
  } = {},
): Recipe {
  const { note, ...recipe } = about;
  return {
    ...recipe,
    stages: (order) => [
      () => training(variantsOf(order).flatMap((variant) => trainingsOf(order, variant))),
      () => playing(poolsOf(order, variantsOf(order))),
      ...(more.stages?.(order) ?? []),
    ],
    report(order, known) {
      const variants = variantsOf(order);
      const pools = poolsOf(order, variants);
      const conditions = conditionsOf(pools, known);
      const reference = conditions.find(({ label }) => label === variants[0]?.name);
      const others = conditions.filter((condition) => condition !== reference);
      return [
        heading('Against the frozen base, test split'),
        text(note),
        pointsDots('Points of the measured seat', conditions),
        pointsTable('Variants, seeds together', conditions),
        pointsTable('Every training seed', seedConditionsOf(pools, order.seeds, known)),
        ...(reference
          ? [
              {
                kind: 'comparisons' as const,
                title: `${reference.label} minus each`,
                rows: compareWith(reference, others),
              },
            ]
          : []),
        ...courses(order, known, variants),
        ...(more.report?.(order, known) ?? []),
      ];
    },
  };
}

/** Named by what they compute, not by what the recipe calls them: variants that are equal are trained once. */
const trainingsOf = (order: ExperimentOrder, { knobs }: Variant) =>
  order.seeds.map((seed) =>
    trainingFor(order, { name: knobs.preset ?? 'default', model: order.models[0] ?? '', seed, knobs }),
  );

function poolsOf(order: ExperimentOrder, variants: readonly Variant[]): Pool[] {
  return [
    ...variants.map((variant) => ({
      label: variant.name,
      cells: trainingsOf(order, variant).map((one) => cellOf(order, trained(one))),
      episodes: order.episodes,
    })),
    { label: 'no training', cells: [cellOf(order, base())], episodes: order.episodes },
  ];
}

/** What the trainings did on the way, seeds averaged, at their beginning, middle and end. */
function courses(order: ExperimentOrder, known: Known, variants: readonly Variant[]): Section[] {
  const rows = variants.flatMap((variant) => {
    const runs = trainingsOf(order, variant).map(({ runId }) => known.updates(runId));
    const length = Math.min(...runs.map((points) => points.length));
    if (!Number.isFinite(length) || length === 0) return [];
    const mean = (place: number, key: 'pointsTrained' | 'entropy' | 'klToBase' | 'readableShare') =>
      runs.reduce((sum, points) => sum + (points[place]?.[key] ?? 0), 0) / runs.length;
    const places = [0, Math.floor((length - 1) / 2), length - 1];
    const course = (key: Parameters<typeof mean>[1], digits: number) =>
      places.map((place) => mean(place, key).toFixed(digits)).join(' → ');
    return [
      [
        variant.name,
        course('pointsTrained', 2),
        course('entropy', 2),
        course('klToBase', 3),
        course('readableShare', 2),
      ],
    ];
  });
  if (rows.length === 0) return [];
  const columns = ['variant', 'points in training', 'entropy', 'KL to base', 'readable'];
  return [{ kind: 'table', title: 'First, middle and last update', columns, rows }];
}
