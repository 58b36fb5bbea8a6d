import type { ExperimentOrder } from '../../record/experiment.ts';
import type { Section } from '../../record/experimentReport.ts';
import type { Known } from '../known.ts';
import { heading, formatInterval, text } from '../report/tables.ts';
import { correlation } from '../statistics/correlation.ts';
import { base, cellOf, settingOf } from './conditions.ts';
import { variantsRecipe, type Variant } from './variants.ts';

/** Dialogues whose turns are valued by continuations. */
const VALUED = 200;

const ROLLOUT_VALUE: Variant = {
  name: 'rollout value',
  knobs: { turnReward: 'rollout-value', rolloutValueSamples: 2 },
};

/** Process rewards against the outcome alone, and how far each tells what a turn was worth. */
export const processRewards = variantsRecipe(
  {
    name: 'process-rewards',
    title: 'Process rewards against terminal only',
    question:
      'Do turn rewards teach more than the outcome alone on equal dialogues, and do they tell what a turn was worth?',
    defaults: { seeds: [1, 2, 3], episodes: 1600, updates: 30 },
    ownSettings: {
      valuedDialogues: {
        fallback: VALUED,
        label: 'Dialogues valued',
        help: 'their turns are played on from, before and after',
      },
      rolloutTraining: {
        fallback: 'yes',
        label: 'Train with rollout values',
        help: 'plays on from every turn, which takes many times as long',
        choices: ['yes', 'no'],
      },
    },
    note: 'Equal dialogues and updates. Rollout value plays further dialogues on from every turn, which are not counted here.',
  },
  ({ knobs }) => [
    { name: 'terminal only', knobs: { turnReward: 'terminal' } },
    { name: 'potential', knobs: { turnReward: 'potential' } },
    { name: 'critical turns, accepting counts', knobs: { turnReward: 'critical-accepting' } },
    { name: 'critical turns, accepting does not', knobs: { turnReward: 'critical-progress' } },
    ...(knobs['rolloutTraining'] === 'no' ? [] : [ROLLOUT_VALUE]),
  ],
  {
    stages: (order) => [() => [{ kind: 'credit', cell: valuedCell(order), episodes: valued(order) }]],
    report: credits,
  },
);

const valued = (order: ExperimentOrder) => Math.min(order.episodes, settingOf(order, 'valuedDialogues', VALUED));
/** The untrained strategist in self-play: what the first update of each training learns from. */
const valuedCell = (order: ExperimentOrder) => cellOf(order, base(), { split: 'train', partner: base() });

function credits(order: ExperimentOrder, known: Known): Section[] {
  const dialogues = known.credits(valuedCell(order), valued(order)) ?? [];
  const turns = dialogues.flatMap(({ cluster, turns: own }) => own.map((turn) => ({ cluster, ...turn })));
  const [first] = turns;
  if (!first) return [];
  const rows = Object.keys(first.rewards).map((name) => {
    const over = (among: typeof turns) =>
      correlation(among.map(({ cluster, gain, rewards }) => ({ cluster, x: rewards[name] ?? 0, y: gain })));
    const [all, before] = [over(turns), over(turns.filter(({ turnsToGo }) => turnsToGo > 0))];
    return [name, all ? formatInterval(all) : '–', before ? formatInterval(before) : '–'];
  });
  return [
    heading('Turn rewards beside what turns were worth'),
    text(
      `${turns.length} turns of ${dialogues.length} dialogues of the untrained strategist with itself, train split. A turn is worth the mean points of 16 continuations after it minus the same before it.`,
    ),
    {
      kind: 'table',
      title: 'Pearson correlation with rollout value',
      columns: ['turn reward', 'all turns', 'all but the last of each dialogue'],
      rows,
    },
  ];
}
