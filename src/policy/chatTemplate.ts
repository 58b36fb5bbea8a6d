import { Template } from '@huggingface/jinja';
import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import type { Tokenizer } from './tokenizer.ts';

/** What a Hugging Face chat template is given. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/**
 * The words that a template puts around messages. Prompts, which end where the model goes on, grow by them alone:
 * `viewStart view viewEnd`, then any number of `userStart text userEnd` and, where the model speaks,
 * `userStart text userEnd answerStart` answer `answerEnd`.
 */
export interface ChatAffixes {
  readonly viewStart: string;
  readonly viewEnd: string;
  readonly userStart: string;
  readonly userEnd: string;
  readonly answerStart: string;
  /** One special token, which the model itself writes. What the template puts after it belongs to the next `userStart`. */
  readonly answerEnd: string;
}

const TokenText = z.union([z.string(), z.looseObject({ content: z.string() })]).nullish();
const TemplateText = z.union([z.string(), z.array(z.looseObject({ name: z.string(), template: z.string() }))]);
const TokenizerConfig = z.looseObject({
  chat_template: TemplateText.nullish(),
  bos_token: TokenText,
  eos_token: TokenText,
  pad_token: TokenText,
  unk_token: TokenText,
});

/** Some templates write today's date, by a variable or a function; a run must not depend on it. */
const FIXED_DATE = '26 Jul 2024';
const FIXED_CLOCK = `{%- macro strftime_now(format) -%}${FIXED_DATE}{%- endmacro -%}`;

/** A template, ready to render prompts: what the messages say, and that it is the model's turn. */
export type RenderPrompt = (messages: readonly ChatMessage[]) => string;

/**
 * @param templateFile the text of `chat_template.jinja`, which goes before what `tokenizer_config.json` says
 * @returns null when the model has no template
 * @throws AppError `chat-template-unusable` when it is no template
 */
export function promptRenderer(tokenizerConfig: unknown, templateFile: string | null): RenderPrompt | null {
  const config = TokenizerConfig.safeParse(tokenizerConfig).data ?? {};
  const source = templateFile ?? defaultTemplate(tokenizerConfig);
  if (source === null) return null;
  const tokens = Object.fromEntries(
    (['bos_token', 'eos_token', 'pad_token', 'unk_token'] as const).flatMap((name) => {
      const token = config[name];
      return token ? [[name, typeof token === 'string' ? token : token.content]] : [];
    }),
  );
  const template = attempt(() => new Template(FIXED_CLOCK + source));
  const fixed = { ...tokens, add_generation_prompt: true, date_string: FIXED_DATE };
  return (messages) =>
    attempt(() => template.render({ ...fixed, messages: messages.map((message) => ({ ...message })) }));
}

/** The template in `tokenizer_config.json`; of several the one for ordinary talk. */
export function defaultTemplate(tokenizerConfig: unknown): string | null {
  const template = TokenizerConfig.safeParse(tokenizerConfig).data?.chat_template ?? null;
  if (template === null || typeof template === 'string') return template;
  return (template.find(({ name }) => name === 'default') ?? template[0])?.template ?? null;
}

/**
 * Finds the words around messages by rendering placeholders, then checks on dialogues of every order that prompts are
 * nothing else: that each one continues the one before it, so that tokens once read are never changed.
 *
 * @throws AppError `chat-template-unusable` when it cannot say the roles in our order, or rewrites what was said before
 */
export function affixesOf(render: RenderPrompt, tokenizer: Tokenizer): ChatAffixes {
  const [view, first, second, answer] = ['View A', 'Text B', 'Text C', 'Answer D'] as const;
  const opening = render([system(view), user(first), user(second)]);
  const [viewStart = '', toFirst = '', toSecond = '', atEnd = ''] = around(opening, [view, first, second]);
  const later = render([system(view), user(first), assistant(answer), user(second)]);
  const [, , toAnswer = '', afterAnswer = ''] = around(later, [view, first, answer, second]);

  const answerEnd = tokenizer.specialAtStart(afterAnswer);
  if (answerEnd === null) throw unusable(`An answer does not end in a special token, but in "${afterAnswer}".`);
  const userStart = afterAnswer.slice(answerEnd.length);
  for (const words of [toFirst, toSecond]) {
    if (!words.endsWith(userStart)) throw unusable('A message begins in different ways after different messages.');
  }
  const viewEnd = toFirst.slice(0, toFirst.length - userStart.length);
  const userEnd = toSecond.slice(0, toSecond.length - userStart.length);
  if (!toAnswer.startsWith(userEnd) || toAnswer !== atEnd) throw unusable(REWRITES);
  const affixes = { viewStart, viewEnd, userStart, userEnd, answerStart: toAnswer.slice(userEnd.length), answerEnd };
  for (const dialogue of DIALOGUES) {
    if (render(dialogue) !== promptOf(affixes, dialogue)) throw unusable(REWRITES);
  }
  return affixes;
}

/** The prompt that the affixes amount to; the last message is the user's. */
export function promptOf(affixes: ChatAffixes, messages: readonly ChatMessage[]): string {
  const pieces = messages.map(({ role, content }, index) => {
    const isAnswered = (messages[index + 1]?.role ?? 'assistant') === 'assistant';
    switch (role) {
      case 'system':
        return affixes.viewStart + content + affixes.viewEnd;
      case 'user':
        return affixes.userStart + content + affixes.userEnd + (isAnswered ? affixes.answerStart : '');
      case 'assistant':
        return content + affixes.answerEnd;
    }
  });
  return pieces.join('');
}

const system = (content: string): ChatMessage => ({ role: 'system', content });
const user = (content: string): ChatMessage => ({ role: 'user', content });
const assistant = (content: string): ChatMessage => ({ role: 'assistant', content });

/** One who begins, one who only hears at first, and a long one: every order of roles that a course of turns can have. */
const DIALOGUES: readonly (readonly ChatMessage[])[] = [
  [system('V'), user('a')],
  [system('V'), user('a'), assistant('b'), user('c'), assistant('d'), user('e'), user('f')],
  [system('V'), user('a'), user('b'), user('c'), assistant('d'), user('e'), assistant('f'), user('g'), user('h')],
];

/** The text before, between and after the contents, which appear in order. */
function around(text: string, contents: readonly string[]): string[] {
  const between: string[] = [];
  let rest = text;
  for (const content of contents) {
    const at = rest.indexOf(content);
    if (at < 0) throw unusable(`It leaves out what a message says, or changes it ("${content}").`);
    between.push(rest.slice(0, at));
    rest = rest.slice(at + content.length);
  }
  return [...between, rest];
}

const REWRITES =
  'It writes earlier messages differently once others follow, so that a prompt would not continue the one before it.';

function attempt<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (cause) {
    throw unusable(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function unusable(why: string, cause?: unknown): AppError {
  return new AppError(
    'chat-template-unusable',
    {
      what: 'The chat template of this model cannot be used for training.',
      why,
      fix: 'Choose an instruct model with a plain template (SmolLM2, Qwen2.5, Llama 3), or put a simpler chat_template.jinja into its folder.',
    },
    cause === undefined ? undefined : { cause },
  );
}
