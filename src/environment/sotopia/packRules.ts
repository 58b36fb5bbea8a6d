import type { z } from 'zod';
import type { Check } from './checks.ts';
import { namesPhrase } from './phrases.ts';
import type { Issue } from './terms.ts';

/** The parts of a pack that refer to each other. */
interface Pack {
  readonly characters: readonly { readonly id: string }[];
  readonly relationships: readonly { readonly between: readonly [string, string]; readonly kind: string }[];
  readonly scenarios: readonly {
    readonly id: string;
    readonly relationship: string;
    readonly issues: readonly Issue[];
    readonly scoring: { readonly kind: string; readonly checks?: readonly (readonly Check[])[] };
    readonly pairs?: readonly (readonly [string, string])[] | undefined;
  }[];
}

type Path = readonly (string | number)[];
type Complain = (path: Path, message: string) => void;

const FULL_POINTS = 10;
const ROUNDING = 1e-9;

/** What a schema alone cannot say of a pack: ids that nobody has, goals that do not add up, options that look alike. */
export function checkPack(pack: Pack, context: z.RefinementCtx): void {
  const complain: Complain = (path, message) => context.addIssue({ code: 'custom', path: [...path], message });
  const known = new Set(pack.characters.map(({ id }) => id));
  complainOfDoubles(pack.characters, ['characters'], complain);
  complainOfDoubles(pack.scenarios, ['scenarios'], complain);
  pack.relationships.forEach(({ between }, index) =>
    checkPair(between, known, ['relationships', index, 'between'], complain),
  );
  pack.scenarios.forEach((scenario, index) => {
    const path = ['scenarios', index];
    scenario.pairs?.forEach((pair, at) => checkPair(pair, known, [...path, 'pairs', at], complain));
    if (!scenario.pairs && !pack.relationships.some(({ kind }) => kind === scenario.relationship)) {
      complain([...path, 'relationship'], `no two characters are ${scenario.relationship}, and there are no pairs`);
    }
    checkIssues(scenario.issues, [...path, 'issues'], complain);
    scenario.scoring.checks?.forEach((checks, seat) =>
      checkChecks(checks, scenario.issues, [...path, 'scoring', 'checks', seat], complain),
    );
  });
}

function complainOfDoubles(items: readonly { readonly id: string }[], path: Path, complain: Complain): void {
  items.forEach(({ id }, index) => {
    if (items.findIndex((other) => other.id === id) < index)
      complain([...path, index, 'id'], `“${id}” stands here twice`);
  });
}

function checkPair(pair: readonly [string, string], known: ReadonlySet<string>, path: Path, complain: Complain): void {
  pair.forEach((id, index) => {
    if (!known.has(id)) complain([...path, index], `no character has the id “${id}”`);
  });
  if (pair[0] === pair[1]) complain(path, 'nobody talks to himself');
}

/** Options are told apart by their words, amounts by their unit. */
function checkIssues(issues: readonly Issue[], path: Path, complain: Complain): void {
  issues.forEach((issue, index) => {
    const before = issues.slice(0, index);
    if (before.some(({ name }) => name === issue.name))
      complain([...path, index, 'name'], `“${issue.name}” stands here twice`);
    if (issue.kind === 'amount') {
      const isUsed = before.some((other) => other.kind === 'amount' && other.unit === issue.unit);
      if (isUsed) complain([...path, index, 'unit'], `another issue is counted in ${issue.unit} as well`);
      return;
    }
    issue.options.forEach((option, at) => {
      const similar = issue.options.find((other, position) => position !== at && namesPhrase(other, option));
      if (similar !== undefined) complain([...path, index, 'options', at], `“${option}” stands in “${similar}” too`);
    });
  });
}

function checkChecks(checks: readonly Check[], issues: readonly Issue[], path: Path, complain: Complain): void {
  const sum = checks.reduce((total, { points }) => total + points, 0);
  if (Math.abs(sum - FULL_POINTS) > ROUNDING) complain(path, `the points add up to ${sum}, not to ${FULL_POINTS}`);
  checks.forEach((check, index) => {
    if (!('issue' in check)) return;
    const at = [...path, index];
    const issue = issues.find(({ name }) => name === check.issue);
    if (!issue) return complain([...at, 'issue'], `there is no issue “${check.issue}”`);
    if (check.kind === 'amount') {
      if (issue.kind !== 'amount') complain([...at, 'issue'], `“${check.issue}” is no amount`);
      if (check.worst === check.best) complain([...at, 'best'], 'best and worst are the same');
    }
    if (check.kind !== 'agrees') return;
    for (const option of Object.keys(check.worth)) {
      const isThere = issue.kind === 'choice' && issue.options.includes(option);
      if (!isThere) complain([...at, 'worth', option], `“${option}” is no option of “${check.issue}”`);
    }
  });
}
