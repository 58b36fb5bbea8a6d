import { ApiKey } from '../src/agent/chat/apiKey.ts';
import { openChat, type Chat, type Chats } from '../src/agent/chat/chat.ts';
import { monotonicMs } from '../src/base/clock.ts';
import { explain } from '../src/base/errors.ts';
import { MemoryReplyCache, type ReplyCache } from '../src/base/replyCache.ts';
import { systemTimer } from '../src/base/timer.ts';
import type { ChatEndpoint, ChatUsage } from '../src/record/chatEndpoint.ts';
import type { ChatServers } from '../src/record/runConfig.ts';
import type { PageModel } from './pageModel.ts';
import type { ChatAccess, EngineMessage } from './protocol.ts';

/** Nobody has named a host: nothing is asked. */
export const NO_ACCESS: ChatAccess = { hosts: [], agentKey: null, judgeKey: null };

/** Opens the servers of a run in this worker. Keys stay in this closure, and end with the run. */
export function openChats(
  { agent, judge }: ChatServers,
  access: ChatAccess,
  cache: ReplyCache,
  pageModel: PageModel | null = null,
): Chats {
  const open = (endpoint: ChatEndpoint | null, key: string | null): Chat | null =>
    endpoint &&
    openChat(endpoint, {
      key: key ? new ApiKey(key) : null,
      timer: systemTimer,
      cache,
      fetch: (address, request) => fetch(address, request),
      hosts: () => access.hosts,
      place: { pageOrigin: self.location.origin, isOnline: () => navigator.onLine },
    });
  const browser = access.hasBrowserModel ? (pageModel?.chat(cache) ?? null) : null;
  return { agent: open(agent, access.agentKey), judge: open(judge, access.judgeKey), browser };
}

/** Tells what the servers have been asked, whenever it has changed since it was looked at last. */
export function createMeter({ agent, judge }: Chats, tell: (usage: ChatUses) => void): () => void {
  let told = '';
  return () => {
    if (!agent && !judge) return;
    const usage: ChatUses = { agent: agent?.usage() ?? null, judge: judge?.usage() ?? null };
    const text = JSON.stringify(usage);
    if (text !== told) tell(usage);
    told = text;
  };
}

interface ChatUses {
  readonly agent: ChatUsage | null;
  readonly judge: ChatUsage | null;
}

type Tested = Extract<EngineMessage, { kind: 'chat.tested' }>['outcome'];

const QUESTION = {
  messages: [{ role: 'user', content: 'Answer with one word: ready.' }],
  temperature: 0,
  tokenLimit: 64,
} as const;

/** Asks a server for one word, once: whoever waits wants to see the first refusal, not the last of many. */
export async function testServer(server: ChatEndpoint, access: ChatAccess): Promise<Tested> {
  const startedAt = monotonicMs();
  try {
    const servers = { agent: { ...server, retries: 0 }, judge: null };
    const { agent } = openChats(servers, access, new MemoryReplyCache());
    if (!agent) throw new Error('testServer: a server was named, and none was opened');
    const { text } = await agent.ask(QUESTION, new AbortController().signal);
    return { kind: 'answered', text, seconds: (monotonicMs() - startedAt) / 1000, usage: agent.usage() };
  } catch (thrown) {
    return { kind: 'failed', failure: explain(thrown) };
  }
}
