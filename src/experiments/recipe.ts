import type { ExperimentOrder } from '../record/experiment.ts';
import type { Section } from '../record/experimentReport.ts';
import type { Known } from './known.ts';
import type { Work } from './parts.ts';

/**
 * What to do next, knowing what the stages before have come to. Where nothing is known yet it returns as much work as there
 * will probably be: estimates are made of that. A function of its arguments alone, so that an experiment that was
 * interrupted goes on with nothing but its records.
 */
export type Stage = (known: Known) => readonly Work[];

/** A comparison that somebody can order: data in, parts and a page of results out. */
export interface Recipe {
  readonly name: string;
  readonly title: string;
  /** What it asks, in one sentence. */
  readonly question: string;
  /** What differs from the defaults of every order. */
  readonly defaults: Partial<ExperimentOrder>;
  /** Settings of its own: their values are in `order.knobs`, under names that no knob has. */
  readonly ownSettings?: Readonly<Record<string, OwnSetting>>;
  stages(order: ExperimentOrder): readonly Stage[];
  /** As far as it is known. */
  report(order: ExperimentOrder, known: Known): readonly Section[];
}

export interface OwnSetting {
  readonly fallback: string | number;
  /** Two or three words. */
  readonly label: string;
  /** What the label leaves open. */
  readonly help?: string;
  /** All values that there are; absent: any, as far as it is not refused. */
  readonly choices?: readonly string[];
  /** What is wrong with a value, as what follows the setting's name; null: nothing. Absent: any value will do. */
  refusal?(value: string | number, order: Pick<ExperimentOrder, 'environment'>): string | null;
}

const DEFAULTS: Omit<ExperimentOrder, 'recipe'> = {
  models: ['parley-mini'],
  environment: 'deal-or-no-deal',
  seeds: [1, 2, 3],
  episodes: 1600,
  updates: 60,
  episodesPerUpdate: 64,
  knobs: {},
  servers: { agent: null, judge: null },
};

/** A look at the whole of it in minutes: too few dialogues to claim anything. */
const QUICK: Partial<ExperimentOrder> = { seeds: [1], episodes: 40, updates: 2, episodesPerUpdate: 8 };

/** @param isQuick in place of the recipe's own sizes */
export function orderOf(
  recipe: Recipe,
  isQuick: boolean,
  changes: Partial<Omit<ExperimentOrder, 'recipe'>> = {},
): ExperimentOrder {
  return { ...DEFAULTS, ...recipe.defaults, ...(isQuick ? QUICK : {}), ...changes, recipe: recipe.name };
}

/** All work of the recipe, as far as it is known or as it will probably be. */
export function workOf(recipe: Recipe, order: ExperimentOrder, known: Known): Work[] {
  return recipe.stages(order).flatMap((stage) => stage(known));
}
