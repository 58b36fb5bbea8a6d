import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { Split } from '../../record/scenario.ts';
import { splitOf } from '../splits.ts';
import { Character, Relationship } from './character.ts';
import { checkPack } from './packRules.ts';
import { Scoring } from './scenario.ts';
import type { SotopiaScenario } from './scenario.ts';
import { Issue } from './terms.ts';

export const PACK_FORMAT = 'parley-scenarios';
export const PACK_VERSION = 1;

const Id = z.string().regex(/^[\w-]+$/u, 'letters, digits, _ and - only');
const Pair = z.tuple([Id, Id]).readonly();
const Text = z.string().trim().min(1);

/** A situation before somebody sits down in it. */
export const PackScenario = z.strictObject({
  id: Id,
  title: Text,
  situation: Text,
  relationship: Relationship,
  goals: z.tuple([Text, Text]).readonly(),
  issues: z.array(Issue).readonly().default([]),
  scoring: Scoring.default({ kind: 'evaluator' }),
  /** Who plays it, seat 0 first; absent: all who are to each other what the scenario wants, in both orders. */
  pairs: z.array(Pair).min(1).readonly().optional(),
  /** Absent: by a hash of pack and scenario, 60 / 20 / 20. */
  split: Split.optional(),
});
export type PackScenario = z.infer<typeof PackScenario>;

/** Characters, who is what to whom, and scenarios, in one file. */
export const ScenarioPack = z
  .strictObject({
    format: z.literal(PACK_FORMAT),
    version: z.literal(PACK_VERSION),
    name: Id,
    /** Who wrote it, and what may be done with it. */
    source: Text,
    characters: z
      .array(Character.extend({ id: Id }))
      .min(2)
      .readonly(),
    relationships: z.array(z.strictObject({ between: Pair, kind: Relationship })).readonly(),
    scenarios: z.array(PackScenario).min(1).readonly(),
  })
  .superRefine(checkPack);
export type ScenarioPack = z.infer<typeof ScenarioPack>;

/** Complaints that are told at once; the others are counted. */
const MOST_COMPLAINTS = 3;

/** Reads a pack. @throws AppError `scenario-pack-unusable` that names the fields that are wrong */
export function readScenarioPack(text: string, name: string): ScenarioPack {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw unusable(
      name,
      `It is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Choose a .json file.',
    );
  }
  const version = z.object({ format: z.literal(PACK_FORMAT), version: z.number() }).safeParse(json).data?.version;
  if (version !== undefined && version > PACK_VERSION) {
    throw unusable(name, `It has version ${version}; this version of Parley reads ${PACK_VERSION}.`, 'Update Parley.');
  }
  const pack = ScenarioPack.safeParse(json);
  if (pack.success) return pack.data;
  const { issues } = pack.error;
  const complaints = issues.slice(0, MOST_COMPLAINTS).map(({ path, message }) => `${pathText(path)}: ${message}`);
  const others = issues.length > MOST_COMPLAINTS ? `; and ${issues.length - MOST_COMPLAINTS} more` : '';
  throw unusable(
    name,
    `${complaints.join('; ')}${others}.`,
    `Correct ${pathText(issues[0]?.path ?? [])} and open the file again; src/environment/sotopia/pack has an example.`,
  );
}

/** `scenarios[3].goals[0]`. */
function pathText(path: readonly PropertyKey[]): string {
  return (
    path
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
      .join('')
      .replace(/^\./u, '') || 'the file'
  );
}

function unusable(name: string, why: string, fix: string): AppError {
  return new AppError('scenario-pack-unusable', { what: `The scenarios in ${name} cannot be used.`, why, fix });
}

/** Every scenario with every pair that plays it. Held out together: whoever sits there, the situation is the same. */
export function seatScenarios(pack: ScenarioPack): SotopiaScenario[] {
  const characters = new Map(pack.characters.map((character) => [character.id, character]));
  return pack.scenarios.flatMap((scenario) => {
    const { id, situation, relationship, goals, issues, scoring } = scenario;
    const canonicalId = `${pack.name}/${id}`;
    return pairsOf(scenario, pack).flatMap(([first, second]): SotopiaScenario[] => {
      const people = [characters.get(first), characters.get(second)] as const;
      if (!people[0] || !people[1]) throw new Error(`seatScenarios: nobody is called ${first} or ${second}`);
      return [
        {
          environment: 'sotopia',
          id: `${canonicalId}/${first}+${second}`,
          canonicalId,
          split: scenario.split ?? splitOf(canonicalId),
          situation,
          relationship,
          people: [people[0], people[1]],
          goals,
          issues,
          scoring,
        },
      ];
    });
  });
}

type IdPair = z.infer<typeof Pair>;

export function pairsOf({ pairs, relationship }: PackScenario, { relationships }: ScenarioPack): readonly IdPair[] {
  if (pairs) return pairs;
  return relationships
    .filter(({ kind }) => kind === relationship)
    .flatMap(({ between: [first, second] }): IdPair[] => [
      [first, second],
      [second, first],
    ]);
}
