import { z } from 'zod';
import { RandomStream } from '../../base/random.ts';
import { scenarioFields, SeatIndex } from '../../record/scenario.ts';
import type { Split } from '../../record/scenario.ts';
import { oncePerSplit, splitOf } from '../splits.ts';
import { ACTIVITIES, AMOUNTS, CHORES, DAYS, FACTS, HOURS, NAMES, PLACES, PLANS, REASONS, THINGS } from './words.ts';

/** What the one who is asked for a favour waits for. `why`: to be told the reason. `please`: to be asked nicely. */
const Need = z.strictObject({
  kind: z.enum(['pay', 'help', 'hour', 'why', 'please']),
  /** Dollars, chore or hour; null for the kinds that need none. */
  value: z.string().nullable(),
});
export type Need = z.infer<typeof Need>;

/** Seat 0 asks seat 1 for a ride or a loan. */
const FavourScript = z.strictObject({
  kind: z.enum(['ride', 'loan']),
  /** The place to go to, or the thing to borrow. */
  object: z.string(),
  reason: z.string(),
  need: Need,
  /** Points of seat 0 when it walks away in time and finds another way. */
  otherWay: z.number(),
  /** What a chore costs seat 0. */
  helpCost: z.number(),
  /** The hour seat 0 would like; every hour off costs 1. */
  hour: z.enum(HOURS),
  /** What it costs seat 0 to tell its reason. */
  whyCost: z.number(),
  /** Points of seat 1 without a deal. */
  peace: z.number(),
});
export type FavourScript = z.infer<typeof FavourScript>;

/** One seat holds a plan in secret; the other has three plans in mind, one of them the true one. */
const SecretScript = z.strictObject({
  kind: z.literal('secret'),
  holder: SeatIndex,
  plan: z.enum(PLANS),
  day: z.enum(DAYS),
  place: z.enum(PLACES),
  maybe: z.array(z.enum(PLANS)).readonly(),
  /** The harmless fact that the asking seat needs. */
  fact: z.enum(FACTS),
  /** Its points for the plan; what is left to 10 is for the fact. */
  planPoints: z.number(),
});
export type SecretScript = z.infer<typeof SecretScript>;

/** One number for each day. */
const Stars = z.array(z.int().min(0).max(3)).length(DAYS.length).readonly();
/** Both choose a day. */
const DayScript = z.strictObject({
  kind: z.literal('day'),
  activity: z.string(),
  /** Stars (0-3) of each seat for each day. */
  stars: z.tuple([Stars, Stars]).readonly(),
});
export type DayScript = z.infer<typeof DayScript>;

export const SocialScenario = z.strictObject({
  ...scenarioFields('social'),
  names: z.tuple([z.string(), z.string()]).readonly(),
  relation: z.enum(['friend', 'stranger']),
  script: z.discriminatedUnion('kind', [FavourScript, SecretScript, DayScript]),
});
export type SocialScenario = z.infer<typeof SocialScenario>;

const SCENARIOS_PER_KIND = 500;
const KINDS = ['ride', 'loan', 'secret', 'day'] as const;
let everyScenario: readonly SocialScenario[] | undefined;

/** The scenarios of one split, the four kinds in turn. */
export const scenariosOf = oncePerSplit((split): readonly SocialScenario[] =>
  allScenarios().filter((scenario) => scenario.split === split),
);

export function sampleScenario(random: RandomStream, split: Split): SocialScenario {
  return random.pick(scenariosOf(split));
}

function allScenarios(): readonly SocialScenario[] {
  if (!everyScenario) {
    const byId = new Map<string, SocialScenario>();
    for (let index = 0; index < SCENARIOS_PER_KIND; index++) {
      for (const kind of KINDS) {
        const scenario = createScenario(kind, new RandomStream(1, 'social', kind, index));
        byId.set(scenario.id, scenario);
      }
    }
    everyScenario = [...byId.values()];
  }
  return everyScenario;
}

function createScenario(kind: (typeof KINDS)[number], random: RandomStream): SocialScenario {
  const [first = NAMES[0], second = NAMES[1]] = random.shuffled(NAMES);
  const relation = random.pick(['friend', 'stranger'] as const);
  const script = kind === 'secret' ? drawSecret(random) : kind === 'day' ? drawDays(random) : drawFavour(kind, random);
  const canonicalId = `${relation};${canonicalScript(script)}`;
  return {
    environment: 'social',
    id: `${first},${second};${relation};${JSON.stringify(script)}`,
    canonicalId,
    split: splitOf(canonicalId),
    names: [first, second],
    relation,
    script,
  };
}

/** The situation without names, and for a day without who sits where. */
function canonicalScript(script: SocialScenario['script']): string {
  if (script.kind !== 'day') return JSON.stringify(script);
  return `day;${script.stars
    .map((stars) => stars.join(','))
    .sort()
    .join(';')}`;
}

function drawFavour(kind: 'ride' | 'loan', random: RandomStream): FavourScript {
  return {
    kind,
    object: random.pick(kind === 'ride' ? PLACES : THINGS),
    reason: random.pick(REASONS),
    need: drawNeed(random),
    otherWay: 1 + random.index(4),
    helpCost: 1 + random.index(4),
    hour: random.pick(HOURS),
    whyCost: random.index(4),
    peace: 3 + random.index(3),
  };
}

function drawNeed(random: RandomStream): Need {
  const kind = random.pick(['pay', 'help', 'hour', 'why', 'please'] as const);
  if (kind === 'pay') return { kind, value: random.pick(AMOUNTS.slice(0, -1)) };
  if (kind === 'help') return { kind, value: random.pick(CHORES) };
  return { kind, value: kind === 'hour' ? random.pick(HOURS) : null };
}

function drawSecret(random: RandomStream): SecretScript {
  const [plan = PLANS[0], ...others] = random.shuffled(PLANS);
  return {
    kind: 'secret',
    holder: random.pick([0, 1] as const),
    plan,
    day: random.pick(DAYS),
    place: random.pick(PLACES),
    maybe: random.shuffled([plan, ...others.slice(0, 2)]),
    fact: random.pick(FACTS),
    planPoints: random.pick([4, 6, 8]),
  };
}

/** Everybody has a favourite day, and some day suits both. */
function drawDays(random: RandomStream): DayScript {
  for (;;) {
    const drawStars = () => DAYS.map(() => random.pick([0, 0, 1, 2, 3]));
    const [first, second] = [drawStars(), drawStars()];
    const isShared = first.some((stars, day) => stars > 0 && (second[day] ?? 0) > 0);
    if (isShared && first.includes(3) && second.includes(3)) {
      return { kind: 'day', activity: random.pick(ACTIVITIES), stars: [first, second] };
    }
  }
}
