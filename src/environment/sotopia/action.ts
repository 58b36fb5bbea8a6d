import { z } from 'zod';
import { findJson } from '../../base/looseJson.ts';
import { oneLine } from '../../base/oneLine.ts';
import { plainText } from '../grammar.ts';

/** What a seat does in its turn. */
export const SotopiaAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('speak'), text: z.string().min(1) }),
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('leave') }),
  /** Not one of these: the turn is gone, nobody heard anything, and the dialogue goes on. */
  z.strictObject({ kind: z.literal('invalid'), reason: z.string() }),
]);
export type SotopiaAction = z.infer<typeof SotopiaAction>;

/** What is written to leave, and to let a turn pass. */
export const LEAVE = 'left the conversation';
export const PASS = 'did nothing';

const LONGEST_SPEECH = 2000;
const SAID = /^said: ?"([\s\S]+)"$/u;
const Reply = z.object({ action_type: z.string(), argument: z.unknown().optional() });

/**
 * Reads an action: SOTOPIA's reply `{"action_type": …, "argument": …}`, the words in which a transcript tells it, or just
 * speech. The argument of `none` and `leave` is ignored, as in SOTOPIA; of its other action types EPO has none.
 */
export function readUtterance(utterance: string): SotopiaAction {
  if (utterance.includes('"action_type"')) return readReply(utterance);
  const text = oneLine(utterance, LONGEST_SPEECH);
  const plain = plainText(text);
  if (plain === '' || plain === PASS) return { kind: 'none' };
  if (plain === LEAVE) return { kind: 'leave' };
  return { kind: 'speak', text: SAID.exec(text)?.[1] ?? text };
}

function readReply(reply: string): SotopiaAction {
  const read = findJson(reply, (json) => Reply.safeParse(json).data);
  if (!read) return { kind: 'invalid', reason: 'The reply has no JSON object with an action_type and an argument.' };
  const { action_type: type, argument } = read;
  if (type === 'none' || type === 'leave') return { kind: type };
  if (type !== 'speak') return { kind: 'invalid', reason: `There is no action “${type}” here: speak, none or leave.` };
  const text = typeof argument === 'string' ? oneLine(argument, LONGEST_SPEECH) : '';
  return text === '' ? { kind: 'invalid', reason: 'Who speaks has to say something.' } : { kind: 'speak', text };
}

/** What everybody at the table sees of an action, after the name of who did it. */
export function actionText(action: SotopiaAction): string {
  switch (action.kind) {
    case 'speak':
      return `said: "${action.text}"`;
    case 'leave':
      return LEAVE;
    case 'none':
    case 'invalid':
      return PASS;
  }
}
