import { RandomStream } from '../base/random.ts';
import type { Owner } from '../base/owner.ts';
import type { Engine, FrozenWeights, Policy, Speaker, Trainable } from '../policy/engine.ts';
import type { Scenario, SeatIndex } from '../record/scenario.ts';
import type { Cast, SeatPlan } from './seatPlan.ts';

/** Somebody who sits opposite the strategist in some dialogues of its training, and learns nothing there. */
export interface Opponent<State> {
  /** Weights that its strategist has to itself; null: none, or the base's. */
  readonly weights: Trainable | null;
  /** @param speaker `weights` on the device, or the base @param group of dialogues, counted through the whole run */
  seat(cast: Cast<State>, speaker: Speaker, scenario: Scenario, seat: SeatIndex, group: number): SeatPlan<State>;
}

/** Who sits opposite besides the strategist itself. */
export interface OpponentPool<State> {
  /** Of the groups of dialogues; in the others one of the members takes the other seat, each equally often. */
  readonly selfPlayShare: number;
  readonly members: readonly Opponent<State>[];
}

/** The pool with everybody ready to sit down. */
export interface SeatedPool<State> extends Pick<OpponentPool<State>, 'selfPlayShare'> {
  readonly members: readonly ((scenario: Scenario, seat: SeatIndex, group: number) => SeatPlan<State>)[];
}

export interface OpenPool<State> {
  /** Weights that a decoder needs for it. */
  readonly speakers: readonly Policy[];
  seatedIn(cast: Cast<State>): SeatedPool<State>;
}

/** Puts the weights of the pool beside the base, which they share. */
export function openPool<State>(
  { selfPlayShare, members }: OpponentPool<State>,
  engine: Pick<Engine, 'createPolicy'>,
  base: FrozenWeights,
  resources: Owner,
): OpenPool<State> {
  const open = members.map((member) => ({
    member,
    policy: member.weights && resources.own(engine.createPolicy(base, member.weights)),
  }));
  return {
    speakers: open.flatMap(({ policy }) => policy ?? []),
    seatedIn: (cast) => ({
      selfPlayShare,
      members: open.map(
        ({ member, policy }) =>
          (scenario, seat, group) =>
            member.seat(cast, policy ?? base, scenario, seat, group),
      ),
    }),
  };
}

/**
 * Who of the pool sits opposite in a group of dialogues; null: nobody of it. All dialogues of a group have the same partner,
 * so that they can be compared with one another. A function of its arguments, so that a resumed run meets the same.
 */
export function opponentOf<State>(
  { selfPlayShare, members }: SeatedPool<State>,
  seed: number,
  updateIndex: number,
  indexInUpdate: number,
): SeatedPool<State>['members'][number] | null {
  const random = new RandomStream(seed, 'opponent', updateIndex, indexInUpdate);
  return members.length === 0 || random.uniform() < selfPlayShare ? null : random.pick(members);
}
