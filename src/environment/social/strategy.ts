import type { RandomStream } from '../../base/random.ts';
import type { StrategyReading } from '../../record/episode.ts';
import { createReader, writeText } from '../grammar.ts';
import { ACTS_OF_ROLE } from './action.ts';
import type { Act, ActKind, SocialAction } from './action.ts';
import { wordsOf } from './sight.ts';
import type { AskSight, Sight } from './sight.ts';
import { PLAIN_ONLY, STRATEGIES, TONED } from './strategyWords.ts';
import type { Family } from './strategyWords.ts';
import { AMOUNTS, CHORES, DAYS, FACTS, HOURS, PLANS, SLOT_PATTERNS, TONES } from './words.ts';
import type { Tone } from './words.ts';

/** One line of advice: what to do, what it names (`3`, `garden`, `party trip`; null for nothing), and in which tone. */
export interface SocialStrategy {
  readonly family: Family;
  readonly value: string | null;
  readonly tone: Tone;
}

// The keys of an object literal are the members of its type.
export const FAMILIES = Object.keys(STRATEGIES) as Family[];

/** What each family may name. */
const VALUES: Readonly<Partial<Record<Family, readonly string[]>>> = {
  pay: AMOUNTS,
  charge: AMOUNTS,
  help: CHORES,
  chore: CHORES,
  hour: HOURS,
  time: HOURS,
  'ask-fact': FACTS,
  fact: FACTS,
  guess: PLANS,
  name: PLANS,
  lie: PLANS,
  day: DAYS,
  compromise: DAYS,
  free: DAYS,
  busy: DAYS,
  hint: PLANS.flatMap((plan) => PLANS.filter((other) => other !== plan).map((other) => `${plan} ${other}`)),
};
const SLOT_OF_FAMILY: Readonly<Partial<Record<Family, string>>> = {
  pay: 'amount',
  charge: 'amount',
  help: 'chore',
  chore: 'chore',
  hour: 'hour',
  time: 'hour',
  'ask-fact': 'fact',
  fact: 'fact',
  guess: 'plan',
  name: 'plan',
  lie: 'plan',
  day: 'day',
  compromise: 'day',
  free: 'day',
  busy: 'day',
};

export function tonesOf(family: Family): readonly Tone[] {
  return PLAIN_ONLY.includes(family) ? ['plain'] : TONES;
}

/** Everything that the family may name, applicable or not. */
export function valuesOf(family: Family): readonly (string | null)[] {
  return VALUES[family] ?? [null];
}

/** The act that the strategy asks for; null where it does not apply. */
export function actOf({ family, value, tone }: SocialStrategy, sight: Sight): Act | null {
  switch (family) {
    case 'accept':
    case 'reject':
      return sight.theirs ? own({ kind: family, value: null, tone }, sight) : null;
    case 'repeat':
      return sight.mine ? proposalAct(sight.mine.text, tone, sight) : null;
    case 'comply': {
      if (sight.role !== 'ride-ask' && sight.role !== 'loan-ask') return null;
      return complyAct(sight, tone);
    }
    case 'why':
      if (sight.role !== 'ride-ask' && sight.role !== 'loan-ask') return null;
      return { kind: 'why', value: sight.script.reason, tone };
    case 'need':
      if (sight.role !== 'ride-give' && sight.role !== 'loan-give') return null;
      return { kind: 'need', value: wordsOf(sight.script.need), tone };
    case 'sorry':
      return sight.marks > 0 ? { kind: 'sorry', value: null, tone } : null;
    case 'confess':
      return sight.role === 'hold' ? { kind: 'claim', value: sight.script.plan, tone } : null;
    case 'lie':
      return sight.role === 'hold' && value !== sight.script.plan ? { kind: 'claim', value, tone } : null;
    case 'hint':
      return sight.role === 'hold' && (value ?? '').split(' ').includes(sight.script.plan)
        ? { kind: 'hint', value, tone }
        : null;
    case 'deny':
      return sight.role === 'hold' && PLANS.some((plan) => plan === sight.question)
        ? { kind: 'deny', value: null, tone }
        : null;
    case 'accuse':
      return sight.role === 'seek' && sight.hasStatement ? { kind: 'accuse', value: null, tone } : null;
    case 'compromise':
      return sight.role === 'day' && (sight.freeOfOther.includes(value ?? '') || sight.theirs?.text === value)
        ? { kind: 'day', value, tone }
        : null;
    case 'free':
    case 'busy': {
      if (sight.role !== 'day') return null;
      const isFree = (sight.stars[DAYS.findIndex((day) => day === value)] ?? 0) > 0;
      return isFree === (family === 'free') ? { kind: family, value, tone } : null;
    }
    default:
      return own({ kind: family, value, tone }, sight);
  }
}

