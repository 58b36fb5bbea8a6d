import type { Environment } from '../environment/environment.ts';
import type { Scenario, SeatIndex } from '../record/scenario.ts';
import type { Moment } from './askedAgent.ts';
import { sceneOf, seatBrief } from './chat/scene.ts';
import type { AgentScene, Manner } from './chat/scene.ts';

/**
 * What a seat may see at a moment, and nothing else: for every agent outside the engine, whoever it is.
 *
 * @param mannerOf how one speaks here; asked once for each seat
 */
export function momentScenes<State, S extends Scenario>(
  environment: Environment<State, S>,
  mannerOf: (seat: SeatIndex) => Manner,
): (moment: Moment<State, S>) => AgentScene {
  const manners = new Map<SeatIndex, Manner>();
  return ({ scenario, state, seat, history, advice }) => {
    const manner = manners.get(seat) ?? mannerOf(seat);
    manners.set(seat, manner);
    return sceneOf(environment, state, seat, {
      brief: seatBrief(environment, scenario, seat),
      manner,
      history,
      advice,
    });
  };
}
