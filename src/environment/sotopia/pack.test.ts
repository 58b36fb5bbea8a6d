import { expect, test } from 'vitest';
import { AppError } from '../../base/errors.ts';
import { plainText } from '../grammar.ts';
import { ownPack, ownScenarios } from './ownPack.ts';
import { pairsOf, readScenarioPack } from './pack.ts';
import type { ScenarioPack } from './pack.ts';
import { frontier } from './outcome.ts';
import { namesPhrase } from './phrases.ts';
import { sotopia } from './sotopia.ts';
import { sotopiaYardsticks } from './yardsticks.ts';

const pack = ownPack();
const scenario = pack.scenarios.findIndex(({ id }) => id === 'old-sofa');

/** The own pack with one thing changed, as text. */
function changed(change: (copy: { scenarios: Record<string, unknown>[]; [key: string]: unknown }) => void): string {
  const copy = JSON.parse(JSON.stringify(pack));
  change(copy);
  return JSON.stringify(copy);
}

function complaint(text: string): AppError {
  try {
    readScenarioPack(text, 'my.json');
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
  }
  throw new Error('the pack was read');
}

test('the own pack: 40 scenarios or more, half of them checked by rule, every relationship, every kind of check', () => {
  expect(pack.scenarios.length).toBeGreaterThanOrEqual(40);
  const checked = pack.scenarios.filter(({ scoring }) => scoring.kind === 'checks');
  expect(checked.length).toBeGreaterThanOrEqual(20);
  expect(new Set(pack.scenarios.map(({ relationship }) => relationship)).size).toBe(6);
  const kinds = checked.flatMap(({ scoring }) =>
    scoring.kind === 'checks' ? scoring.checks.flat().map(({ kind }) => kind) : [],
  );
  expect(new Set(kinds)).toEqual(new Set(['agrees', 'amount', 'open', 'says', 'avoids', 'leaves', 'stays']));
  for (const { goals } of pack.scenarios) expect(goals[0]).not.toBe(goals[1]);
});

test('no pair of characters is two things to each other', () => {
  const pairs = pack.relationships.map(({ between }) => [...between].sort().join());
  expect(new Set(pairs).size).toBe(pairs.length);
});

test('a situation is in one split, whoever plays it; ids are unique', () => {
  expect(new Set(ownScenarios().map(({ id }) => id)).size).toBe(ownScenarios().length);
  const splits = new Map(ownScenarios().map(({ canonicalId, split }) => [canonicalId, split]));
  for (const { canonicalId, split } of ownScenarios()) expect(splits.get(canonicalId)).toBe(split);
  for (const split of ['train', 'validation', 'test'] as const) {
    expect(sotopia.scenarios(split).length).toBeGreaterThanOrEqual(100);
    for (const { scoring } of sotopia.scenarios(split)) expect(scoring.kind).toBe('checks');
  }
});

test('in every checked scenario the two can do well together, and not both have everything for the asking', () => {
  const seen = new Set<string>();
  for (const one of ownScenarios()) {
    if (one.scoring.kind !== 'checks' || seen.has(one.canonicalId)) continue;
    seen.add(one.canonicalId);
    const sums = frontier(one).map(([first, second]) => first + second);
    expect(Math.max(...sums), one.id).toBeGreaterThan(9.5);
    expect(frontier(one).every(([first, second]) => first <= 10 && second <= 10)).toBe(true);
  }
  const [silent, best] = sotopiaYardsticks(ownScenarios());
  expect(sotopiaYardsticks([])).toEqual([]);
  expect(silent?.points).toBeLessThan(4);
  expect(best?.points).toBeGreaterThan(5);
});

test('a goal says in words what is checked: the best option, both ends of an amount, the words to say or to avoid', () => {
  for (const { id, goals, scoring } of pack.scenarios) {
    if (scoring.kind !== 'checks') continue;
    scoring.checks.forEach((checks, seat) => {
      const goal = plainText(goals[seat] ?? '');
      const expectNamed = (text: string) => expect(namesPhrase(goal, text), `${id}, seat ${seat}: ${text}`).toBe(true);
      for (const check of checks) {
        if (check.kind === 'agrees') {
          const best = Object.entries(check.worth).sort(([, one], [, other]) => other - one)[0];
          expectNamed(best?.[0] ?? '');
        }
        if (check.kind === 'amount')
          [check.worst, check.best].filter(Boolean).forEach((end) => expectNamed(String(end)));
        if ((check.kind === 'says' || check.kind === 'avoids') && check.who === 'self') {
          expect(
            check.phrases.some((phrase) => namesPhrase(goal, phrase)),
            `${id}: ${check.phrases}`,
          ).toBe(true);
        }
      }
    });
  }
});

test('without pairs, all who are to each other what the scenario wants play it in both orders', () => {
  const [first] = pack.scenarios;
  if (!first) throw new Error('the pack has scenarios');
  const pairs = pairsOf({ ...first, pairs: undefined }, pack as ScenarioPack);
  expect(pairs).toHaveLength(2 * pack.relationships.filter(({ kind }) => kind === first.relationship).length);
  expect(pairs).toContainEqual(['mara', 'lior']);
  expect(pairs).toContainEqual(['lior', 'mara']);
  expect(pairsOf({ ...first, pairs: [['teo', 'milo']] }, pack)).toEqual([['teo', 'milo']]);
});

test('a pack that is saved is read as it was', () => {
  expect(readScenarioPack(JSON.stringify(pack), 'my.json')).toEqual(pack);
});

const at = (index: number, change: (one: Record<string, unknown>) => void) =>
  changed(({ scenarios }) => change(scenarios[index] ?? {}));

test.each([
  ['not JSON', '{', 'not JSON'],
  ['a missing goal', at(3, (one) => (one['goals'] = ['only one'])), 'scenarios[3].goals'],
  ['an unknown field', at(0, (one) => (one['goal'] = 'x')), 'scenarios[0]'],
  ['an unknown relationship', at(1, (one) => (one['relationship'] = 'enemy')), 'scenarios[1].relationship'],
  [
    'nobody’s id',
    at(2, (one) => (one['pairs'] = [['teo', 'nobody']])),
    'scenarios[2].pairs[0][1]: no character has the id “nobody”',
  ],
  ['an id twice', changed(({ scenarios }) => scenarios.push({ ...scenarios[0] })), 'stands here twice'],
  [
    'an issue that is not there',
    at(scenario, (one) => (one['issues'] = [])),
    `scenarios[${scenario}].scoring.checks[0][0].issue: there is no issue “price”`,
  ],
  [
    'points that do not add up',
    at(
      scenario,
      (one) =>
        (one['scoring'] = {
          kind: 'checks',
          checks: [[{ kind: 'stays', who: 'self', points: 4 }], [{ kind: 'stays', who: 'self', points: 10 }]],
        }),
    ),
    'the points add up to 4, not to 10',
  ],
  [
    'options that cannot be told apart',
    at(0, (one) =>
      Object.assign(one, {
        scoring: { kind: 'evaluator' },
        issues: [{ kind: 'choice', name: 'x', options: ['open', 'half open'] }],
      }),
    ),
    '“open” stands in “half open” too',
  ],
  ['a newer version', changed((copy) => (copy['version'] = 2)), 'version 2'],
])('%s: the complaint says what, why with the path, and what to do', (_, text, why) => {
  const { code, what, why: said, fix } = complaint(text);
  expect(code).toBe('scenario-pack-unusable');
  expect(what).toContain('my.json');
  expect(said).toContain(why);
  expect(fix.length).toBeGreaterThan(10);
});
