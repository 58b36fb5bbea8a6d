import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ApiKey } from '../src/agent/chat/apiKey.ts';
import { openChat, type Chat, type Chats } from '../src/agent/chat/chat.ts';
import { hostOf } from '../src/agent/chat/network.ts';
import { AppError } from '../src/base/errors.ts';
import type { ReplyCache } from '../src/base/replyCache.ts';
import { systemTimer } from '../src/base/timer.ts';
import { ChatEndpoint } from '../src/record/chatEndpoint.ts';
import type { ChatServers } from '../src/record/runConfig.ts';
import { usage, type Options } from './arguments.ts';

const SERVER_HELP =
  'MODEL@URL of an OpenAI-compatible server, such as llama3@http://localhost:11434/v1, or a JSON file';

/** Options of commands that ask chat servers. */
export const SERVER_OPTIONS = {
  'agent-server': { value: 'SERVER', help: `where agents are that are chat: ${SERVER_HELP}` },
  judge: { value: 'SERVER', help: 'who judges or evaluates dialogues; written like --agent-server' },
} as const;

export const KEY_HELP =
  'Keys come from PARLEY_API_KEY, or with two servers PARLEY_AGENT_API_KEY and PARLEY_JUDGE_API_KEY; they are never saved.';

/** The servers that the options name, in the place of those before. @throws AppError `bad-arguments` */
export async function serversFrom(options: Options, before: ChatServers): Promise<ChatServers> {
  return {
    agent: (await endpointFrom(options, 'agent-server')) ?? before.agent,
    judge: (await endpointFrom(options, 'judge')) ?? before.judge,
  };
}

async function endpointFrom(options: Options, name: keyof typeof SERVER_OPTIONS): Promise<ChatEndpoint | null> {
  const text = options.optional(name);
  if (text === null) return null;
  const [, model, baseUrl] = /^(.+)@(https?:\/\/.+)$/u.exec(text) ?? [];
  const read = ChatEndpoint.safeParse(model ? { model, baseUrl } : await jsonOf(text, name));
  if (read.success) return read.data;
  const why = z.prettifyError(read.error).replaceAll('\n', ' ');
  throw usage(`--${name} names no server: ${why}`, 'The fields of such a file are in src/record/chatEndpoint.ts.');
}

async function jsonOf(path: string, name: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw usage(`--${name} is "${path}", which is neither MODEL@URL nor a JSON file: ${why}`, `Give ${SERVER_HELP}.`);
  }
}

/** Opens the servers that are named: these hosts, and no others. @throws AppError `chat-prices-missing`, `chat-keys-mixed` */
export function openChats(servers: ChatServers, cache: ReplyCache, environment: NodeJS.ProcessEnv): Chats {
  const open = (who: keyof ChatServers): Chat | null => {
    const endpoint = servers[who];
    if (!endpoint) return null;
    const key = keyFor(who, servers, environment);
    return openChat(endpoint, {
      key: key === null ? null : new ApiKey(key),
      timer: systemTimer,
      cache,
      fetch,
      hosts: () => [hostOf(endpoint.baseUrl) ?? ''],
      place: { pageOrigin: null, isOnline: () => true },
    });
  };
  return { agent: open('agent'), judge: open('judge') };
}

/** One key for both servers would hand the key of one to the other, so it is for one host only. */
function keyFor(who: keyof ChatServers, { agent, judge }: ChatServers, environment: NodeJS.ProcessEnv): string | null {
  const own = environment[`PARLEY_${who.toUpperCase()}_API_KEY`]?.trim();
  if (own) return own;
  const common = environment['PARLEY_API_KEY']?.trim();
  if (!common) return null;
  if (agent && judge && hostOf(agent.baseUrl) !== hostOf(judge.baseUrl)) {
    throw new AppError('chat-keys-mixed', {
      what: 'It is not clear whose key PARLEY_API_KEY is.',
      why: `Two servers are named, ${hostOf(agent.baseUrl)} and ${hostOf(judge.baseUrl)}, and neither may see the key of the other.`,
      fix: 'Set PARLEY_AGENT_API_KEY and PARLEY_JUDGE_API_KEY instead, either of them where only one needs a key.',
    });
  }
  return common;
}
