import { PRESET } from '../../record/runConfig.ts';
import { scriptedNames } from '../players.ts';
import type { ExperimentOrder, Player, Training } from '../../record/experiment.ts';
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
    const [before, after] = ['untrained', 'trained'].map((who) =>
      conditions.find(({ label }) => label === `${who}, ${DECODINGS[0].name}`),
    );
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
      ...(before && after ? [changeTable('Before and after training, T 1', before, after)] : []),
      pointsTable('Every training seed', seedConditionsOf(pools, order.seeds, known)),
      ...dimensionTable(conditions),
      ...conditions.filter(isTrained).map((one) => differences(one, conditions)),
      text('p: sign flips of whole scenarios; corrected after Holm over the comparisons of the table.'),
    ];
  },
};

/** The first is that of the training. */
const DECODINGS = [
  { name: 'T 1', temperature: 1 },
  { name: 'T .5', temperature: 0.5 },
  { name: 'greedy', temperature: 0 },
] as const;

const isTrained = ({ label }: Condition) => label.startsWith('trained');

function differences(one: Condition, all: readonly Condition[]): Section {
  const others = all.filter((condition) => !isTrained(condition));
  return { kind: 'comparisons', title: `${one.label}, minus each control`, rows: compareWith(one, others) };
}

/** Imitation has an objective of its own: an order's weight of the KL penalty is for the trained strategist. */
const IMITATION = { preset: 'sft', turnReward: 'terminal', turnDiscount: 1, klPenaltyPerNat: PRESET } as const;

const trainings = (order: ExperimentOrder, name: 'default' | 'sft') =>
  order.seeds.map((seed) =>
    trainingFor(name === 'sft' ? { ...order, knobs: { ...order.knobs, ...IMITATION } } : order, {
      name,
      model: order.models[0] ?? '',
      seed,
    }),
  );

function poolsOf(order: ExperimentOrder, known: Known): Pool[] {
  const pool = (label: string, players: readonly Player[]): Pool => ({
    label,
    cells: players.map((player) => cellOf(order, player)),
    episodes: order.episodes,
  });
  const decoded = (label: string, strategists: readonly Training[]) =>
    DECODINGS.map(({ name, temperature }) =>
      pool(
        `${label}, ${name}`,
        strategists.map((one) => trained(one, temperature)),
      ),
    );
  const [rl, sft] = [trainings(order, 'default'), trainings(order, 'sft')];
  const scripts = ['random-legal', 'rule-player', 'greedy', 'fair'].filter((name) =>
    scriptedNames(order.environment).includes(name),
  );
  return [
    ...decoded('trained', rl),
    pool('no strategist', [NOBODY]),
    // Rules have no strategy of their own to write.
    ...(order.knobs['agent'] === 'script' ? [] : [pool('ReAct', [REACT])]),
    ...DECODINGS.map(({ name, temperature }) => pool(`untrained, ${name}`, [base(temperature)])),
    pool('best fixed strategy', [{ kind: 'fixed', text: bestFixed(order, known).text }]),
    ...decoded('SFT on good dialogues', sft),
    ...scripts.map((name) => pool(`script: ${name}`, [{ kind: 'script', name }])),
  ];
}
