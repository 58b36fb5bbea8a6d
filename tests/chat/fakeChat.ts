import type { Chat } from '../../src/agent/chat/chat.ts';
import type { ChatQuestion } from '../../src/base/chat.ts';
import { MemoryReplyCache } from '../../src/base/replyCache.ts';

export interface FakeChat extends Chat {
  readonly asked: ChatQuestion[];
}

/** A language model that is a function; each question counts as a request of ten tokens and an answer of one. */
export function fakeChat(
  reply: (question: ChatQuestion, index: number) => string | Promise<string>,
  cache: Chat['cache'] = new MemoryReplyCache(),
): FakeChat {
  const asked: ChatQuestion[] = [];
  return {
    name: 'fake',
    cache,
    asked,
    async ask(question, signal) {
      signal.throwIfAborted();
      const index = asked.push(question) - 1;
      return { text: await reply(question, index), finish: 'stop' };
    },
    usage: () => ({
      requests: asked.length,
      retries: 0,
      inputTokens: 10 * asked.length,
      outputTokens: asked.length,
      estimatedTokens: 0,
      cost: null,
    }),
  };
}

/** The reply of an agent that says this. */
export function speaking(words: string): string {
  return JSON.stringify({ action_type: 'speak', argument: words });
}
