import { z } from 'zod';
import type { RandomStream } from '../../../base/random.ts';
import { scenarioFields } from '../../../record/scenario.ts';
import type { Split } from '../../../record/scenario.ts';
import { oncePerSplit, splitOf } from '../../splits.ts';
import { NAMES, PLACES } from './language.ts';

export const MOST_ROUNDS = 3;

/** Two people before two levers, for one to three pulls each. */
export const ArmsScenario = z.strictObject({
  ...scenarioFields('two-arms'),
  names: z.tuple([z.string(), z.string()]).readonly(),
  place: z.string(),
  /** Pulls of each seat. */
  rounds: z.int().min(1).max(MOST_ROUNDS),
});
export type ArmsScenario = z.infer<typeof ArmsScenario>;

let everyScenario: readonly ArmsScenario[] | undefined;

export const scenariosOf = oncePerSplit((split): readonly ArmsScenario[] =>
  allScenarios().filter((scenario) => scenario.split === split),
);

/** Uniform over the scenarios of the split. */
export function sampleScenario(random: RandomStream, split: Split): ArmsScenario {
  return random.pick(scenariosOf(split));
}

/** Every pair at every place, with one to three rounds; splits are by pair and place, whoever begins. */
function allScenarios(): readonly ArmsScenario[] {
  everyScenario ??= PLACES.flatMap((place) =>
    NAMES.flatMap((first) =>
      NAMES.filter((second) => second !== first).flatMap((second) =>
        Array.from({ length: MOST_ROUNDS }, (_, index) => withRounds(first, second, place, index + 1)),
      ),
    ),
  );
  return everyScenario;
}

function withRounds(first: string, second: string, place: string, rounds: number): ArmsScenario {
  const canonicalId = [...[first, second].sort(), place].join('/');
  const id = [first, second, place, rounds].join('/');
  return {
    environment: 'two-arms',
    id,
    canonicalId,
    split: splitOf(canonicalId),
    names: [first, second],
    place,
    rounds,
  };
}
