import { ApiKey } from '../src/agent/chat/apiKey.ts';
import { openChat, type Chat, type Chats } from '../src/agent/chat/chat.ts';
import type { ReplyCache } from '../src/base/replyCache.ts';
import { systemTimer } from '../src/base/timer.ts';
import type { ChatServers } from '../src/record/runConfig.ts';
import type { ChatAccess } from './protocol.ts';

/** Nobody has named a host: nothing is asked. */
export const NO_ACCESS: ChatAccess = { hosts: [], agentKey: null, judgeKey: null };

/** Opens the servers of a run in this worker. Keys stay in this closure, and end with the run. */
export function openChats({ agent, judge }: ChatServers, access: ChatAccess, cache: ReplyCache): Chats {
  const open = (endpoint: ChatServers['agent'], key: string | null): Chat | null =>
    endpoint &&
    openChat(endpoint, {
      key: key ? new ApiKey(key) : null,
      timer: systemTimer,
      cache,
      fetch: (address, request) => fetch(address, request),
      hosts: () => access.hosts,
      place: { pageOrigin: self.location.origin, isOnline: () => navigator.onLine },
    });
  return { agent: open(agent, access.agentKey), judge: open(judge, access.judgeKey) };
}
