import { z } from 'zod';
import { hash32 } from '../../../base/hash.ts';
import type { RandomStream } from '../../../base/random.ts';
import { scenarioFields } from '../../../record/scenario.ts';
import type { Split } from '../../../record/scenario.ts';
import { oncePerSplit, splitOf } from '../../splits.ts';
import { NAMES, THINGS } from './language.ts';

export const LOWEST = 1;
export const HIGHEST = 100;

/** Somebody has counted something; how many there are is hidden. */
export const GuessScenario = z.strictObject({
  /**
   * Its id: `story/number`. The canonical one: the story alone, so splits are by story, and every number is hidden in every
   * split, by other people in other things.
   */
  ...scenarioFields('guess-the-number'),
  /** Who answers. */
  name: z.string(),
  /** What was counted, `jelly beans`, and where it is, `in the jar`. */
  unit: z.string(),
  place: z.string(),
  number: z.int().min(LOWEST).max(HIGHEST),
});
export type GuessScenario = z.infer<typeof GuessScenario>;

let everyScenario: readonly GuessScenario[] | undefined;

/** Every story with every number, in the order of a hash of their ids: any stretch of them is a mixture. Made once. */
export function allScenarios(): readonly GuessScenario[] {
  everyScenario ??= stories()
    .flatMap((story) => wholeNumbers(LOWEST, HIGHEST).map((number) => withNumber(story, number)))
    .map((scenario) => ({ scenario, rank: hash32(scenario.id) }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ scenario }) => scenario);
  return everyScenario;
}

export const scenariosOf = oncePerSplit((split): readonly GuessScenario[] =>
  allScenarios().filter((scenario) => scenario.split === split),
);

/** Uniform over the scenarios of the split. */
export function sampleScenario(random: RandomStream, split: Split): GuessScenario {
  return random.pick(scenariosOf(split));
}

type Story = Omit<GuessScenario, 'id' | 'number'>;

function stories(): Story[] {
  return NAMES.flatMap((name) =>
    THINGS.map(({ unit, place }): Story => {
      const canonicalId = `${name}/${unit}`;
      return { environment: 'guess-the-number', canonicalId, split: splitOf(canonicalId), name, unit, place };
    }),
  );
}

function withNumber(story: Story, number: number): GuessScenario {
  return { ...story, id: `${story.canonicalId}/${number}`, number };
}

function wholeNumbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
