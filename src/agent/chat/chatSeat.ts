import type { AskChat } from '../../base/chat.ts';
import type { Environment } from '../../environment/environment.ts';
import type { Scenario, SeatIndex } from '../../record/scenario.ts';
import type { AskedAgent } from '../askedAgent.ts';
import { momentScenes } from '../momentScenes.ts';
import { actByChat } from './chatAgent.ts';
import type { Sampling } from './chatAgent.ts';
import { checkBy } from './scene.ts';
import type { Manner } from './scene.ts';

/**
 * A chat model at a seat.
 *
 * @param mannerOf how one speaks here; asked once for each seat
 * @param askFor whom to ask at the moment of that name
 */
export function chatSeat<State, S extends Scenario>(
  environment: Environment<State, S>,
  mannerOf: (seat: SeatIndex) => Manner,
  askFor: (momentName: string) => AskChat,
  sampling: Sampling,
): AskedAgent<State, S> {
  const sceneAt = momentScenes(environment, mannerOf);
  return async (moment, signal) => {
    const { utterance, ownStrategy, invalidReason, isSaid } = await actByChat(
      askFor(moment.name),
      sceneAt(moment),
      sampling,
      checkBy(environment, moment.state),
      signal,
    );
    // A reply that is not in the form may be the model's own thoughts, its goal among them: nobody hears it.
    return isSaid
      ? { utterance, ownStrategy, unreadable: null }
      : { utterance: '', ownStrategy: null, unreadable: invalidReason };
  };
}
