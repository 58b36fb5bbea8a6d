import { create } from 'zustand';
import type { ChatServers } from '../../record/runConfig.ts';
import type { ChatAccess, EngineMessage } from '../../../workers/protocol.ts';
import { NO_EXTRAS, type ExtrasDraft, type ServerRole } from './extrasDraft.ts';
import { hostOfServer, type ServerDraft } from './serverDraft.ts';

type Metered = Extract<EngineMessage, { kind: 'chat.metered' }>;
export type TestOutcome = Extract<EngineMessage, { kind: 'chat.tested' }>['outcome'];

/** A saved run, or a fork of one of its dialogues, that waits for somebody to say whether its servers may be asked. */
export interface WaitingOrder {
  /** `dialogues`: most that the fork may play. */
  readonly what: { readonly kind: 'run' } | { readonly kind: 'fork'; readonly dialogues: number };
  readonly servers: ChatServers;
  /** Once somebody has agreed: its hosts may be asked, with the keys that the page holds then. */
  begin(): void;
}

interface ExtrasStore {
  readonly extras: ExtrasDraft;
  /**
   * By host, so that none is ever sent to another. In memory only: they end with the page, and nothing that is stored, shared
   * or logged holds one.
   */
  readonly keys: Readonly<Record<string, string>>;
  /** The latest test of each server; null: none yet, or the server was changed since. */
  readonly tests: Readonly<Record<ServerRole, 'asking' | TestOutcome | null>>;
  /** Of the run on screen. */
  readonly metered: Metered | null;
  readonly waiting: WaitingOrder | null;
  setExtras(extras: ExtrasDraft): void;
  setServer(role: ServerRole, server: ServerDraft): void;
  setKey(host: string, key: string): void;
  setTest(role: ServerRole, test: 'asking' | TestOutcome | null): void;
  setMetered(metered: Metered): void;
  setWaiting(waiting: WaitingOrder | null): void;
}

export const useExtras = create<ExtrasStore>()((set) => ({
  extras: NO_EXTRAS,
  keys: {},
  tests: { agent: null, judge: null },
  metered: null,
  waiting: null,
  setExtras: (extras) => set({ extras }),
  setServer: (role, server) =>
    set(({ extras, tests }) => ({
      extras: { ...extras, servers: { ...extras.servers, [role]: server } },
      tests: { ...tests, [role]: null },
    })),
  setKey: (host, key) => set(({ keys }) => ({ keys: { ...keys, [host]: key }, tests: { agent: null, judge: null } })),
  setTest: (role, test) => set(({ tests }) => ({ tests: { ...tests, [role]: test } })),
  setMetered: (metered) => set({ metered }),
  setWaiting: (waiting) => set({ waiting }),
}));

/** What somebody agrees to who orders a run with these servers: their hosts, each with its own key, and no other. */
export function accessTo(servers: ChatServers, keys: Readonly<Record<string, string>>): ChatAccess {
  const host = (role: ServerRole) => (servers[role] ? hostOfServer(servers[role]) : null);
  const keyOf = (role: ServerRole) => keys[host(role) ?? '']?.trim() || null;
  return {
    hosts: hostsOf(servers),
    agentKey: keyOf('agent'),
    judgeKey: keyOf('judge'),
  };
}

export function hostsOf({ agent, judge }: ChatServers): string[] {
  return [...new Set([agent, judge].flatMap((server) => (server ? [hostOfServer(server) ?? []].flat() : [])))];
}
