import { z } from 'zod';
import { findJson } from '../../base/looseJson.ts';
import { err, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { AgentScene } from './scene.ts';
import { strategyLine, utteranceLine } from './scene.ts';

export interface ReadReply {
  readonly utterance: string;
  /** The strategy that the agent wrote for itself; null where it was not asked for one, or wrote none. */
  readonly ownStrategy: string | null;
}

const ActionReply = z.object({
  strategy: z.string().optional(),
  action_type: z.string().transform((type) => type.trim().toLowerCase()),
  argument: z.string().nullish(),
});

/** Reads what an agent wrote. @returns why it cannot be read, in words for the agent */
export function readReply(reply: string, { brief, manner, advice }: AgentScene): Result<ReadReply, string> {
  const isOwn = advice.kind === 'own';
  return brief.form === 'dialogue' ? readAction(reply, manner, isOwn) : readTask(reply, isOwn);
}

function readAction(reply: string, manner: AgentScene['manner'], isOwn: boolean): Result<ReadReply, string> {
  const read = findJson(reply, (json) => {
    const parsed = ActionReply.safeParse(json);
    return parsed.success ? parsed.data : undefined;
  });
  if (!read) return err('It is not a JSON object with "action_type" and "argument".');
  const ownStrategy = isOwn && read.strategy ? strategyLine(read.strategy) : null;
  const utterance = utteranceOf(read.action_type, read.argument ?? '', manner);
  return utterance.ok ? ok({ utterance: utterance.value, ownStrategy }) : utterance;
}

/** What leaves or says nothing has no words of its own, whatever the argument. */
function utteranceOf(type: string, argument: string, { leave, pass }: AgentScene['manner']): Result<string, string> {
  if (type === 'leave' && leave !== null) return ok(leave);
  if (type === 'none' && pass !== null) return ok(pass);
  if (type !== 'speak') return err(`"action_type" cannot be ${JSON.stringify(type.slice(0, 20))} here.`);
  const words = utteranceLine(argument);
  return words === '' ? err('"argument" is empty, and nothing was said.') : ok(words);
}

/** The first action; what a model imagines to happen after it is not read. */
function readTask(reply: string, isOwn: boolean): Result<ReadReply, string> {
  const lines = reply.split('\n').map((line) => line.trim());
  const named = lines.find((line) => /^action\s*:/iu.test(line));
  // The message may have been begun with "Action:", so that the reply is the action itself.
  const line = named ?? lines.find((candidate) => candidate !== '' && !/^(thought|observation)\s*:/iu.test(candidate));
  const utterance = utteranceLine((line ?? '').replace(/^action\s*:/iu, ''));
  if (utterance === '') return err('There is no "Action: …" in it.');
  const thought = lines.find((candidate) => /^thought\s*:/iu.test(candidate));
  return ok({ utterance, ownStrategy: isOwn && thought ? strategyLine(thought.replace(/^thought\s*:/iu, '')) : null });
}
