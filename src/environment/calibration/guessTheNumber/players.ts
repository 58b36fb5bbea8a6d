import type { RandomStream } from '../../../base/random.ts';
import type { Player } from '../../lessons.ts';
import { FAMILIES } from './language.ts';
import type { StrategyFamily } from './language.ts';
import { HIGHEST, LOWEST } from './scenarios.ts';
import type { GuessState, Knowledge } from './state.ts';
import { strategyTarget } from './strategies.ts';
import type { GuessStrategy } from './strategies.ts';

type Character = (random: RandomStream) => (knowledge: Knowledge, random: RandomStream) => GuessStrategy;

/** What each kind of player does, with its share of the players. */
const CHARACTERS: Readonly<Record<string, { readonly share: number; readonly create: Character }>> = {
  /** Halves what is left; finds everything. */
  bisector: { share: 0.25, create: () => () => plain('middle') },
  /** Stays inside what is possible, but leans to the side it likes. */
  drifting: {
    share: 0.25,
    create: (nature) => {
      const favourite = nature.pick(['nearLow', 'nearHigh'] as const);
      const other = nature.pick(['lowest', 'highest', 'middle', 'exact'] as const);
      return (knowledge, random) => (random.uniform() < 0.8 ? plain(favourite) : inside(other, knowledge, random));
    },
  },
  /** Forgets the answers but for the direction of the last steps: numbers from anywhere, then one more or one less. */
  forgetful: {
    share: 0.15,
    create: () => (knowledge, random) => {
      const family = random.pick(['exact', 'exact', 'exact', 'oneMore', 'oneLess'] as const);
      return family === 'exact' ? exactly(anyNumber(random)) : orElse(plain(family), 'middle', knowledge);
    },
  },
  /** Believes in its own number. */
  stubborn: {
    share: 0.15,
    create: () => (knowledge, random) => {
      const family = random.pick(['repeat', 'repeat', 'oneMore', 'oneLess', 'middle', 'nearLow'] as const);
      return orElse(plain(family), 'exact', knowledge, random);
    },
  },
  /** Whatever comes to mind. */
  erratic: { share: 0.1, create: () => (knowledge, random) => drawApplicable(knowledge, random) },
  /** Chats, dawdles, and leaves when it takes too long. */
  impatient: {
    share: 0.1,
    create: () => (knowledge, random) => {
      const isBored = knowledge.last !== null && random.uniform() < 0.1;
      return plain(isBored ? 'giveUp' : random.pick(['ask', 'hesitate', 'middle', 'middle', 'highest'] as const));
    },
  },
};

export const TEMPERAMENTS = Object.keys(CHARACTERS);

/** A player of the guesser's seat, of a temperament drawn from the stream or of the one named. */
export function createPlayer(random: RandomStream, named?: string): Player<GuessState, GuessStrategy> {
  const temperament = named ?? drawTemperament(random);
  const choose = CHARACTERS[temperament]?.create(random);
  if (!choose) throw new Error(`createPlayer: nobody is ${temperament}`);
  return { temperament, chooseStrategy: (state, turn) => choose(state, turn) };
}

/** An applicable strategy: each family that applies is equally likely, then each of its numbers. */
export function drawApplicable(knowledge: Knowledge, random: RandomStream): GuessStrategy {
  const choices = FAMILIES.map((family) => (family === 'exact' ? exactly(anyNumber(random)) : plain(family)));
  return random.pick(choices.filter((strategy) => isApplicable(strategy, knowledge)));
}

export function isApplicable(strategy: GuessStrategy, knowledge: Knowledge): boolean {
  return strategyTarget(strategy, knowledge).kind !== 'inapplicable';
}

function drawTemperament(random: RandomStream): string {
  let left = random.uniform();
  for (const [temperament, { share }] of Object.entries(CHARACTERS)) {
    left -= share;
    if (left < 0) return temperament;
  }
  return 'bisector';
}

function plain(family: Exclude<StrategyFamily, 'exact'>): GuessStrategy {
  return { family, number: null };
}

function exactly(number: number): GuessStrategy {
  return { family: 'exact', number };
}

function inside(
  family: 'lowest' | 'highest' | 'middle' | 'exact',
  { low, high }: Knowledge,
  random: RandomStream,
): GuessStrategy {
  return family === 'exact' ? exactly(low + random.index(high - low + 1)) : plain(family);
}

function orElse(
  strategy: GuessStrategy,
  other: 'middle' | 'exact',
  knowledge: Knowledge,
  random?: RandomStream,
): GuessStrategy {
  if (isApplicable(strategy, knowledge)) return strategy;
  return other === 'exact' && random ? exactly(anyNumber(random)) : plain('middle');
}

function anyNumber(random: RandomStream): number {
  return LOWEST + random.index(HIGHEST - LOWEST + 1);
}
