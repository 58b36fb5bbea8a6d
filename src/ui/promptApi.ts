import type { ChatMessage, ChatQuestion } from '../base/chat.ts';
import { AppError, explain, isAbort, type Explanation } from '../base/errors.ts';

/**
 * The language model that some browsers bring along (Prompt API, https://webmachinelearning.github.io/prompt-api/). Its
 * interface exists in windows only, and may change: what is used of it is all in this file.
 */
interface LanguageModel {
  availability(options: CoreOptions): Promise<'unavailable' | 'downloadable' | 'downloading' | 'available'>;
  create(options: CoreOptions & { initialPrompts?: readonly Prompt[]; signal?: AbortSignal }): Promise<LanguageSession>;
}

interface LanguageSession {
  prompt(messages: readonly Prompt[], options: { signal: AbortSignal }): Promise<string>;
  destroy(): void;
}

interface CoreOptions {
  readonly expectedInputs: readonly { readonly type: 'text'; readonly languages: readonly string[] }[];
  readonly expectedOutputs: readonly { readonly type: 'text'; readonly languages: readonly string[] }[];
}

/** `prefix`: the message is the beginning of the answer. */
type Prompt = ChatMessage & { readonly prefix?: true };

/** Asked and created with the same options, as the specification wants it. */
const TEXT = [{ type: 'text', languages: ['en'] }] as const;
const OPTIONS: CoreOptions = { expectedInputs: TEXT, expectedOutputs: TEXT };
const TIME_LIMIT_MS = 180_000;

/** Whether this browser has such a model at all; whether it can be used on this device, only `availability` knows. */
export function hasPromptApi(scope: object = globalThis): boolean {
  return modelOf(scope) !== null;
}

function modelOf(scope: object): LanguageModel | null {
  const model: unknown = Reflect.get(scope, 'LanguageModel');
  if (typeof model !== 'function' && (typeof model !== 'object' || model === null)) return null;
  return 'create' in model && 'availability' in model ? (model as LanguageModel) : null; // the two that are used
}

/**
 * The answer of the browser's model. A page may set neither its temperature nor a token limit: those of the question are not
 * heeded, and no seed makes it answer the same again.
 *
 * @throws AppError `chat-browser-…`; the signal's reason
 */
export async function askBrowserModel(
  { messages }: Pick<ChatQuestion, 'messages'>,
  signal: AbortSignal,
  scope: object = globalThis,
): Promise<string> {
  const model = modelOf(scope);
  if (!model) throw missing('The Prompt API is not in this browser.');
  const state = await model.availability(OPTIONS);
  if (state === 'unavailable') throw missing('The browser says that this device cannot run it.');
  const limited = AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT_MS)]);
  const { before, last } = promptsOf(messages);
  try {
    const session = await model.create({ ...OPTIONS, initialPrompts: before, signal: limited });
    try {
      return await session.prompt(last, { signal: limited });
    } finally {
      session.destroy();
    }
  } catch (thrown) {
    signal.throwIfAborted();
    throw failed(thrown, state);
  }
}

/** The last message is the question; where that is the agent's own, the one before it is, and the answer begins with it. */
function promptsOf(messages: readonly ChatMessage[]): { before: readonly Prompt[]; last: readonly Prompt[] } {
  const isBegun = messages.at(-1)?.role === 'assistant';
  const split = messages.length - (isBegun ? 2 : 1);
  const last = messages
    .slice(split)
    .map((message): Prompt => (message.role === 'assistant' ? { ...message, prefix: true } : message));
  return { before: messages.slice(0, split), last };
}

/** What the page answers to the worker. */
export type BrowserReply =
  | { readonly kind: 'answered'; readonly text: string }
  | { readonly kind: 'failed'; readonly failure: Explanation & { readonly code: string } };

/** Answers the worker's questions one after the other: the browser has one such model. */
export class BrowserModelDesk {
  private readonly open = new Map<string, AbortController>();
  private line: Promise<unknown> = Promise.resolve();

  /** @returns null when the question was withdrawn meanwhile */
  answer(
    askId: string,
    question: Pick<ChatQuestion, 'messages'>,
    scope: object = globalThis,
  ): Promise<BrowserReply | null> {
    const control = new AbortController();
    this.open.set(askId, control);
    const work = async (): Promise<BrowserReply | null> => {
      try {
        if (control.signal.aborted) return null;
        return { kind: 'answered', text: await askBrowserModel(question, control.signal, scope) };
      } catch (thrown) {
        return control.signal.aborted ? null : { kind: 'failed', failure: explain(thrown) };
      } finally {
        this.open.delete(askId);
      }
    };
    const answered = this.line.then(work);
    this.line = answered;
    return answered;
  }

  withdraw(askId: string): void {
    this.open.get(askId)?.abort();
  }
}

function missing(why: string): AppError {
  return new AppError('chat-browser-missing', {
    what: 'This browser has no language model of its own.',
    why,
    fix: 'Choose another agent, or a browser that brings a model along, for example a recent Chrome on a computer.',
  });
}

function failed(thrown: unknown, state: string): AppError {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  const isLoading = state !== 'available';
  return new AppError('chat-browser-failed', {
    what: isAbort(thrown) ? 'The browser’s model took too long.' : 'The browser’s model gave no answer.',
    why: isLoading ? `It is still to be downloaded (${state}). ${why}` : why,
    fix: isLoading
      ? 'Let the browser download its model, which takes some gigabytes, and go on then.'
      : 'Go on to try again, or choose another agent.',
  });
}
