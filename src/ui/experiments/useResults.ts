import { useEffect, useState } from 'react';
import { explain } from '../../base/errors.ts';
import { knownOfStages, readCosts, readFailures, type Journals } from '../../experiments/archive.ts';
import { estimatedSeconds } from '../../experiments/parts.ts';
import type { Recipe } from '../../experiments/recipe.ts';
import { missingParts, resultsOf } from '../../experiments/results.ts';
import type { ExperimentOrder } from '../../record/experiment.ts';
import type { ExperimentResults } from '../../record/experimentReport.ts';
import { readJournal } from '../../storage/journals.ts';
import { database } from '../database.ts';
import type { Failure } from '../engineStore.ts';

/** The page reads; what is appended comes from the engine. */
const journals: Journals = {
  read: (name) => readJournal(database, name),
  append: () => Promise.reject(new Error('the page appends nothing')),
};

export interface Found {
  readonly results: ExperimentResults;
  /** Parts that are still to be done, and how long they will take here. */
  readonly missingParts: number;
  readonly missingSeconds: number;
}

export interface Finding {
  /** null until it is computed; that of the state before while a newer one is. */
  readonly found: Found | null;
  readonly failure: Failure | null;
}

/** What storage knows of an experiment, computed again with every part. @param version changes when there is more to know */
export function useResults(recipe: Recipe, order: ExperimentOrder | null, version: number): Finding {
  const orderText = order && JSON.stringify(order);
  const [finding, setFinding] = useState<Finding & { readonly orderText: string | null }>({
    ...NOTHING,
    orderText: null,
  });
  useEffect(() => {
    if (orderText === null) return undefined;
    let isWanted = true;
    const answer = (next: Finding) => isWanted && setFinding({ ...next, orderText });
    // The text is of an order that was parsed when it was made.
    find(recipe, JSON.parse(orderText) as ExperimentOrder).then(
      (found) => answer({ found, failure: null }),
      (thrown: unknown) => answer({ found: null, failure: explain(thrown) }),
    );
    return () => {
      isWanted = false;
    };
  }, [recipe, orderText, version]);
  return finding.orderText === orderText ? finding : NOTHING;
}

const NOTHING: Finding = { found: null, failure: null };

async function find(recipe: Recipe, order: ExperimentOrder): Promise<Found> {
  const known = await knownOfStages(journals, recipe.stages(order));
  const missing = missingParts(recipe, order, known);
  return {
    results: resultsOf(recipe, order, known, await readFailures(journals)),
    missingParts: missing.length,
    missingSeconds: estimatedSeconds(missing, await readCosts(journals)),
  };
}
