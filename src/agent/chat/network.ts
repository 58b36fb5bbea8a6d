import type { AppError } from '../../base/errors.ts';
import type { ApiKey } from './apiKey.ts';
import { AddressError, refusal, unreachable } from './networkErrors.ts';
import type { RefusalReason } from './networkErrors.ts';
import { isThisMachine } from './place.ts';
import type { Place } from './place.ts';

/** The parts of `fetch` that are used, so that a test or another platform can stand in for it. */
export type Fetch = (address: string, request: FetchRequest) => Promise<HttpResponse>;

export interface FetchRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal: AbortSignal;
  readonly mode: 'cors' | 'no-cors';
  readonly redirect: 'error' | 'follow';
  readonly credentials: 'omit';
  readonly cache: 'no-store';
  readonly referrerPolicy: 'no-referrer';
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: { getReader(): ByteReader } | null;
  text(): Promise<string>;
}

export interface ByteReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

export interface NetworkPorts {
  readonly fetch: Fetch;
  /** The hosts that the user has named, now: `api.openai.com`, `localhost:11434`. */
  readonly hosts: () => readonly string[];
  readonly place: Place;
}

export interface Posting {
  readonly address: string;
  /** JSON text. */
  readonly body: string;
  readonly key: ApiKey | null;
}

/** The one way out. */
export interface Network {
  /**
   * @returns the server's response, whatever its status
   * @throws AddressError when the address may not be asked at all, AppError `host-…` when nothing came back, both with
   *   what the user can do; the signal's reason when it is aborted
   */
  post(posting: Posting, signal: AbortSignal): Promise<HttpResponse>;
}

/**
 * Sends to the hosts that the user has named and to no other. Redirects are refused, or a host on the list could hand the
 * key and the dialogue to one that is not. No failure carries the key, the address's path, or the platform's own error.
 */
export function createNetwork({ fetch, hosts, place }: NetworkPorts): Network {
  return {
    async post({ address, body, key }, signal) {
      const url = checkAddress(address, hosts(), place);
      const headers = { 'content-type': 'application/json', accept: 'text/event-stream, application/json' };
      try {
        return await fetch(address, {
          ...DEFAULTS,
          method: 'POST',
          headers: key ? key.sign(headers) : headers,
          body,
          mode: 'cors',
          redirect: 'error',
          signal,
        });
      } catch (thrown) {
        signal.throwIfAborted();
        throw await whyUnreachable(url, thrown, signal);
      }
    },
  };

  /** A browser does not tell a page why: so ask again in a way that needs no permission, and see whether anybody is there. */
  async function whyUnreachable(url: URL, thrown: unknown, signal: AbortSignal): Promise<AppError> {
    const answers = place.pageOrigin === null ? null : await doesAnswer(url, signal);
    signal.throwIfAborted();
    return unreachable({ url, place, answers, systemCode: systemCodeOf(thrown) });
  }

  /** Sends nothing but the question whether somebody is there, to a host on the list: no key, no path, no text. */
  async function doesAnswer({ origin }: URL, signal: AbortSignal): Promise<boolean> {
    try {
      // A request without CORS has to follow redirects; there is nothing in it that could be handed on.
      await fetch(`${origin}/`, {
        ...DEFAULTS,
        method: 'GET',
        headers: {},
        mode: 'no-cors',
        redirect: 'follow',
        signal,
      });
      return true;
    } catch {
      return false;
    }
  }
}

const DEFAULTS = { credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer' } as const;

/** @throws AddressError */
function checkAddress(address: string, hosts: readonly string[], place: Place): URL {
  const url = readAddress(address);
  const reason = url === null ? 'unreadable' : refusalOf(url, hosts, place);
  if (url === null || reason !== null) throw new AddressError(refusal(reason ?? 'unreadable', url, place));
  return url;
}

/** How an address stands on the list of hosts; null when it is none. */
export function hostOf(address: string): string | null {
  return readAddress(address)?.host || null;
}

function readAddress(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

function refusalOf(url: URL, hosts: readonly string[], place: Place): RefusalReason | null {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'unreadable';
  if (url.username + url.password + url.search + url.hash !== '') return 'holds-secret';
  if (!hosts.some((host) => host.trim().toLowerCase() === url.host)) return 'not-named';
  if (place.pageOrigin !== null && url.protocol === 'http:' && !isThisMachine(url)) return 'not-secure';
  return !place.isOnline() && !isThisMachine(url) ? 'offline' : null;
}

/** The code that Node gives: `ECONNREFUSED`, `ENOTFOUND`. A browser gives none. */
function systemCodeOf(thrown: unknown): string | null {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return null;
  return typeof cause.code === 'string' && /^[A-Z_]{3,40}$/u.test(cause.code) ? cause.code : null;
}
