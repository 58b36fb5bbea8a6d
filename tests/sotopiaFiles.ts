import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { SotopiaFiles } from '../src/environment/sotopia/importSotopia.ts';

/** Beside the repository, or where PARLEY_SOTOPIA says; they are no part of it (CC-BY-SA 4.0). */
const FOLDER = process.env['PARLEY_SOTOPIA'] ?? fileURLToPath(new URL('../../shared/data/sotopia', import.meta.url));

/** The profile files of SOTOPIA; null where they are absent. */
export function readSotopiaFiles(): (SotopiaFiles & { readonly hardComboIds: readonly string[] }) | null {
  const read = (name: string) => readFileSync(`${FOLDER}/${name}`, 'utf8');
  if (!existsSync(`${FOLDER}/environment_profiles.jsonl`)) {
    console.warn(`SOTOPIA's profiles are not in ${FOLDER}: its tests are skipped. Set PARLEY_SOTOPIA to their folder.`);
    return null;
  }
  return {
    environments: read('environment_profiles.jsonl'),
    agents: read('agent_profiles.jsonl'),
    relationships: read('relationship_profiles.jsonl'),
    combos: read('env_agent_combos.jsonl'),
    hardComboIds: z.array(z.string()).parse(JSON.parse(read('hard_combos.json'))),
  };
}
