import type { ExperimentOrder, Training } from '../../record/experiment.ts';
import { OBJECTIVE_PRESETS, type PresetName } from '../../record/objectivePreset.ts';
import type { Known } from '../known.ts';
import { samplesOf } from '../known.ts';
import type { Recipe } from '../recipe.ts';
import { heading, pointsDots, pointsTable, text } from '../report/tables.ts';
import { survivors } from '../statistics/halving.ts';
import { compareWith } from '../summarise.ts';
import {
  base,
  cellOf,
  conditionsOf,
  playing,
  seedConditionsOf,
  settingOf,
  trained,
  training,
  trainingFor,
  type Pool,
} from './conditions.ts';

const FIRST_UPDATES = 10;
const KEPT = 6;

/** Every preset of the trainer on the same budget of dialogues. */
export const shootOut: Recipe = {
  name: 'shoot-out',
  title: 'Preset shoot-out by successive halving',
  question: 'Which of the trainer’s presets learns most from the same number of dialogues?',
  defaults: { updates: 20, episodes: 800 },
  ownSettings: {
    firstUpdates: { fallback: FIRST_UPDATES, label: 'Updates of the first round' },
    kept: { fallback: KEPT, label: 'Presets that go on' },
  },
  stages: (order) => [
    () => training(NAMES.map((name) => firstTraining(order, name))),
    () => playing(firstPools(order)),
    (known) => training(kept(order, known).flatMap((name) => lastTrainings(order, name))),
    (known) => playing(lastPools(order, known)),
  ],
  report(order, known) {
    const last = lastPools(order, known);
    const final = ranked(conditionsOf(last, known));
    const [best, ...others] = final;
    return [
      heading('First round: every preset, one seed'),
      text(
        `Validation split against the frozen base, after ${firstUpdates(order)} updates of ${order.episodesPerUpdate} dialogues with the knobs of each preset’s source where they concern rewards, and the lab’s optimizer everywhere.`,
      ),
      pointsTable('First round, by points', ranked(conditionsOf(firstPools(order), known))),
      heading(`Second round: the best ${kept(order, known).length}, every seed`),
      pointsDots('Points on the test split', final),
      pointsTable('Second round, by points', final),
      pointsTable('Every training seed', seedConditionsOf(last, order.seeds, known)),
      ...(best
        ? [{ kind: 'comparisons' as const, title: `${best.label} minus each`, rows: compareWith(best, others) }]
        : []),
      text('The winner of a comparison among many is partly lucky: its own interval does not know that it was chosen.'),
    ];
  },
};

const NAMES: readonly PresetName[] = OBJECTIVE_PRESETS.map(({ name }) => name);

const firstUpdates = (order: ExperimentOrder) =>
  Math.min(order.updates, settingOf(order, 'firstUpdates', FIRST_UPDATES));

function trainingWith(order: ExperimentOrder, preset: PresetName, seed: number, updates: number): Training {
  const knobs = OBJECTIVE_PRESETS.find(({ name }) => name === preset)?.knobs;
  return trainingFor(
    { ...order, updates },
    { name: preset, model: order.models[0] ?? '', seed, knobs: { preset, ...knobs } },
  );
}

const firstTraining = (order: ExperimentOrder, preset: PresetName) =>
  trainingWith(order, preset, order.seeds[0] ?? 1, firstUpdates(order));
const lastTrainings = (order: ExperimentOrder, preset: PresetName) =>
  order.seeds.map((seed) => trainingWith(order, preset, seed, order.updates));

function firstPools(order: ExperimentOrder): Pool[] {
  const episodes = Math.max(2, Math.ceil(order.episodes / 4));
  return NAMES.map((name) => ({
    label: name,
    cells: [cellOf(order, trained(firstTraining(order, name)), { split: 'validation' })],
    episodes,
  }));
}

/** Which presets go on; the first of the list stand for them until that is known. */
function kept(order: ExperimentOrder, known: Known): PresetName[] {
  const pools = new Map(firstPools(order).map((pool) => [pool.label, pool]));
  const scoreOf = (name: PresetName) => {
    const pool = pools.get(name);
    const samples = samplesOf(pool?.cells.flatMap((cell) => known.episodes(cell, pool.episodes) ?? []) ?? []);
    return samples.length === 0 ? null : samples.reduce((sum, { value }) => sum + value, 0) / samples.length;
  };
  return survivors(NAMES, scoreOf, settingOf(order, 'kept', KEPT));
}

function lastPools(order: ExperimentOrder, known: Known): Pool[] {
  return [
    ...kept(order, known).map((name) => ({
      label: name,
      cells: lastTrainings(order, name).map((one) => cellOf(order, trained(one))),
      episodes: order.episodes,
    })),
    { label: 'no training', cells: [cellOf(order, base())], episodes: order.episodes },
  ];
}

function ranked<Ranked extends { readonly results: Parameters<typeof samplesOf>[0] }>(
  conditions: readonly Ranked[],
): Ranked[] {
  const meanOf = ({ results }: Ranked) => {
    const samples = samplesOf(results);
    return samples.reduce((sum, { value }) => sum + value, 0) / Math.max(1, samples.length);
  };
  return conditions.toSorted((one, two) => meanOf(two) - meanOf(one));
}
