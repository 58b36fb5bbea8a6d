import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { RELATIONSHIPS } from './character.ts';
import type { Relationship } from './character.ts';
import { PACK_FORMAT, PACK_VERSION, readScenarioPack } from './pack.ts';
import type { ScenarioPack } from './pack.ts';

/** The profile files of a SOTOPIA release, as text: one JSON object on each line. */
export interface SotopiaFiles {
  readonly environments: string;
  readonly agents: string;
  readonly relationships: string;
  readonly combos: string;
  /** Ids of the combos to take, as `hard_combos.json` lists them; absent: all. */
  readonly comboIds?: readonly string[];
}

/** Field names of the release; what no prompt shows (constraints, big five, MBTI, …) is left behind. */
const EnvironmentProfile = z.object({
  env_id: z.string(),
  codename: z.string(),
  scenario: z.string(),
  agent_goals: z.tuple([z.string(), z.string()]),
  relationship: z.coerce.number().int().min(0).max(5),
});
const AgentProfile = z.object({
  agent_id: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  age: z.coerce.number().int(),
  occupation: z.string(),
  gender: z.string(),
  gender_pronoun: z.string(),
  public_info: z.string(),
  personality_and_values: z.string(),
  secret: z.string(),
});
/** Its background story is left behind as well: SOTOPIA shows it to nobody, and it tells secrets. */
const RelationshipProfile = z.object({
  agent1_id: z.string(),
  agent2_id: z.string(),
  relationship: z.coerce.number().int().min(0).max(5),
});
const Combo = z.object({ combo_id: z.string(), env_id: z.string(), agent_ids: z.tuple([z.string(), z.string()]) });

/**
 * A pack of SOTOPIA's own scenarios. All of them are test scenarios, scored by an evaluator: no rule knows their goals.
 *
 * @throws AppError `scenario-pack-unusable` that names the file, the line and the field that is wrong
 */
export function importSotopia(files: SotopiaFiles): ScenarioPack {
  const environments = readLines(files.environments, 'environment_profiles.jsonl', EnvironmentProfile);
  const agents = readLines(files.agents, 'agent_profiles.jsonl', AgentProfile);
  const relations = readLines(files.relationships, 'relationship_profiles.jsonl', RelationshipProfile);
  const wanted = files.comboIds && new Set(files.comboIds);
  const combos = readLines(files.combos, 'env_agent_combos.jsonl', Combo).filter(
    ({ combo_id: id }) => !wanted || wanted.has(id),
  );
  const environmentIds = new Set(environments.map(({ env_id: id }) => id));
  const stray = combos.find(({ env_id: id }) => !environmentIds.has(id));
  if (stray) {
    throw broken(
      'env_agent_combos.jsonl',
      `The combo ${stray.combo_id} is of ${stray.env_id}, which no line describes.`,
    );
  }
  const pack = {
    format: PACK_FORMAT,
    version: PACK_VERSION,
    name: 'sotopia',
    source: 'SOTOPIA (Zhou et al., arXiv 2310.11667), CC-BY-SA 4.0',
    characters: agents.map((agent) => ({
      id: agent.agent_id,
      firstName: agent.first_name,
      lastName: agent.last_name,
      age: agent.age,
      gender: agent.gender,
      pronouns: agent.gender_pronoun,
      occupation: agent.occupation,
      publicInfo: agent.public_info.trim(),
      personality: agent.personality_and_values.trim(),
      secret: agent.secret.trim(),
    })),
    relationships: relations.map(({ agent1_id: first, agent2_id: second, relationship }) => ({
      between: [first, second],
      kind: relationshipOf(relationship),
    })),
    scenarios: environments.flatMap((environment) => {
      const pairs = combos.filter(({ env_id: id }) => id === environment.env_id).map(({ agent_ids: ids }) => ids);
      if (pairs.length === 0) return [];
      return [
        {
          id: environment.env_id,
          title: environment.codename,
          situation: environment.scenario,
          relationship: relationshipOf(environment.relationship),
          goals: environment.agent_goals,
          pairs,
          split: 'test',
        },
      ];
    }),
  };
  return readScenarioPack(JSON.stringify(pack), 'the SOTOPIA files');
}

function relationshipOf(position: number): Relationship {
  return RELATIONSHIPS[position] ?? 'stranger'; // the schemas allow 0 to 5 only
}

function readLines<Row>(text: string, file: string, schema: z.ZodType<Row>): readonly Row[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      throw broken(file, `Line ${index + 1} is not JSON.`);
    }
    const row = schema.safeParse(json);
    if (row.success) return [row.data];
    const [issue] = row.error.issues;
    throw broken(file, `Line ${index + 1}, ${issue?.path.join('.')}: ${issue?.message}.`);
  });
}

function broken(file: string, why: string): AppError {
  return new AppError('scenario-pack-unusable', {
    what: `The SOTOPIA file ${file} cannot be read.`,
    why,
    fix: 'Take the profile files of a SOTOPIA release as they are: one JSON object on each line.',
  });
}
