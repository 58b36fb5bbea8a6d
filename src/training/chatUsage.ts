import { usageSince, type Chats } from '../agent/chat/chat.ts';
import type { ChatUsage } from '../record/chatEndpoint.ts';
import type { UpdateMetrics } from '../record/metrics.ts';

interface Usage {
  readonly agent: ChatUsage | null;
  readonly judge: ChatUsage | null;
}

/** What the servers have been asked so far. */
export function usageOf({ agent, judge }: Chats): Usage {
  return { agent: agent?.usage() ?? null, judge: judge?.usage() ?? null };
}

/** What they were asked since, as an update reports it. */
export function usageSinceThen(chats: Chats, then: Usage): Pick<UpdateMetrics, 'agentUsage' | 'judgeUsage'> {
  const now = usageOf(chats);
  return {
    ...(then.agent && now.agent && { agentUsage: usageSince(then.agent, now.agent) }),
    ...(then.judge && now.judge && { judgeUsage: usageSince(then.judge, now.judge) }),
  };
}
