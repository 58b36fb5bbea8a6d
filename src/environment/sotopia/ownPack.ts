import characters from './pack/characters.json' with { type: 'json' };
import scenarios from './pack/scenarios.json' with { type: 'json' };
import { PACK_FORMAT, PACK_VERSION, ScenarioPack, seatScenarios } from './pack.ts';
import type { SotopiaScenario } from './scenario.ts';

let pack: ScenarioPack | undefined;
let seated: readonly SotopiaScenario[] | undefined;

/** The scenarios and characters that were written for this project. */
export function ownPack(): ScenarioPack {
  pack ??= ScenarioPack.parse({
    format: PACK_FORMAT,
    version: PACK_VERSION,
    name: 'parley',
    source: 'Written for Parley, under its licence',
    ...characters,
    scenarios,
  });
  return pack;
}

/** All of them with everybody who plays them, in the order of the pack. */
export function ownScenarios(): readonly SotopiaScenario[] {
  seated ??= seatScenarios(ownPack());
  return seated;
}
