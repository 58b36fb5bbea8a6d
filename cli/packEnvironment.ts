import { readFile } from 'node:fs/promises';
import { AppError } from '../src/base/errors.ts';
import type { AnyEnvironment } from '../src/environment/registry.ts';
import { assertPlayable } from '../src/environment/runEnvironment.ts';
import { readScenarioPack, seatScenarios } from '../src/environment/sotopia/pack.ts';
import { createSotopia } from '../src/environment/sotopia/sotopia.ts';
import type { EnvironmentName } from '../src/record/environmentName.ts';
import type { Split } from '../src/record/scenario.ts';
import { usage } from './arguments.ts';

export const PACK_OPTION = {
  value: 'FILE',
  help: 'a scenario pack (see the command scenarios) in the place of the built-in one; sotopia only',
};

/** A pack's dialogues, and the file's text. */
export interface OpenPack {
  readonly environment: AnyEnvironment;
  readonly text: string;
}

/**
 * Opens a pack to be played.
 *
 * @param splits that must not be empty
 * @param hasEvaluator whether somebody scores the goals that no rule checks
 * @throws AppError `bad-arguments`, `file-unreadable`, `scenario-pack-…`
 */
export async function openPack(
  path: string,
  environment: EnvironmentName,
  splits: readonly Split[],
  hasEvaluator: boolean,
): Promise<OpenPack> {
  if (environment !== 'sotopia')
    throw usage(`A scenario pack is no ${environment}.`, 'Play it with the environment sotopia.');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('file-unreadable', { what: `The file ${path} cannot be read.`, why, fix: 'Check the path.' });
  });
  const scenarios = seatScenarios(readScenarioPack(text, path));
  assertPlayable(scenarios, path, splits, { hasEvaluator, canRunRules: true });
  return { environment: createSotopia(() => scenarios), text };
}
