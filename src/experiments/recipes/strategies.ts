import type { EpisodeResult, ExperimentOrder } from '../../record/experiment.ts';
import type { Section } from '../../record/experimentReport.ts';
import type { Recipe } from '../recipe.ts';
import { heading, text } from '../report/tables.ts';
import { novelty, PHASES, strategiesIn, strategyUse, type StrategyUse } from '../strategyAnalysis.ts';
import type { Condition } from '../summarise.ts';
import { base, cellOf, conditionsOf, playing, trained, training, trainingFor, type Pool } from './conditions.ts';

/** Families that a table has room for. */
const SHOWN_FAMILIES = 16;
const SHOWN_DIALOGUES = 4;

/** What the strategies of the trained strategist are, beside those of the untrained one. */
export const strategies: Recipe = {
  name: 'strategies',
  title: 'What training does to strategies',
  question: 'Which strategies become more frequent, are any of them new, and when in a dialogue are they used?',
  defaults: { episodes: 800 },
  stages: (order) => [() => training(trainings(order)), () => playing(poolsOf(order))],
  report(order, known) {
    const conditions = conditionsOf(poolsOf(order), known);
    const [untrained, again, ...learned] = conditions;
    if (!untrained || !again) return [heading('Strategies')];
    const uses = conditions.map((condition) => ({ condition, use: strategyUse(condition.results) }));
    return [
      heading('Strategies'),
      text(
        'Against the frozen base, test split. “Drawn again” are other scenarios of the same untrained strategist: what chance alone makes of the measures.',
      ),
      {
        kind: 'table',
        title: 'Variety',
        columns: [
          'strategist',
          'strategies',
          'different texts',
          'distinct-1',
          'distinct-2',
          'repeated in a dialogue',
          'unreadable',
        ],
        rows: uses.map(({ condition: { label }, use }) => varietyRow(label, use)),
      },
      {
        kind: 'table',
        title: 'Novelty against the untrained strategist',
        columns: [
          'strategist',
          'texts it never wrote',
          'words and pairs it never wrote',
          'families that changed places',
        ],
        rows: [again, ...learned].map(({ label, results }) => {
          const { newTexts, newPairs, familyShift } = novelty(results, untrained.results);
          return [label, ...[newTexts, newPairs, familyShift].map((share) => share.toFixed(3))];
        }),
      },
      familyTable(uses),
      ...learned.flatMap((condition) => phaseTables(condition)),
      ...learned.slice(0, 1).map((condition) => newExamples(condition, untrained)),
      ...learned.slice(0, 1).map(dialogues),
    ];
  },
};

const trainings = (order: ExperimentOrder) =>
  order.seeds.map((seed) => trainingFor(order, { name: 'default', model: order.models[0] ?? '', seed }));

function poolsOf(order: ExperimentOrder): Pool[] {
  const untrained = cellOf(order, base());
  return [
    { label: 'untrained', cells: [untrained], episodes: order.episodes },
    { label: 'untrained, drawn again', cells: [{ ...untrained, seed: untrained.seed + 1 }], episodes: order.episodes },
    ...trainings(order).map((one) => ({
      label: `trained, seed ${one.config.seed}`,
      cells: [cellOf(order, trained(one))],
      episodes: order.episodes,
    })),
  ];
}

function varietyRow(label: string, use: StrategyUse): string[] {
  const { strategies: count, texts, distinct1, distinct2, repeated, unreadable } = use;
  return [
    label,
    String(count),
    String(texts),
    ...[distinct1, distinct2, repeated, unreadable].map((share) => share.toFixed(3)),
  ];
}

function familyTable(uses: readonly { readonly condition: Condition; readonly use: StrategyUse }[]): Section {
  const mostOf = (family: string) => Math.max(...uses.map(({ use }) => use.families.get(family) ?? 0));
  const families = [...new Set(uses.flatMap(({ use }) => [...use.families.keys()]))]
    .sort((one, two) => mostOf(two) - mostOf(one) || (one < two ? -1 : 1))
    .slice(0, SHOWN_FAMILIES);
  return {
    kind: 'table',
    title: 'Families of strategies, share of readable ones',
    columns: ['family', ...uses.map(({ condition }) => condition.label)],
    rows: families.map((family) => [family, ...uses.map(({ use }) => (use.families.get(family) ?? 0).toFixed(3))]),
  };
}

function phaseTables({ label, results }: Condition): Section[] {
  const { byPhase, families } = strategyUse(results);
  const shown = [...families.keys()].slice(0, 8);
  return [
    {
      kind: 'table',
      title: `When it uses them: ${label}`,
      columns: ['family', ...PHASES.map((phase) => `${phase} turn`)],
      rows: shown.map((family) => [family, ...PHASES.map((phase) => (byPhase[phase].get(family) ?? 0).toFixed(3))]),
    },
  ];
}

function newExamples({ label, results }: Condition, untrained: Condition): Section {
  return {
    kind: 'examples',
    title: 'Strategies that the untrained strategist never wrote',
    rows: [
      {
        label,
        lines: novelty(results, untrained.results).examples.map(({ text: words, count }) => `${words} (${count} ×)`),
      },
    ],
  };
}

/** The first that came to an agreement; by number, not by how well they went. */
function dialogues({ label, results }: Condition): Section {
  const shown = results.filter(
    ({ endReason, ...result }) => endReason === 'agreement' && strategiesIn({ endReason, ...result }).length > 1,
  );
  return {
    kind: 'examples',
    title: `The first dialogues of ${label} that ended in agreement`,
    rows: shown.slice(0, SHOWN_DIALOGUES).map((result) => ({ label: titleOf(result), lines: linesOf(result) })),
  };
}

function titleOf({ scenario, seat, points, partnerPoints }: EpisodeResult): string {
  return `${scenario}, seat ${seat}: ${points ?? '–'} points, partner ${partnerPoints ?? '–'}`;
}

function linesOf({ turns, seat }: EpisodeResult): string[] {
  return turns.map(({ seat: speaker, strategy, utterance }) => {
    const who = speaker === seat ? 'own' : 'partner';
    return strategy === null || speaker !== seat ? `${who}: ${utterance}` : `${who} (${strategy}): ${utterance}`;
  });
}
