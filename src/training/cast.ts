import { remembering, type Chat } from '../agent/chat/chat.ts';
import { negotiatorOf } from '../agent/scriptedPartners.ts';
import { chatSeat } from '../agent/chat/chatSeat.ts';
import { mannerOf } from '../agent/chat/manner.ts';
import type { Manner } from '../agent/chat/scene.ts';
import type { AskedAgent } from '../agent/askedAgent.ts';
import { personAgent, type AskPerson } from '../agent/personAgent.ts';
import type { Environment } from '../environment/environment.ts';
import { lessonsOf } from '../environment/registry.ts';
import type { Speaker } from '../policy/engine.ts';
import { isEnvironmentName } from '../record/environmentName.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { SeatIndex } from '../record/scenario.ts';
import type { TemperamentName } from '../record/temperament.ts';
import type { Cast, Script } from './seatPlan.ts';

/** Who can be called to a seat of this environment. */
export function castOf<State>(
  environment: Environment<State>,
  sampling: Pick<RunConfig, 'strategistTemperature' | 'agentTemperature' | 'chatTokenLimit'> &
    Partial<Pick<RunConfig, 'partnerTemperament'>>,
  base: Speaker,
  chat: Chat | null,
  browser: Chat | null = null,
  agentModel: AskedAgent<State> | null = null,
): Cast<State> {
  const { strategistTemperature, agentTemperature, chatTokenLimit, partnerTemperament = 'steady' } = sampling;
  const manner = (seat: SeatIndex) => mannerIn(environment.name, seat);
  const ofReply = { temperature: agentTemperature, tokenLimit: chatTokenLimit };
  const seated = (asked: Chat | null) =>
    asked && chatSeat(environment, manner, (name) => remembering(asked, name), ofReply);
  return {
    environment,
    base,
    strategistTemperature,
    agentTemperature,
    chat: seated(chat),
    browser: seated(browser),
    agentModel,
    negotiator: negotiatorIn<State>(environment.name, partnerTemperament),
  };
}

/** A person at the keyboard, who can be called to a seat. */
export function personIn<State>(environment: Environment<State>, ask: AskPerson): AskedAgent<State> {
  return personAgent(environment, (seat) => mannerIn(environment.name, seat), ask);
}

function negotiatorIn<State>(environment: string, temperament: TemperamentName): Script<State> | null {
  return isEnvironmentName(environment) ? negotiatorOf(environment, temperament) : null;
}

/** How one speaks in each environment, at each seat: worked out once, from lessons that never change. */
const manners = new Map<string, Manner>();

function mannerIn(environment: string, seat: SeatIndex): Manner {
  if (!isEnvironmentName(environment)) return { examples: [], leave: null, pass: null };
  const key = `${environment} ${seat}`;
  const manner = manners.get(key) ?? mannerOf(lessonsOf(environment), seat);
  manners.set(key, manner);
  return manner;
}
