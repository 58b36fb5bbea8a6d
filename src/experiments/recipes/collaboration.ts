import type { ExperimentOrder, Player } from '../../record/experiment.ts';
import type { Recipe } from '../recipe.ts';
import { heading, pointsTable, text } from '../report/tables.ts';
import type { Section } from '../../record/experimentReport.ts';
import { bothPoints, compareAll, summarise } from '../summarise.ts';
import { base, cellOf, conditionsOf, playing, REACT, trained, training, trainingFor, type Pool } from './conditions.ts';

/** Who advises the two sides: the paper's figure 4. */
export const collaboration: Recipe = {
  name: 'collaboration',
  title: 'Collaboration matrix: who advises whom',
  question: 'Do both sides earn more when one of them, or both, have a trained strategist?',
  defaults: { models: ['parley-mini', 'parley-small'], seeds: [1, 2], episodes: 800, updates: 40 },
  stages: (order) => [
    () => training(order.models.flatMap((model) => trainings(order, model))),
    () => playing(order.models.flatMap((model) => poolsOf(order, model))),
  ],
  report: (order, known) =>
    order.models.flatMap((model): Section[] => {
      const conditions = conditionsOf(poolsOf(order, model), known);
      const [react, ...others] = conditions;
      const rows = conditions.flatMap(({ label, results }) => {
        const interval = summarise(results).bothPoints;
        return interval ? [{ label, interval }] : [];
      });
      return [
        heading(`Agents: ${model}`),
        text(
          'On a local model ReAct means that the frozen agent writes its own strategy first, at its own temperature: an untrained strategist at the agent’s temperature.',
        ),
        { kind: 'dots', title: `Mean points of both sides, ${model}`, unit: 'points', rows },
        pointsTable(`Who advises whom, ${model}`, conditions),
        ...(react
          ? [
              {
                kind: 'comparisons' as const,
                title: `Mean of both, minus that of ReAct · ReAct, ${model}`,
                rows: compareAll(others, react, bothPoints),
              },
            ]
          : []),
      ];
    }),
};

const trainings = (order: ExperimentOrder, model: string) =>
  order.seeds.map((seed) => trainingFor(order, { name: 'default', model, seed }));

function poolsOf(order: ExperimentOrder, model: string): Pool[] {
  const strategists = trainings(order, model).map((one) => trained(one));
  const pool = (label: string, pairs: readonly (readonly [Player, Player])[]): Pool => ({
    label,
    cells: pairs.map(([measured, partner]) => cellOf(order, measured, { model, partner })),
    episodes: order.episodes,
  });
  return [
    pool('ReAct · ReAct', [[REACT, REACT]]),
    pool('untrained · untrained', [[base(), base()]]),
    pool(
      'trained · ReAct',
      strategists.map((player) => [player, REACT] as const),
    ),
    pool(
      'trained · untrained',
      strategists.map((player) => [player, base()] as const),
    ),
    pool(
      'trained · trained',
      strategists.map((player) => [player, player] as const),
    ),
  ];
}
