import type { RandomStream } from '../../base/random.ts';
import type { TemperamentName } from '../../record/temperament.ts';

/** What a rule-made negotiator is after. */
export type Aim = 'tough' | 'firm' | 'fair' | 'generous' | 'logroll' | 'random' | 'confused';
/** How it talks: which words it likes, not which deals. */
export type Manner = 'plain' | 'rude' | 'terse' | 'chatty';

export interface Temperament {
  readonly aim: Aim;
  readonly manner: Manner;
  /** Points wanted in the first turn and in the last one. */
  readonly firstAspiration: number;
  readonly lastAspiration: number;
  /** Exponent of the way from the first to the last. */
  readonly patience: number;
  /** Points that are accepted in the very last turn. */
  readonly leastAcceptable: number;
  readonly stubbornness: number;
  /** Chance of a turn to be in the mood for talk. */
  readonly talkativeness: number;
  /** Scale of the Gumbel noise on every score. */
  readonly noise: number;
}

type Range = readonly [number, number];
type Mixture = Readonly<Partial<Record<Aim, number>>>;

/** `weak`: nobody finds good deals reliably, so there is something left to learn. `strong`: somewhat better players. */
export const MIXTURES = {
  weak: { firm: 0.25, generous: 0.2, random: 0.1, confused: 0.45 },
  strong: { tough: 0.2, fair: 0.2, generous: 0.15, logroll: 0.2, random: 0.1, confused: 0.15 },
} as const satisfies Record<string, Mixture>;

const MANNERS = { plain: 0.7, rude: 0.1, terse: 0.1, chatty: 0.1 } as const;

const AIMS: Readonly<Record<Aim, { first: Range; last: Range; least: Range; noise: number }>> = {
  tough: { first: [9, 10], last: [6, 8], least: [4, 6], noise: 0.6 },
  firm: { first: [9, 10], last: [5, 7], least: [2, 5], noise: 0.6 },
  fair: { first: [6, 7], last: [4.5, 5.5], least: [2, 4], noise: 0.6 },
  generous: { first: [4, 6], last: [1, 3], least: [0, 2], noise: 0.6 },
  logroll: { first: [8, 9], last: [5, 6], least: [2, 4], noise: 0.6 },
  random: { first: [5, 5], last: [5, 5], least: [0, 0], noise: 8 },
  confused: { first: [7, 9], last: [3, 5], least: [2, 4], noise: 0.6 },
};

/** What other negotiations call them: aim, manner, and where in the ranges of the aim they stand (0: the lowest aspirations). */
const NAMED: Readonly<Record<TemperamentName, readonly [Aim, Manner, number]>> = {
  shrewd: ['logroll', 'plain', 0.5],
  steady: ['fair', 'plain', 0.5],
  friendly: ['generous', 'chatty', 1],
  soft: ['generous', 'plain', 0],
  tough: ['tough', 'plain', 0.5],
  rude: ['tough', 'rude', 0.5],
  chatty: ['fair', 'chatty', 0.5],
  confused: ['confused', 'plain', 0.5],
  erratic: ['random', 'plain', 0.5],
};

export function temperamentCalled(name: TemperamentName): Temperament {
  const [aim, manner, standing] = NAMED[name];
  const { first, last, least, noise } = AIMS[aim];
  const at = ([low, high]: Range) => low + (high - low) * standing;
  return {
    aim,
    manner,
    firstAspiration: at(first),
    lastAspiration: at(last),
    patience: 1,
    leastAcceptable: at(least),
    stubbornness: manner === 'rude' ? 1 : 0.5,
    talkativeness: manner === 'chatty' ? 0.45 : 0.2,
    noise,
  };
}

export function drawTemperament(mixture: keyof typeof MIXTURES, random: RandomStream): Temperament {
  const between = ([low, high]: Range) => low + (high - low) * random.uniform();
  const aim = drawShare<Aim>(MIXTURES[mixture], random);
  const manner = drawShare<Manner>(MANNERS, random);
  const { first, last, least, noise } = AIMS[aim];
  const talkativeness = between([0, 0.45]);
  return {
    aim,
    manner,
    firstAspiration: between(first),
    lastAspiration: between(last),
    patience: between([0.5, 1.5]),
    leastAcceptable: between(least),
    stubbornness: between([0, 1]),
    talkativeness: manner === 'terse' ? talkativeness / 5 : manner === 'chatty' ? talkativeness + 0.2 : talkativeness,
    noise,
  };
}

/** `tough`, or `rude tough`: a plain manner goes without saying. */
export function temperamentName({ aim, manner }: Temperament): string {
  return manner === 'plain' ? aim : `${manner} ${aim}`;
}

function drawShare<Name extends string>(shares: Readonly<Partial<Record<Name, number>>>, random: RandomStream): Name {
  const names = Object.keys(shares) as Name[]; // keys of the record's own type
  let left = random.uniform();
  return names.find((name) => (left -= shares[name] ?? 0) < 0) ?? (names.at(-1) as Name); // shares sum to 1
}
