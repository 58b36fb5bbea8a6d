import type { RandomStream } from '../base/random.ts';
import type { SeatIndex } from '../record/scenario.ts';
import type { Environment } from '../environment/environment.ts';

/**
 * An agent without a mind of its own: carries every strategy out to the letter, as far as the environment's rules can read
 * it, and repeats what they cannot read. What the strategist does is then all that counts.
 */
export function literalAgent<State>({ carryOut }: Pick<Environment<State>, 'carryOut'>) {
  return (state: State, _seat: SeatIndex, random: RandomStream, strategy: string | null): string =>
    (strategy === null ? null : carryOut(state, strategy, random)) ?? strategy ?? '';
}
