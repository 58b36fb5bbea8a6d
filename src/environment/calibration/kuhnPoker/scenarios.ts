import { z } from 'zod';
import { hash32 } from '../../../base/hash.ts';
import type { RandomStream } from '../../../base/random.ts';
import { scenarioFields } from '../../../record/scenario.ts';
import type { Split } from '../../../record/scenario.ts';
import { oncePerSplit, splitOf } from '../../splits.ts';
import { Card, DEALS } from './cards.ts';
import type { Deal } from './cards.ts';
import { NAMES, PLACES } from './language.ts';

/** Two people somewhere, with the cards they were dealt. */
export const KuhnScenario = z.strictObject({
  /**
   * Its id: `first/second/place/card/card`. The canonical one: the story with the names in alphabetical order, so splits are
   * by story, and each has all six deals.
   */
  ...scenarioFields('kuhn-poker'),
  names: z.tuple([z.string(), z.string()]).readonly(),
  place: z.string(),
  deal: z
    .tuple([Card, Card])
    .readonly()
    .refine(([first, second]) => first !== second, 'there is one of each card'),
});
export type KuhnScenario = z.infer<typeof KuhnScenario>;

let everyScenario: readonly KuhnScenario[] | undefined;

/** Every story with every deal; the six deals of a story are neighbours, stories stand in the order of a hash. Made once. */
export function allScenarios(): readonly KuhnScenario[] {
  everyScenario ??= stories()
    .map((story) => ({ story, rank: hash32(`${story.names.join('/')}/${story.place}`) }))
    .sort((one, other) => one.rank - other.rank)
    .flatMap(({ story }) => DEALS.map((deal) => withDeal(story, deal)));
  return everyScenario;
}

export const scenariosOf = oncePerSplit((split): readonly KuhnScenario[] =>
  allScenarios().filter((scenario) => scenario.split === split),
);

/** Uniform over the scenarios of the split. */
export function sampleScenario(random: RandomStream, split: Split): KuhnScenario {
  return random.pick(scenariosOf(split));
}

type Story = Omit<KuhnScenario, 'id' | 'deal'>;

function stories(): Story[] {
  return PLACES.flatMap((place) =>
    NAMES.flatMap((first) =>
      NAMES.filter((second) => second !== first).map((second): Story => {
        const canonicalId = [...[first, second].sort(), place].join('/');
        return { environment: 'kuhn-poker', canonicalId, split: splitOf(canonicalId), names: [first, second], place };
      }),
    ),
  );
}

function withDeal(story: Story, deal: Deal): KuhnScenario {
  return { ...story, id: [...story.names, story.place, ...deal].join('/'), deal };
}
