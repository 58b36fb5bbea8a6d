import { AppError } from '../base/errors.ts';
import type { EnvironmentName } from '../record/environmentName.ts';
import type { Split } from '../record/scenario.ts';
import { environmentOf, type AnyEnvironment } from './registry.ts';
import { readScenarioPack, seatScenarios } from './sotopia/pack.ts';
import type { SotopiaScenario } from './sotopia/scenario.ts';
import { createSotopia } from './sotopia/sotopia.ts';

/** What a run plays. */
interface Played {
  readonly environment: EnvironmentName;
  /** The text of a scenario pack in the place of the built-in scenarios; empty: none. */
  readonly pack: string;
}

/** Who can score dialogues whose goals no check knows. */
export interface Scorers {
  readonly hasEvaluator: boolean;
  /** Rules of authors run in a thread of a browser. */
  readonly canRunRules: boolean;
}

/** The environment of a run, with the scenarios of its pack. @throws AppError `scenario-pack-…` */
export function runEnvironment({ environment, pack }: Played): AnyEnvironment {
  if (pack === '') return environmentOf(environment);
  if (environment !== 'sotopia') throw otherGame(environment);
  const scenarios = seatScenarios(readScenarioPack(pack, 'this pack'));
  return createSotopia(() => scenarios);
}

/**
 * Whether the pack has what a run plays, and somebody can tell how its dialogues went.
 *
 * @param name what people call the pack
 * @param splits that must not be empty
 * @throws AppError `scenario-pack-split`, `scenario-pack-rule`, `scenario-pack-unscored`
 */
export function assertPlayable(
  scenarios: readonly SotopiaScenario[],
  name: string,
  splits: readonly Split[],
  { hasEvaluator, canRunRules }: Scorers,
): void {
  for (const split of splits) {
    const own = scenarios.filter((scenario) => scenario.split === split);
    if (own.length === 0) throw emptySplit(name, split);
    const ruled = own.find(({ scoring }) => scoring.kind === 'rule');
    if (ruled && !canRunRules) throw noRules(name, ruled.canonicalId);
    const unchecked = own.find(({ scoring }) => scoring.kind === 'evaluator');
    if (unchecked && !hasEvaluator) throw unscored(name, unchecked.canonicalId);
  }
}

/** The same for the pack of a run; a run without one needs nothing. @throws AppError `scenario-pack-…` */
export function assertPackPlayable(played: Played, splits: readonly Split[], scorers: Scorers): void {
  if (played.pack === '') return;
  if (played.environment !== 'sotopia') throw otherGame(played.environment);
  const pack = readScenarioPack(played.pack, 'this pack');
  assertPlayable(seatScenarios(pack), pack.name, splits, scorers);
}

function otherGame(environment: EnvironmentName): AppError {
  return new AppError('scenario-pack-environment', {
    what: `A scenario pack is no ${environment}.`,
    why: 'Packs hold social dialogues.',
    fix: 'Play it with the environment sotopia, or choose no pack.',
  });
}

function emptySplit(name: string, split: Split): AppError {
  return new AppError('scenario-pack-split', {
    what: `The pack ${name} has no scenario in the split ${split}.`,
    why: 'A run trains on the split train, and is evaluated on validation.',
    fix: 'Choose another split, or name splits in the pack: "split" of a scenario.',
  });
}

function noRules(name: string, id: string): AppError {
  return new AppError('scenario-pack-rule', {
    what: `The pack ${name} cannot be played here.`,
    why: `${id} is scored by a rule of its author, which runs in a thread of the browser only.`,
    fix: 'Give the scenario checks, or no scoring at all and an evaluator.',
  });
}

function unscored(name: string, id: string): AppError {
  return new AppError('scenario-pack-unscored', {
    what: `Nobody could tell how the dialogues of ${name} went.`,
    why: `No rule checks the goals of ${id}, and no evaluator is named.`,
    fix: 'Name a judge’s server, which evaluates as well (--judge MODEL@URL on the command line), or play a pack whose goals are checks.',
  });
}
