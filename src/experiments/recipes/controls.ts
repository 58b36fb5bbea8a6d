import { scriptedNames } from '../players.ts';
import type { ExperimentOrder, Player } from '../../record/experiment.ts';
import type { Recipe } from '../recipe.ts';
import type { Section } from '../../record/experimentReport.ts';
import { compareWith, type Condition } from '../summarise.ts';
import { changeTable, heading, pointsDots, pointsTable, text, dimensionTable } from '../report/tables.ts';
import {
  base,
  cellOf,
  conditionsOf,
  NOBODY,
  playing,
  REACT,
  seedConditionsOf,
  trained,
  training,
  trainingFor,
  type Pool,
} from './conditions.ts';
import { bestFixed, fixedPools, FIXED_ROUNDS } from './fixedStrategies.ts';
import type { Known } from '../known.ts';

/** Trained against everything that costs no training, and against plain imitation, on the test split. */
export const controls: Recipe = {
  name: 'controls',
  title: 'Trained strategist against every control',
  question:
    'Does training earn more against the frozen partner than no strategist, other temperatures, one fixed strategy or imitation?',
  defaults: {},
  stages: (order) => [
    () => training([...trainings(order, 'default'), ...trainings(order, 'sft')]),
    ...FIXED_ROUNDS.map((_, round) => (known: Known) => playing(fixedPools(order, known, round))),
    (known) => playing(poolsOf(order, known)),
  ],
  report(order, known) {
    const pools = poolsOf(order, known);
    const conditions = conditionsOf(pools, known);
    const [first] = conditionsOf(pools.slice(0, 1), known);
    const greedy = conditionsOf(pools.slice(1, 2), known);
    const untrained = conditions.find(({ label }) => label === UNTRAINED);
    const fixed = bestFixed(order, known);
    return [
      heading('Points against the frozen base'),
      text(
        `Test split, measured seat alternating, the same scenarios and random numbers in every condition. Intervals: 95 %, bootstrap over canonical scenarios; they cover the dialogues, not the spread over more training seeds, each of which has its own row. ReAct on a local model is the untrained strategist at the agent’s temperature. ${
          fixed.isChosen ? `Best fixed strategy on the validation split: “${fixed.text}”.` : ''
        }`,
      ),
      pointsDots('Points of the measured seat', conditions),
      pointsTable('Conditions, seeds together', conditions),
      ...(first && untrained ? [changeTable('Before and after training, T 1', untrained, first)] : []),
      pointsTable('Every training seed', seedConditionsOf(pools, order.seeds, known)),
      ...dimensionTable(conditions),
      ...(first ? [differences('Trained, T 1, minus each control', first, conditions)] : []),
      ...greedy.map((one) => differences('Trained, greedy, minus each control', one, conditions)),
      text('p: sign flips of whole scenarios; corrected after Holm over the comparisons of the table.'),
    ];
  },
};

const UNTRAINED = 'untrained, T 1';

function differences(title: string, one: Condition, all: readonly Condition[]): Section {
  const others = all.filter(({ label }) => !label.startsWith('trained'));
  return { kind: 'comparisons', title, rows: compareWith(one, others) };
}

const trainings = (order: ExperimentOrder, preset: 'default' | 'sft') =>
  order.seeds.map((seed) =>
    trainingFor(order, {
      name: preset,
      model: order.models[0] ?? '',
      seed,
      knobs: preset === 'sft' ? { preset, turnReward: 'terminal', turnDiscount: 1 } : {},
    }),
  );

function poolsOf(order: ExperimentOrder, known: Known): Pool[] {
  const pool = (label: string, players: readonly Player[]): Pool => ({
    label,
    cells: players.map((player) => cellOf(order, player)),
    episodes: order.episodes,
  });
  const [rl, sft] = [trainings(order, 'default'), trainings(order, 'sft')];
  const scripts = ['random-legal', 'rule-player', 'greedy', 'fair'].filter((name) =>
    scriptedNames(order.environment).includes(name),
  );
  return [
    pool(
      'trained, T 1',
      rl.map((one) => trained(one)),
    ),
    pool(
      'trained, greedy',
      rl.map((one) => trained(one, 0)),
    ),
    pool('no strategist', [NOBODY]),
    // Rules have no strategy of their own to write.
    ...(order.knobs['agent'] === 'script' ? [] : [pool('ReAct', [REACT])]),
    pool(UNTRAINED, [base(1)]),
    pool('untrained, T .5', [base(0.5)]),
    pool('untrained, greedy', [base(0)]),
    pool('best fixed strategy', [{ kind: 'fixed', text: bestFixed(order, known).text }]),
    pool(
      'SFT on good dialogues, T 1',
      sft.map((one) => trained(one)),
    ),
    pool(
      'SFT on good dialogues, greedy',
      sft.map((one) => trained(one, 0)),
    ),
    ...scripts.map((name) => pool(`script: ${name}`, [{ kind: 'script', name }])),
  ];
}
