import { AppError, assertNever } from '../../base/errors.ts';
import type { Explanation } from '../../base/errors.ts';
import { isThisMachine } from './place.ts';
import type { Place } from './place.ts';

/** Why an address may not be asked. */
export type RefusalReason = 'unreadable' | 'holds-secret' | 'not-named' | 'not-secure' | 'offline';

/** The address may not be asked, now or later: trying again is of no use. */
export class AddressError extends AppError {
  override readonly name = 'AddressError';

  constructor({ code, ...explanation }: Explanation & { readonly code: string }) {
    super(code, explanation);
  }
}

/** Only the host is ever named: a path or a query may hold what nobody should read in a log. */
export function refusal(reason: RefusalReason, url: URL | null, place: Place): Explanation & { readonly code: string } {
  const host = url?.host ?? 'the server';
  switch (reason) {
    case 'unreadable':
      return {
        code: 'address-unreadable',
        what: 'The address of the chat server cannot be used.',
        why: 'It is not a web address that begins with https:// or http://.',
        fix: 'Write it like https://api.example.com/v1 or http://localhost:11434/v1.',
      };
    case 'holds-secret':
      return {
        code: 'address-holds-secret',
        what: `The address of ${host} cannot be used.`,
        why: 'It holds a user name, a password, or something after a "?" or "#", which would be saved and shown together with it.',
        fix: 'Leave that out of the address, and put the key into the field for the key, which is never saved.',
      };
    case 'not-named':
      return {
        code: 'host-not-named',
        what: `Nothing was sent to ${host}.`,
        why: 'It is not on the list of hosts that you allow this lab to talk to.',
        fix: `Add ${host} to the list if you trust it with the dialogues of this run.`,
      };
    case 'not-secure':
      return {
        code: 'host-not-secure',
        what: `A page cannot talk to ${host} over http.`,
        why: 'Browsers refuse unencrypted connections from a page, except to this machine under the name localhost or 127.0.0.1.',
        fix: `Reach it by https, forward its port to localhost, or run the lab on the command line, where http is possible${place.pageOrigin === null ? '' : ' (npm run parley)'}.`,
      };
    case 'offline':
      return {
        code: 'offline',
        what: `${host} cannot be reached.`,
        why: 'This machine is not connected to a network.',
        fix: 'Connect, or choose an agent that runs on this machine.',
      };
    default:
      return assertNever(reason);
  }
}

interface Failure {
  readonly url: URL;
  readonly place: Place;
  /** Whether somebody answers there when asked without wanting to read the answer; null where that was not tried. */
  readonly answers: boolean | null;
  readonly systemCode: string | null;
}

/** A request that got no response. */
export function unreachable({ url, place, answers, systemCode }: Failure): AppError {
  const { host } = url;
  if (answers === true) {
    return new AppError('host-forbids-pages', {
      what: `${host} does not let this page read its answers.`,
      why: `A server has to allow the pages that may use it (CORS), and it does not allow ${place.pageOrigin ?? 'this page'}; or it sends the request on to another address, which is refused.`,
      fix: `${isThisMachine(url) ? `Start it with this page allowed: OLLAMA_ORIGINS=${place.pageOrigin ?? '*'} for Ollama, --enable-cors for transformers serve, the CORS switch of LM Studio.` : 'Use a server that allows pages (OpenRouter does), or a small proxy of your own that does.'} If the address has moved, write the new one.`,
    });
  }
  if (!place.isOnline() && !isThisMachine(url)) return new AppError('offline', refusal('offline', url, place));
  const isPage = place.pageOrigin !== null;
  return new AppError('host-unreachable', {
    what: `${host} cannot be reached.`,
    why: `${systemCode === null ? 'Nothing answered' : (SYSTEM_CODES[systemCode] ?? `The system says ${systemCode}`)}${isPage && isThisMachine(url) ? ', or the browser has not been allowed to let this page reach the local network' : ''}.`,
    fix: isThisMachine(url)
      ? `Start the server, check its port${isPage ? ', and allow local network access for this page (the icon beside the address bar)' : ''}.`
      : 'Check the address, and whether a firewall, a proxy or a blocker of this browser stands between.',
  });
}

const SYSTEM_CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens at that address',
  ENOTFOUND: 'There is no host of that name',
  EAI_AGAIN: 'The name of the host could not be looked up just now',
  ECONNRESET: 'The connection was cut',
  UND_ERR_SOCKET: 'The connection was cut',
  ETIMEDOUT: 'The host did not answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'The host did not answer in time',
  CERT_HAS_EXPIRED: 'The certificate of the host has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate of the host is signed by itself only',
};
