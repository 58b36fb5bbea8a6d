import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { affixesOf, promptRenderer, type ChatAffixes, type ChatMessage } from './chatTemplate.ts';
import type { Tokenizer } from './tokenizer.ts';

/**
 * How a dialogue becomes tokens: `parley_format` in the model's `tokenizer_config.json`, or else its chat template. A
 * context belongs to one seat and only ever grows; each piece is tokenised on its own, once, when it is appended.
 */
export const ParleyFormat = z.strictObject({
  /** Opens the context: what the seat may see. */
  view: z.string(),
  /** Opens each own turn: the state of the table. The strategy follows. */
  own_turn: z.string(),
  strategy_end: z.string(),
  action_end: z.string(),
  partner_turn: z.string(),
});
export type ParleyFormat = z.infer<typeof ParleyFormat>;

/** All text given to these is treated as somebody else's: it cannot spell special tokens. */
export interface ChatFormat {
  /** The token that ends a strategy, and the one that ends an action. */
  readonly strategyEnd: number;
  readonly actionEnd: number;
  openView(viewText: string): number[];
  openOwnTurn(boardText: string): number[];
  /** A strategy as text, for the agent that receives it; its end included. */
  strategy(text: string): number[];
  /** What stands between the end of a strategy and the action; nothing where the model's own format needs nothing. */
  readonly openAction: readonly number[];
  /** An action as text, for a context that did not sample it; its end included. */
  action(text: string): number[];
  partnerTurn(actionText: string): number[];
  /** A message of any conversation; null where the model knows dialogues of the lab alone. @param isAnswered by the model */
  readonly message: ((message: ChatMessage, isAnswered: boolean) => number[]) | null;
}

/**
 * @param tokenizerConfig the parsed `tokenizer_config.json`
 * @param templateFile the text of `chat_template.jinja`, where there is one
 * @throws AppError `chat-format-missing`, `chat-format-unusable` when it does not suit the tokenizer, `chat-template-unusable`
 */
export function createChatFormat(
  tokenizerConfig: unknown,
  tokenizer: Tokenizer,
  templateFile: string | null = null,
): ChatFormat {
  const file = z.object({ parley_format: z.unknown().optional() }).safeParse(tokenizerConfig);
  const raw = file.success ? file.data.parley_format : undefined;
  if (raw !== undefined) return ownFormat(raw, tokenizer);
  const render = promptRenderer(tokenizerConfig, templateFile);
  if (!render) throw missing();
  return templatedFormat(affixesOf(render, tokenizer), tokenizer);
}

/** What an instruct model is asked for. Everything that it reads is in one of these messages. */
const ASK_STRATEGY = 'Before you speak: what is your strategy, in ten words or less?';
const ASK_ACTION = 'Now say your next line, and nothing else.';
const PARTNER = 'Your partner:';

/** The view is the system's message; partner and board are the user's; strategies and actions are the model's answers. */
function templatedFormat(affixes: ChatAffixes, tokenizer: Tokenizer): ChatFormat {
  const { viewStart, viewEnd, userStart, userEnd, answerStart, answerEnd } = affixes;
  const end = endToken('the end of an answer', answerEnd, tokenizer);
  const asked = (text: string) => tokenizer.encodeWithin(userStart, text, userEnd + answerStart);
  const answer = (text: string) => [...tokenizer.encodePlain(text), end];
  return {
    strategyEnd: end,
    actionEnd: end,
    openView: (text) => tokenizer.encodeWithin(viewStart, text, viewEnd),
    openOwnTurn: (board) => asked(`${board} ${ASK_STRATEGY}`),
    strategy: answer,
    openAction: asked(ASK_ACTION),
    action: answer,
    partnerTurn: (action) => tokenizer.encodeWithin(userStart, `${PARTNER} ${action}`, userEnd),
    message: ({ role, content }, isAnswered) => {
      if (role === 'system') return tokenizer.encodeWithin(viewStart, content, viewEnd);
      if (role === 'assistant') return answer(content);
      return isAnswered ? asked(content) : tokenizer.encodeWithin(userStart, content, userEnd);
    },
  };
}

function ownFormat(raw: unknown, tokenizer: Tokenizer): ChatFormat {
  const format = ParleyFormat.safeParse(raw);
  if (!format.success) throw unusable(z.prettifyError(format.error));
  const { view, own_turn, strategy_end, action_end, partner_turn } = format.data;

  const strategyEnd = endToken('strategy_end', strategy_end, tokenizer);
  const actionEnd = endToken('action_end', action_end, tokenizer);
  return {
    strategyEnd,
    actionEnd,
    openView: createTemplate('view', view, '{view}', tokenizer),
    openOwnTurn: createTemplate('own_turn', own_turn, '{board}', tokenizer),
    strategy: (text) => [...tokenizer.encodePlain(text, SPACE), strategyEnd],
    openAction: [],
    action: (text) => [...tokenizer.encodePlain(text, SPACE), actionEnd],
    partnerTurn: createTemplate('partner_turn', partner_turn, '{action}', tokenizer),
    message: null,
  };
}

/** Strategies and actions follow a special token; as everywhere in a text, a space sets their first word off. */
const SPACE = ' ';

/** The words around the placeholder are tokenised once; what is put in its place, apart from them. */
function createTemplate(
  key: string,
  template: string,
  placeholder: string,
  tokenizer: Tokenizer,
): (text: string) => number[] {
  const parts = template.split(placeholder);
  const [before, after] = parts;
  if (parts.length !== 2 || before === undefined || after === undefined) {
    throw unusable(`"${key}" must contain ${placeholder} exactly once; it is "${template}".`);
  }
  const prefix = tokenizer.encode(before.trimEnd());
  const suffix = tokenizer.encode(after.trim());
  const space = before.slice(before.trimEnd().length);
  return (text) => [...prefix, ...tokenizer.encodePlain(text, space), ...suffix];
}

/** An end is one special token: anything else could be written by the text that it ends. */
function endToken(key: string, text: string, tokenizer: Tokenizer): number {
  const ids = tokenizer.encode(text.trim());
  const [id] = ids;
  if (ids.length !== 1 || id === undefined || !tokenizer.isSpecial(id)) {
    throw unusable(`"${key}" must be one special token; "${text}" is not.`);
  }
  return id;
}

const FIX =
  'Use an instruct model or the built-in one, or add a "parley_format" with view, own_turn, strategy_end, action_end and partner_turn to the model’s tokenizer_config.json.';

function missing(): AppError {
  return new AppError('chat-format-missing', {
    what: 'This model does not say how a dialogue is written for it.',
    why: 'Its tokenizer_config.json has neither a "parley_format" nor a chat_template.',
    fix: FIX,
  });
}

function unusable(why: string): AppError {
  return new AppError('chat-format-unusable', {
    what: 'The "parley_format" of this model cannot be used.',
    why,
    fix: FIX,
  });
}
