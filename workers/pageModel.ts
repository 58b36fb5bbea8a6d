import type { Chat } from '../src/agent/chat/chat.ts';
import { estimateTokens } from '../src/agent/chat/meter.ts';
import type { ChatAnswer, ChatQuestion } from '../src/base/chat.ts';
import { AppError } from '../src/base/errors.ts';
import type { ReplyCache } from '../src/base/replyCache.ts';
import type { AgentReply, EngineMessage } from './protocol.ts';

interface Waiting {
  resolve(answer: ChatAnswer): void;
  reject(reason: unknown): void;
}

/**
 * The language model that the browser brings along. Only a window may ask it, so this worker asks the page, and the page
 * answers (`agent.asked`, `agent.replied`); who waits no longer says so (`agent.withdrawn`).
 */
export class PageModel {
  private readonly tell: (message: EngineMessage) => void;
  private readonly waiting = new Map<string, Waiting>();
  private askedCount = 0;

  constructor(tell: (message: EngineMessage) => void) {
    this.tell = tell;
  }

  /** @throws AppError `chat-browser-…` as the page says; the signal's reason */
  async ask(question: ChatQuestion, signal: AbortSignal): Promise<ChatAnswer> {
    signal.throwIfAborted();
    const askId = `${(this.askedCount += 1)}`;
    return await new Promise((resolve, reject) => {
      const withdraw = () => {
        this.waiting.delete(askId);
        this.tell({ kind: 'agent.withdrawn', askId });
        reject(signal.reason);
      };
      const done = <Value>(settle: (value: Value) => void) => {
        return (value: Value) => {
          signal.removeEventListener('abort', withdraw);
          settle(value);
        };
      };
      signal.addEventListener('abort', withdraw, { once: true });
      this.waiting.set(askId, { resolve: done(resolve), reject: done(reject) });
      const { messages, temperature, tokenLimit } = question;
      this.tell({ kind: 'agent.asked', askId, question: { messages: [...messages], temperature, tokenLimit } });
    });
  }

  /** What the page made of a question. Nobody waits for it any longer where it was withdrawn. */
  hear(askId: string, reply: AgentReply): void {
    const waiting = this.waiting.get(askId);
    this.waiting.delete(askId);
    if (reply.kind === 'answered') return waiting?.resolve({ text: reply.text, finish: 'stop' });
    const { code, what, why, fix } = reply.failure;
    waiting?.reject(new AppError(code, { what, why, fix }));
  }

  /** As any other chat model. It costs nothing, and its tokens are counted by the length of the texts. */
  chat(cache: ReplyCache): Chat {
    let [requests, inputTokens, outputTokens] = [0, 0, 0];
    return {
      name: 'the browser’s model',
      cache,
      ask: async (question, signal) => {
        requests += 1;
        inputTokens += estimateTokens(question.messages);
        const answer = await this.ask(question, signal);
        outputTokens += estimateTokens([{ role: 'assistant', content: answer.text }]);
        return answer;
      },
      usage: () => ({
        requests,
        retries: 0,
        inputTokens,
        outputTokens,
        estimatedTokens: inputTokens + outputTokens,
        cost: null,
      }),
    };
  }
}
