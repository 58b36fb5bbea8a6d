import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../src/base/errors.ts';
import { importSotopia } from '../../src/environment/sotopia/importSotopia.ts';
import { ownPack } from '../../src/environment/sotopia/ownPack.ts';
import { readScenarioPack, seatScenarios, type ScenarioPack } from '../../src/environment/sotopia/pack.ts';
import { usage, type Command, type Options } from '../arguments.ts';

export const scenariosCommand: Command = {
  name: 'scenarios',
  summary: 'Checks a pack of dialogue scenarios, or makes one of SOTOPIA’s profile files.',
  options: {
    check: { value: 'FILE', help: 'a scenario pack to check; without it and --sotopia, the built-in pack' },
    sotopia: { value: 'FOLDER', help: 'with *_profiles.jsonl and env_agent_combos.jsonl of a SOTOPIA release' },
    hard: { help: 'only the pairs in hard_combos.json of that folder' },
    out: { value: 'FILE', help: 'write the pack here' },
  },
  run,
};

async function run(options: Options): Promise<unknown> {
  const [file, folder, out] = [options.optional('check'), options.optional('sotopia'), options.optional('out')];
  if (file && folder) throw usage('Both --check and --sotopia are given.', 'Give one of them.');
  if (options.isSet('hard') && !folder) throw usage('--hard is given without --sotopia.', 'Add --sotopia FOLDER.');
  const pack = file
    ? readScenarioPack(await textOf(file), file)
    : folder
      ? await packFrom(folder, options.isSet('hard'))
      : ownPack();
  if (out) await writeFile(out, `${JSON.stringify(pack, null, 2)}\n`);
  const checked = pack.scenarios.filter(({ scoring }) => scoring.kind === 'checks').length;
  return {
    name: pack.name,
    scenarios: pack.scenarios.length,
    checkedByRule: checked,
    characters: pack.characters.length,
    episodes: seatScenarios(pack).length,
    out,
  };
}

async function packFrom(folder: string, isHard: boolean): Promise<ScenarioPack> {
  const read = (name: string) => textOf(join(folder, name));
  return importSotopia({
    environments: await read('environment_profiles.jsonl'),
    agents: await read('agent_profiles.jsonl'),
    relationships: await read('relationship_profiles.jsonl'),
    combos: await read('env_agent_combos.jsonl'),
    ...(isHard && { comboIds: z.array(z.string()).parse(JSON.parse(await read('hard_combos.json'))) }),
  });
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const what = `The file ${path} cannot be read.`;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('file-unreadable', { what, why, fix: 'Check the path.' }, { cause });
  }
}
