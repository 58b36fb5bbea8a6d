import { hash32 } from '../../../base/hash.ts';
import type { RandomStream } from '../../../base/random.ts';
import type { Split } from '../../../record/scenario.ts';
import { oncePerSplit, splitOf } from '../../splits.ts';
import { DEALS } from './cards.ts';
import type { Deal } from './cards.ts';
import { NAMES, PLACES } from './language.ts';

/** Two people somewhere, with the cards they were dealt. */
export interface KuhnScenario {
  readonly environment: 'kuhn-poker';
  /** `first/second/place/card/card`. */
  readonly id: string;
  /** The story with the names in alphabetical order: splits are by story, so each split has all six deals. */
  readonly canonicalId: string;
  readonly split: Split;
  readonly names: readonly [string, string];
  readonly place: string;
  readonly deal: Deal;
}

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
