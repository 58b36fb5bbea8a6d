import { z } from 'zod';
import type { AskChat, ChatQuestion } from '../../base/chat.ts';
import { AppError } from '../../base/errors.ts';
import { RandomStream } from '../../base/random.ts';
import type { ReplyCache } from '../../base/replyCache.ts';
import { sha256 } from '../../base/sha256.ts';
import type { Timer } from '../../base/timer.ts';
import type { ChatEndpoint, ChatUsage } from '../../record/chatEndpoint.ts';
import type { ApiKey } from './apiKey.ts';
import { ChatClient } from './chatClient.ts';
import { ChatMeter } from './meter.ts';
import { createNetwork } from './network.ts';
import type { NetworkPorts } from './network.ts';

/** A language model that can be asked, wherever it runs. */
export interface Chat {
  /** Server and model: of the same name, the same is expected. */
  readonly name: string;
  readonly ask: AskChat;
  readonly cache: ReplyCache;
  /** Since it was opened. */
  usage(): ChatUsage;
}

/** Who can be asked in a run or an evaluation; null: nobody. */
export interface Chats {
  readonly agent: Chat | null;
  readonly judge: Chat | null;
  /** The model that the browser brings along; absent, as everywhere but in a page that has one. */
  readonly browser?: Chat | null;
}

export const NO_CHATS: Chats = { agent: null, judge: null };

export interface ChatAccess extends NetworkPorts {
  readonly key: ApiKey | null;
  readonly timer: Timer;
  readonly cache: ReplyCache;
}

/** @throws AppError `chat-prices-missing` */
export function openChat(endpoint: ChatEndpoint, { key, timer, cache, ...network }: ChatAccess): Chat {
  const meter = new ChatMeter(endpoint);
  const client = new ChatClient(endpoint, {
    network: createNetwork(network),
    key,
    meter,
    timer,
    random: new RandomStream(0, 'chat jitter'),
  });
  return {
    name: `${endpoint.model} at ${endpoint.baseUrl}`,
    ask: (question, signal) => client.ask(question, signal),
    cache,
    usage: () => meter.usage(),
  };
}

const KeptAnswer = z.strictObject({ text: z.string(), finish: z.enum(['stop', 'length', 'filtered']) });

/**
 * Asks every question once and keeps the answer: what is repeated costs nothing and goes as it went.
 *
 * @param occasion sets apart questions of the same words that are to be answered independently of each other
 */
export function remembering({ name, ask, cache }: Pick<Chat, 'name' | 'ask' | 'cache'>, occasion: string): AskChat {
  return async (question, signal) => {
    const key = keyOf(name, question, occasion);
    // A cache that fails costs a question more, and nothing else.
    const kept = await cache.get(key).catch(() => undefined);
    const known = kept === undefined ? undefined : KeptAnswer.safeParse(parseJson(kept)).data;
    if (known) return known;
    const { text, finish } = await ask(question, signal);
    await cache.set(key, JSON.stringify({ text, finish })).catch(() => undefined);
    return { text, finish };
  };
}

function keyOf(name: string, { messages, temperature, tokenLimit }: ChatQuestion, occasion: string): string {
  return sha256(JSON.stringify({ name, occasion, temperature, tokenLimit, messages }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether somebody outside could not be reached or would not answer: nothing is broken here, and it may be tried again. */
export function isChatTrouble(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && /^(chat|host|address|offline)(-|$)/u.test(thrown.code);
}

/** What was used between two readings of a meter. */
export function usageSince(before: ChatUsage, after: ChatUsage): ChatUsage {
  return {
    requests: after.requests - before.requests,
    retries: after.retries - before.retries,
    inputTokens: after.inputTokens - before.inputTokens,
    outputTokens: after.outputTokens - before.outputTokens,
    estimatedTokens: after.estimatedTokens - before.estimatedTokens,
    // Sums of prices: what is left of rounding must not fall below 0.
    cost: after.cost === null || before.cost === null ? null : Math.max(0, after.cost - before.cost),
  };
}
