import { remembering, type Chat } from '../agent/chat/chat.ts';
import { chatSeat } from '../agent/chat/chatSeat.ts';
import { mannerOf } from '../agent/chat/manner.ts';
import type { Manner } from '../agent/chat/scene.ts';
import type { Environment } from '../environment/environment.ts';
import { lessonsOf } from '../environment/registry.ts';
import type { Speaker } from '../policy/engine.ts';
import { isEnvironmentName } from '../record/environmentName.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { SeatIndex } from '../record/scenario.ts';
import type { Cast } from './seatPlan.ts';

/** Who can be called to a seat of this environment. */
export function castOf<State>(
  environment: Environment<State>,
  sampling: Pick<RunConfig, 'strategistTemperature' | 'agentTemperature' | 'chatTokenLimit'>,
  base: Speaker,
  chat: Chat | null,
): Cast<State> {
  const { strategistTemperature, agentTemperature, chatTokenLimit } = sampling;
  const manner = (seat: SeatIndex) => mannerIn(environment.name, seat);
  const ofReply = { temperature: agentTemperature, tokenLimit: chatTokenLimit };
  return {
    environment,
    base,
    strategistTemperature,
    agentTemperature,
    chat: chat && chatSeat(environment, manner, (name) => remembering(chat, name), ofReply),
  };
}

function mannerIn(environment: string, seat: SeatIndex): Manner {
  return isEnvironmentName(environment)
    ? mannerOf(lessonsOf(environment), seat)
    : { examples: [], leave: null, pass: null };
}
