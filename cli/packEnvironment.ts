import { readFile } from 'node:fs/promises';
import { AppError } from '../src/base/errors.ts';
import type { AnyEnvironment } from '../src/environment/registry.ts';
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
 * @throws AppError `bad-arguments`, `file-unreadable`, `scenario-pack-unusable`, `scenario-pack-unscored`, `scenario-pack-rule`
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
  for (const split of splits) {
    const own = scenarios.filter((scenario) => scenario.split === split);
    if (own.length === 0) {
      throw usage(
        `The pack ${path} has no scenario in the split ${split}.`,
        'Choose another split, or name splits in the pack.',
      );
    }
    const ruled = own.find(({ scoring }) => scoring.kind === 'rule');
    if (ruled) throw hasRule(path, ruled.canonicalId);
    const unchecked = own.find(({ scoring }) => scoring.kind !== 'checks');
    if (unchecked && !hasEvaluator) throw unscored(path, unchecked.canonicalId);
  }
  return { environment: createSotopia(() => scenarios), text };
}

function hasRule(path: string, id: string): AppError {
  return new AppError('scenario-pack-rule', {
    what: `The pack ${path} cannot be played here.`,
    why: `${id} is scored by a rule of its author, which runs in a thread of the browser only.`,
    fix: 'Give the scenario checks, or no scoring at all and an evaluator.',
  });
}

function unscored(path: string, id: string): AppError {
  return new AppError('scenario-pack-unscored', {
    what: `Nobody could tell how the dialogues of ${path} went.`,
    why: `No rule checks the goals of ${id}, and no evaluator is named.`,
    fix: 'Add --judge MODEL@URL, or play a pack whose goals are checks.',
  });
}
