import type { AskChat, ChatMessage } from '../../base/chat.ts';
import { agentMessages, repairMessages } from './prompts.ts';
import { readReply } from './readReply.ts';
import type { ReadReply } from './readReply.ts';
import { utteranceLine } from './scene.ts';
import type { AgentScene, CheckUtterance } from './scene.ts';

export interface Sampling {
  readonly temperature: number;
  readonly tokenLimit: number;
}

/** What an agent did in its turn, and how it came about. */
export interface AgentReply extends ReadReply {
  /** Why it is recorded as invalid: it could not be read, or the rules cannot read it. null: it stands. */
  readonly invalidReason: string | null;
  /** Whether the utterance was said. If not, it is the reply as it came, which could not be read. */
  readonly isSaid: boolean;
  readonly wasRepaired: boolean;
  /** What the model was asked last: for the inspector, and for whoever doubts what it could see. */
  readonly messages: readonly ChatMessage[];
}

/**
 * Has a chat model act for a seat: asks, reads, asks once more when that cannot be read or means nothing under the rules.
 * What still cannot be read is the agent's turn all the same, as an invalid one.
 *
 * @throws what `ask` throws: without an answer there is no turn
 */
export async function actByChat(
  ask: AskChat,
  scene: AgentScene,
  { temperature, tokenLimit }: Sampling,
  check: CheckUtterance,
  signal: AbortSignal,
): Promise<AgentReply> {
  const messages = agentMessages(scene);
  const first = await ask({ messages, temperature, tokenLimit }, signal);
  const read = readAndCheck(first.text, scene, check);
  if (read.invalidReason === null) return { ...read, wasRepaired: false, messages };
  const again = repairMessages(messages, first.text, read.invalidReason);
  const second = await ask({ messages: again, temperature, tokenLimit }, signal);
  return { ...readAndCheck(second.text, scene, check), wasRepaired: true, messages: again };
}

function readAndCheck(
  reply: string,
  scene: AgentScene,
  check: CheckUtterance,
): ReadReply & Pick<AgentReply, 'invalidReason' | 'isSaid'> {
  const read = readReply(reply, scene);
  if (!read.ok) {
    return { utterance: utteranceLine(reply), ownStrategy: null, invalidReason: read.error, isSaid: false };
  }
  return { ...read.value, invalidReason: check(read.value.utterance), isSaid: true };
}
