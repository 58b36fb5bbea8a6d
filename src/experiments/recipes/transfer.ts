import type { EnvironmentName } from '../../record/environmentName.ts';
import type { ExperimentOrder } from '../../record/experiment.ts';
import type { AgentKind } from '../../record/runConfig.ts';
import type { Recipe } from '../recipe.ts';
import { heading, pointsTable, text } from '../report/tables.ts';
import { compareAll, type Condition } from '../summarise.ts';
import { base, cellOf, conditionsOf, playing, trained, training, trainingFor, type Pool } from './conditions.ts';

const NEGOTIATIONS: readonly EnvironmentName[] = ['deal-or-no-deal', 'price-bargaining', 'priority-negotiation'];
/** A swap of who carries strategies out. */
const AGENTS: readonly AgentKind[] = ['model', 'script'];

/** Train on one negotiation, test on another; and give the strategist another agent. */
export const transfer: Recipe = {
  name: 'transfer',
  title: 'Transfer to other games and other agents',
  question: 'Is what a strategist has learned worth anything in another game, or to another agent?',
  defaults: { models: ['parley-small'], seeds: [1, 2], episodes: 400, updates: 20 },
  stages: (order) => [
    () => training(gamesOf(order).flatMap((game) => trainings(order, game))),
    () => playing(gamesOf(order).flatMap((game) => AGENTS.flatMap((agent) => poolsOf(order, game, agent)))),
  ],
  report(order, known) {
    const sections = gamesOf(order).flatMap((game) =>
      AGENTS.flatMap((agent) => {
        const conditions = conditionsOf(poolsOf(order, game, agent), known);
        const [untrained, ...others] = conditions;
        return [
          heading(`Test on ${game}, agent ${agent}`),
          pointsTable(`Strategists on ${game}, agent ${agent}`, conditions),
          ...(untrained ? [comparisonOf(game, agent, untrained, others)] : []),
        ];
      }),
    );
    return [
      text(
        'Every strategist was trained with the model as agent. With “script”, rules carry its strategies out to the letter.',
      ),
      ...sections,
    ];
  },
};

function comparisonOf(game: string, agent: string, untrained: Condition, others: readonly Condition[]) {
  return {
    kind: 'comparisons' as const,
    title: `Minus the untrained strategist, ${game}, agent ${agent}`,
    rows: compareAll(others, untrained),
  };
}

/** Where the order's game is no negotiation that the model speaks, there is one game, and only agents are swapped. */
function gamesOf({ environment, models }: ExperimentOrder): readonly EnvironmentName[] {
  return models.includes('parley-small') && NEGOTIATIONS.includes(environment) ? NEGOTIATIONS : [environment];
}

const trainings = (order: ExperimentOrder, game: EnvironmentName) =>
  order.seeds.map((seed) =>
    trainingFor({ ...order, environment: game }, { name: 'default', model: order.models[0] ?? '', seed }),
  );

function poolsOf(order: ExperimentOrder, game: EnvironmentName, agent: AgentKind): Pool[] {
  const seating = { environment: game, agent };
  return [
    { label: 'untrained', cells: [cellOf(order, base(), seating)], episodes: order.episodes },
    ...gamesOf(order).map((source) => ({
      label: `trained on ${source}`,
      cells: trainings(order, source).map((one) => cellOf(order, trained(one), seating)),
      episodes: order.episodes,
    })),
  ];
}
