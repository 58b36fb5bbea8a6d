import type { Cell, ExperimentOrder, PartFailure, Training } from '../record/experiment.ts';
import type { ExperimentResults, Section } from '../record/experimentReport.ts';
import { cellIdOf, changedKnobs } from './identity.ts';
import { partId, partsOf, partsOfAll, type Part, type Work } from './parts.ts';
import { workOf, type Recipe } from './recipe.ts';
import { configTable, heading } from './report/tables.ts';
import { summarise } from './summarise.ts';
import type { Known } from './known.ts';

/**
 * What an experiment has come to so far, as the results file has it: a function of what is known, without times. Cells that
 * are not played to their end are left out.
 */
export function resultsOf(
  recipe: Recipe,
  order: ExperimentOrder,
  known: Known,
  failures: readonly PartFailure[],
): ExperimentResults {
  const work = workOf(recipe, order, known);
  // What failed once and was done later has not failed.
  const undone = new Set(missingParts(recipe, order, known).map(partId));
  return {
    formatVersion: 1,
    order,
    isComplete: work.every((one) => isDone(one, known)),
    trainings: trainingsIn(work).map(({ config, ...training }) => ({
      ...training,
      knobs: changedKnobs(config),
      milestones: milestonesOf(work, training, known),
    })),
    cells: cellsIn(work, known),
    failures: dedupe(failures.filter(({ part }) => undone.has(part))),
    report: [...recipe.report(order, known).filter(saysSomething), heading('How to repeat this'), configTable(order)],
  };
}

/** Tables and charts of which nothing is known yet are left out. */
function saysSomething(section: Section): boolean {
  if ('rows' in section) return section.rows.length > 0;
  return section.kind !== 'lines' || section.series.some(({ points }) => points.length > 0);
}

/** What is still to be done, as far as it is known or as it will probably be. */
export function missingParts(recipe: Recipe, order: ExperimentOrder, known: Known): Part[] {
  return partsOfAll(workOf(recipe, order, known).filter((work) => !isDone(work, known)));
}

export function isDone(work: Work, known: Known): boolean {
  switch (work.kind) {
    case 'train':
      return known.milestone(work.training.runId, work.updates) !== null;
    case 'play':
      return known.episodes(work.cell, work.episodes) !== null;
    case 'credit':
      return known.credits(work.cell, work.episodes) !== null;
  }
}

function trainingsIn(work: readonly Work[]): Training[] {
  const trainings = new Map<string, Training>();
  for (const one of work) if (one.kind === 'train') trainings.set(one.training.runId, one.training);
  return [...trainings.values()];
}

function milestonesOf(work: readonly Work[], { runId }: Pick<Training, 'runId'>, known: Known) {
  const own = work.flatMap((one) => (one.kind === 'train' && one.training.runId === runId ? partsOf(one) : []));
  const updates = new Set(own.map(({ to }) => to));
  return [...updates].sort((one, two) => one - two).flatMap((done) => known.milestone(runId, done) ?? []);
}

function cellsIn(work: readonly Work[], known: Known): ExperimentResults['cells'] {
  const sizes = new Map<string, { cell: Cell; episodes: number }>();
  for (const one of work) {
    if (one.kind !== 'play') continue;
    const cellId = cellIdOf(one.cell);
    const before = sizes.get(cellId)?.episodes ?? 0;
    sizes.set(cellId, { cell: one.cell, episodes: Math.max(before, one.episodes) });
  }
  return [...sizes].flatMap(([cellId, { cell, episodes }]) => {
    const results = known.episodes(cell, episodes);
    return results && results.length > 0 ? [{ cellId, cell, summary: summarise(results) }] : [];
  });
}

function dedupe(failures: readonly PartFailure[]): PartFailure[] {
  return [...new Map(failures.map((failure) => [failure.part, failure])).values()];
}
