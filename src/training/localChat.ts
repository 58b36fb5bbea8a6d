import type { Chat } from '../agent/chat/chat.ts';
import type { ChatAnswer, ChatMessage, ChatQuestion } from '../base/chat.ts';
import { AppError } from '../base/errors.ts';
import { drawKey } from '../base/random.ts';
import { MemoryReplyCache } from '../base/replyCache.ts';
import { sha256 } from '../base/sha256.ts';
import type { Decoder, Speaker } from '../policy/engine.ts';
import type { ModelDescription } from '../policy/formats/huggingFace.ts';
import { drawn, type Desk, type Writer } from '../policy/generate.ts';
import { JointWriting } from './jointWriting.ts';

interface LocalChatPorts {
  readonly modelName: string;
  readonly model: Pick<ModelDescription, 'config' | 'tokenizer' | 'chatFormat'>;
  readonly speaker: Speaker;
  /** Nobody else may use it while questions are asked. */
  readonly decoder: Decoder;
  readonly seed: number;
}

/**
 * A model on this device as somebody who can be asked, like one on a chat server: questions that come together are answered in
 * one batch. An answer is a function of seed and question.
 *
 * @throws AppError `judge-wordless` when the model has no chat template; asking throws `chat-context-full`
 */
export function openLocalChat({ modelName, model, speaker, decoder, seed }: LocalChatPorts): Chat {
  const { tokenizer, chatFormat, config } = model;
  const { message } = chatFormat;
  if (!message) throw wordless(modelName);
  const usage = { requests: 0, retries: 0, inputTokens: 0, outputTokens: 0, estimatedTokens: 0, cost: null };
  const writing = new JointWriting(decoder);

  /** A conversation begins with the system's message, for that is how the template was taken apart. */
  function promptOf(messages: readonly ChatMessage[]): number[] {
    const [first] = messages;
    const whole = first?.role === 'system' ? messages : [{ role: 'system', content: '' } as const, ...messages];
    return whole.flatMap((part, index) => message?.(part, whole[index + 1]?.role !== 'user') ?? []);
  }

  function ask(question: ChatQuestion, signal: AbortSignal): Promise<ChatAnswer> {
    const tokenIds = promptOf(question.messages);
    if (tokenIds.length + question.tokenLimit > config.contextLength) {
      return Promise.reject(contextFull(tokenIds.length, question.tokenLimit, config.contextLength));
    }
    return writing.write({ slotCount: 1, start: (desk) => answer(question, tokenIds, desk) }, signal);
  }

  function* answer(
    { temperature, tokenLimit, messages }: ChatQuestion,
    tokenIds: readonly number[],
    desk: Desk,
  ): Writer<ChatAnswer> {
    const context = desk.open(speaker);
    context.append(tokenIds);
    const key = drawKey(seed, 'local chat', sha256(JSON.stringify({ messages, temperature, tokenLimit })));
    const sample = yield* drawn({ context, stopToken: chatFormat.actionEnd, tokenLimit, temperature, key });
    context.close();
    usage.requests += 1;
    usage.inputTokens += tokenIds.length;
    usage.outputTokens += sample.tokenIds.length;
    const words = sample.tokenIds.filter((id) => id !== chatFormat.actionEnd);
    return { text: tokenizer.decode(words), finish: sample.isComplete ? 'stop' : 'length' };
  }

  return { name: `${modelName} on this device`, ask, cache: new MemoryReplyCache(), usage: () => ({ ...usage }) };
}

function wordless(modelName: string): AppError {
  return new AppError('judge-wordless', {
    what: `${modelName} cannot judge.`,
    why: 'It has no chat template: it was not trained to answer questions.',
    fix: 'Choose an instruct model as the base, or a judge on a chat server.',
  });
}

function contextFull(tokens: number, tokenLimit: number, contextLength: number): AppError {
  return new AppError('chat-context-full', {
    what: 'The question is too long for the judge.',
    why: `It has ${tokens} tokens and wants ${tokenLimit} more; the model reads ${contextLength}.`,
    fix: 'Raise "Context limit", or lower the turn limit.',
  });
}