/** Reads a strategy text in the situation in which it was given. */
export function readStrategyIn(sight: Sight, text: string, action: SocialAction): StrategyReading {
  const strategy = parseStrategy(text);
  if (!strategy) return { family: null, isApplicable: false, isFollowed: null };
  const act = actOf(strategy, sight);
  if (!act) return { family: strategy.family, isApplicable: false, isFollowed: null };
  const isFollowed =
    action.kind !== 'invalid' && action.kind === act.kind && action.value === act.value && action.tone === act.tone;
  return { family: strategy.family, isApplicable: true, isFollowed };
}

export function writeStrategy({ family, value, tone }: SocialStrategy, random: RandomStream): string {
  const [first = '', second = ''] = (value ?? '').split(' ');
  const core = writeText(STRATEGIES[family], random, { [SLOT_OF_FAMILY[family] ?? 'plan']: first, other: second });
  return writeText(TONED[tone], random, { core });
}

/** What a strategy text says; null when it is not in the language of strategies. */
export function parseStrategy(text: string): SocialStrategy | null {
  const reading = readText(text);
  if (!reading) return null;
  const { meaning, slots } = reading;
  const slot = SLOT_OF_FAMILY[meaning.family];
  const value =
    meaning.family === 'hint'
      ? `${slots['plan']} ${slots['other']}`
      : slot === undefined
        ? null
        : (slots[slot] ?? null);
  return { ...meaning, value };
}

const readText = createReader(
  FAMILIES.flatMap((family) =>
    tonesOf(family).map((tone) => ({
      meaning: { family, tone },
      templates: [TONED[tone].replace('{core}', STRATEGIES[family])],
    })),
  ),
  SLOT_PATTERNS,
);

function own(act: Act, sight: Sight): Act | null {
  return ACTS_OF_ROLE[sight.role].includes(act.kind) ? act : null;
}

/** The act that makes the proposal again. */
function proposalAct(text: string, tone: Tone, sight: Sight): Act | null {
  if (sight.role === 'day') return { kind: 'day', value: text, tone };
  if (sight.role === 'hold' || sight.role === 'seek') return null;
  const [kind = '', value = null] = text.split(' ');
  const isAsking = sight.role === 'ride-ask' || sight.role === 'loan-ask';
  const kinds: Readonly<Record<string, ActKind>> = isAsking
    ? { free: 'beg', pay: 'pay', help: 'help', hour: 'hour' }
    : { free: 'gift', pay: 'charge', help: 'chore', hour: 'time' };
  const actKind = kinds[kind];
  return actKind ? { kind: actKind, value, tone } : null;
}

/** What gives the other just what it has said it needs. */
function complyAct({ heardNeed, script }: AskSight, tone: Tone): Act | null {
  if (!heardNeed) return null;
  if (heardNeed.kind === 'why') return { kind: 'why', value: script.reason, tone: 'plain' };
  if (heardNeed.kind === 'please') return { kind: 'beg', value: null, tone: 'polite' };
  return { kind: heardNeed.kind, value: heardNeed.value, tone };
}
