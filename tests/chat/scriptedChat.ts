import type { AskChat, ChatQuestion } from '../../src/base/chat.ts';

/** A language model whose replies are known beforehand; the last one is repeated. Remembers what it was asked. */
export function scriptedChat(...replies: readonly (string | Error)[]): AskChat & { readonly asked: ChatQuestion[] } {
  const asked: ChatQuestion[] = [];
  const ask: AskChat = (question) => {
    asked.push(question);
    const reply = replies[Math.min(asked.length, replies.length) - 1] ?? '';
    return reply instanceof Error ? Promise.reject(reply) : Promise.resolve({ text: reply, finish: 'stop' });
  };
  return Object.assign(ask, { asked });
}
