import { z } from 'zod';
import { RandomStream } from '../../base/random.ts';
import { scenarioFields } from '../../record/scenario.ts';
import type { SeatIndex, Split } from '../../record/scenario.ts';
import { oncePerSplit, splitOf } from '../splits.ts';
import { WORTH_OF_RANK } from './division.ts';
import { COMPANIONS, NEEDS } from './language.ts';
import type { Item } from './language.ts';
import { Triple } from '../negotiation/schemas.ts';

const RankedItem = z.literal([0, 1, 2]) satisfies z.ZodType<Item>;
/** The three items from what somebody needs most to what somebody needs least. */
const Ranking = z
  .tuple([RankedItem, RankedItem, RankedItem])
  .readonly()
  .refine((items) => new Set(items).size === 3, 'a ranking names each item once');
export type Ranking = z.infer<typeof Ranking>;

/** Who came along, and for each item a reason to need it and a reason to do without it: indices into `language.ts`. */
const Story = z.strictObject({
  companion: z
    .int()
    .min(0)
    .max(COMPANIONS.length - 1),
  needs: Triple,
  spares: Triple,
});
export type Story = z.infer<typeof Story>;

export const PriorityScenario = z.strictObject({
  ...scenarioFields('priority-negotiation'),
  rankings: z.tuple([Ranking, Ranking]).readonly(),
  stories: z.tuple([Story, Story]).readonly(),
});
export type PriorityScenario = z.infer<typeof PriorityScenario>;

const RANKINGS: readonly Ranking[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];
const RANKING_PAIRS = RANKINGS.flatMap((first) => RANKINGS.map((second) => [first, second] as const));
/** Pairs of stories; no story is in two of them. */
const STORY_PAIRS = 150;
const STORY_SEED = 1;

let everyScenario: readonly PriorityScenario[] | undefined;

/**
 * All 5,400 scenarios: 150 pairs of stories, each with all 36 pairs of rankings. There are too few rankings to hold any
 * out, so a split holds out stories: all rankings of a pair of stories cluster under one canonical id, every split has
 * every pair of rankings equally often, no story is in two splits, and no held-out view occurs in train. Any 36 neighbours in the list differ in ranking.
 */
export function allScenarios(): readonly PriorityScenario[] {
  everyScenario ??= makeScenarios();
  return everyScenario;
}

export const scenariosOf = oncePerSplit((split): readonly PriorityScenario[] =>
  allScenarios().filter((scenario) => scenario.split === split),
);

/** Each scenario of the split equally likely. */
export function sampleScenario(random: RandomStream, split: Split): PriorityScenario {
  return random.pick(scenariosOf(split));
}

/** Worth of a package of each item to the seat. */
export function valuesOf({ rankings }: PriorityScenario, seat: SeatIndex): Triple {
  const values: Triple = [0, 0, 0];
  rankings[seat].forEach((item, rank) => (values[item] = WORTH_OF_RANK[rank] ?? 0));
  return values;
}

export function storyId({ companion, needs, spares }: Story): string {
  return [companion, needs.join(''), spares.join('')].join('.');
}

function makeScenarios(): PriorityScenario[] {
  const pairs = drawStoryPairs();
  return RANKING_PAIRS.flatMap((_, round) =>
    pairs.flatMap((stories, index) => {
      const rankings = RANKING_PAIRS[(index + round) % RANKING_PAIRS.length];
      return rankings ? [makeScenario(stories, rankings)] : [];
    }),
  );
}

function makeScenario(stories: PriorityScenario['stories'], rankings: PriorityScenario['rankings']): PriorityScenario {
  const names = stories.map(storyId);
  const canonicalId = canonicalIdOf(stories);
  return {
    environment: 'priority-negotiation',
    id: `${names.join('+')};${rankings.map((ranking) => ranking.join('')).join(';')}`,
    canonicalId,
    split: splitOf(canonicalId),
    rankings,
    stories,
  };
}

/**
 * Pairs of different stories of one parity, kept when their split is the one of that parity: even for train, odd for the
 * held-out splits. So no view of a held-out scenario is ever seen in train.
 */
function drawStoryPairs(): PriorityScenario['stories'][] {
  const random = new RandomStream(STORY_SEED, 'priority-negotiation', 'stories');
  const taken = new Set<string>();
  const pairs: PriorityScenario['stories'][] = [];
  while (pairs.length < STORY_PAIRS) {
    const pair = [drawStory(random), drawStory(random)] as const;
    const [first, second] = [storyId(pair[0]), storyId(pair[1])];
    if (first === second || taken.has(first) || taken.has(second)) continue;
    const isHeldOut = splitOf(canonicalIdOf(pair)) !== 'train';
    if (pair.some((story) => isOdd(story) !== isHeldOut)) continue;
    taken.add(first).add(second);
    pairs.push(pair);
  }
  return pairs;
}

function canonicalIdOf(stories: PriorityScenario['stories']): string {
  return stories.map(storyId).toSorted().join('+');
}

/**
 * A view shows the companion, two needs and the third item's spare. Spares have the parity of their needs, all of them
 * shifted or none, so that the parity of what is shown is the story's own, whichever ranking shows it.
 */
function isOdd({ companion, needs, spares }: Story): boolean {
  return (companion + needs[0] + needs[1] + spares[2]) % 2 === 1;
}

function drawStory(random: RandomStream): Story {
  const shift = random.index(2);
  const [food, water, firewood] = NEEDS;
  const needs: Triple = [random.index(food.length), random.index(water.length), random.index(firewood.length)];
  const spareOf = (need: number) => (need + shift) % 2;
  const spares: Triple = [spareOf(needs[0]), spareOf(needs[1]), spareOf(needs[2])];
  return { companion: random.index(COMPANIONS.length), needs, spares };
}
