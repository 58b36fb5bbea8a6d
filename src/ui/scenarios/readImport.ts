import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { importSotopia } from '../../environment/sotopia/importSotopia.ts';
import { readScenarioPack } from '../../environment/sotopia/pack.ts';
import { packText } from './packText.ts';

/** A file that somebody chose. */
export interface ChosenFile {
  readonly name: string;
  text(): Promise<string>;
}

export interface ImportedPack {
  readonly name: string;
  readonly text: string;
}

/** Profile files of a SOTOPIA release, by what the importer calls them. */
const SOTOPIA_FILES = {
  environments: 'environment_profiles.jsonl',
  agents: 'agent_profiles.jsonl',
  relationships: 'relationship_profiles.jsonl',
  combos: 'env_agent_combos.jsonl',
} as const;
const HARD_COMBOS = 'hard_combos.json';

/**
 * Reads a pack of our own JSON, or the four profile files of a SOTOPIA release together.
 * @throws AppError `scenario-pack-unusable`, `sotopia-files-missing`
 */
export async function readImport(files: readonly ChosenFile[]): Promise<readonly ImportedPack[]> {
  const isSotopia = files.some(({ name }) => Object.values(SOTOPIA_FILES).some((known) => known === name));
  if (isSotopia) return [await readSotopia(files)];
  return Promise.all(
    files.map(async (file) => {
      const pack = readScenarioPack(await file.text(), file.name);
      return { name: pack.name, text: packText(pack) };
    }),
  );
}

async function readSotopia(files: readonly ChosenFile[]): Promise<ImportedPack> {
  const textOf = async (wanted: string) => {
    const file = files.find(({ name }) => name === wanted);
    if (!file) throw filesMissing(wanted);
    return file.text();
  };
  const { environments, agents, relationships, combos } = SOTOPIA_FILES;
  const hard = files.find(({ name }) => name === HARD_COMBOS);
  const comboIds = hard && z.array(z.string()).parse(JSON.parse(await hard.text()));
  const pack = importSotopia({
    environments: await textOf(environments),
    agents: await textOf(agents),
    relationships: await textOf(relationships),
    combos: await textOf(combos),
    ...(comboIds && { comboIds }),
  });
  return { name: pack.name, text: packText(pack) };
}

function filesMissing(name: string): AppError {
  return new AppError('sotopia-files-missing', {
    what: 'These are not all profile files of a SOTOPIA release.',
    why: `${name} is missing.`,
    fix: `Choose ${Object.values(SOTOPIA_FILES).join(', ')} together; ${HARD_COMBOS} beside them takes the hard ones alone.`,
  });
}
