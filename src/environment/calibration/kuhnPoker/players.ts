import type { RandomStream } from '../../../base/random.ts';
import type { Player } from '../../lessons.ts';
import { actsAfter, CARDS } from './cards.ts';
import type { Card } from './cards.ts';
import { equilibrium, policyOf, UNIFORM_POLICY } from './exploitability.ts';
import type { Policy } from './exploitability.ts';
import { situationOf } from './state.ts';
import type { KuhnState, Situation } from './state.ts';
import { actOf, applicableStrategies } from './strategies.ts';
import type { KuhnStrategy } from './strategies.ts';

/** A kind of player: how bravely it plays, how much it talks and what it makes of talk. */
interface Temperament {
  /** Share of the players. */
  readonly share: number;
  /** What it plays, apart from talk: exact values of all meetings follow from it. */
  readonly policy: Policy;
  /** Probability that it says it holds a card. */
  readonly talk: number;
  /** Probability that what it says is true. */
  readonly truth: number;
  /** Whether it believes what the other says. */
  readonly isTrusting: boolean;
}

/** Bravery in bets and in calls, per card from the jack up. */
function brave(bets: readonly [number, number, number], calls: readonly [number, number, number]): Policy {
  return policyOf((set) => {
    const position = CARDS.findIndex((card) => set.startsWith(card));
    return (set.endsWith('bet') ? calls : bets)[position] ?? 0;
  });
}

/** Most bet and call too much, so that betting good cards and not bluffing pays. */
export const TEMPERAMENTS: Readonly<Record<string, Temperament>> = {
  /** Cannot be beaten in the long run. */
  balanced: { share: 0.1, policy: equilibrium(1 / 4), talk: 0.05, truth: 0.34, isTrusting: false },
  /** Bets what it has, never a bluff. */
  honest: { share: 0.15, policy: brave([0, 0.3, 1], [0, 0.6, 1]), talk: 0.15, truth: 1, isTrusting: false },
  bluffer: { share: 0.25, policy: brave([1, 0.7, 0.7], [0.3, 0.8, 1]), talk: 0.2, truth: 0.1, isTrusting: false },
  /** Folds all but the king, and does not always trust that one. */
  timid: { share: 0.1, policy: brave([0, 0, 0.3], [0, 0.1, 0.9]), talk: 0.05, truth: 0.8, isTrusting: true },
  /** Wants to see every card. */
  caller: { share: 0.3, policy: brave([0.2, 0.5, 0.6], [0.9, 1, 1]), talk: 0.05, truth: 0.5, isTrusting: false },
  erratic: { share: 0.1, policy: UNIFORM_POLICY, talk: 0.3, truth: 0.34, isTrusting: false },
};

/** A player of a temperament drawn from the stream, or of the one named. */
export function createPlayer(random: RandomStream, named?: string): Player<KuhnState, KuhnStrategy> {
  const name = named ?? drawTemperament(random);
  const temperament = TEMPERAMENTS[name];
  if (!temperament) throw new Error(`createPlayer: nobody is ${name}`);
  return { temperament: name, chooseStrategy: (state, turn) => chooseStrategy(temperament, state, turn) };
}

/** First the act, by the policy; then one of the strategies that lead to it. */
function chooseStrategy(temperament: Temperament, state: KuhnState, random: RandomStream): KuhnStrategy {
  const situation = situationOf(state);
  const isBrave = random.uniform() < bravery(temperament, situation, state);
  const act = actsAfter(situation.history)[isBrave ? 1 : 0];
  const leading = applicableStrategies(situation).filter((strategy) => actOf(strategy) === act);
  const told = random.uniform() < temperament.talk ? cardToTell(situation.card, temperament.truth, random) : null;
  return random.pick(leading.filter(({ card }) => card === told));
}

function bravery({ policy, isTrusting }: Temperament, { card, history }: Situation, { claims }: KuhnState): number {
  const claim = claims[history === 'bet' ? 0 : 1];
  if (isTrusting && claim !== null && claim !== card && history.endsWith('bet')) {
    return CARDS.indexOf(card) > CARDS.indexOf(claim) ? 1 : 0;
  }
  return policy[`${card} ${history}`];
}

function cardToTell(own: Card, truth: number, random: RandomStream): Card {
  return random.uniform() < truth ? own : random.pick(CARDS.filter((card) => card !== own));
}

function drawTemperament(random: RandomStream): string {
  let left = random.uniform();
  for (const [name, { share }] of Object.entries(TEMPERAMENTS)) {
    left -= share;
    if (left < 0) return name;
  }
  return 'erratic';
}
