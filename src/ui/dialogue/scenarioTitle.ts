import { hash32 } from '../../base/hash.ts';
import { environmentFor } from '../../environment/registry.ts';
import type { Scenario } from '../../record/scenario.ts';

const LONGEST_TITLE = 72;

/**
 * What a scenario is called on the page: what both seats know before a word is said, and a number that tells it from others.
 * Never its id, which in some environments spells out what one seat alone knows.
 */
export function scenarioTitle(scenario: Scenario): string {
  const table = environmentFor(scenario)?.description.table(scenario) ?? scenario.environment;
  const text =
    table.length <= LONGEST_TITLE ? table : `${table.slice(0, LONGEST_TITLE).replace(/[\s.,;:]+\S*$/u, '')}…`;
  return `${text} · ${scenarioNumber(scenario)}`;
}

/** `#4f2a`: the same for the same scenario, and nothing that could be read out of it. */
export function scenarioNumber({ id }: Pick<Scenario, 'id'>): string {
  return `#${(hash32(id) >>> 16).toString(16).padStart(4, '0')}`;
}
