import { AppError, assertNever } from '../../base/errors.ts';
import type { Explanation } from '../../base/errors.ts';

/** What can go wrong in one attempt after the server has been reached. */
export type ChatFaultKind =
  | { readonly kind: 'timeout'; readonly phase: 'connect' | 'idle' | 'total'; readonly limitMs: number }
  | { readonly kind: 'status'; readonly status: number; readonly message: string; readonly retryAfterMs: number | null }
  /** The stream ended before the answer did. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'unreadable'; readonly message: string }
  | { readonly kind: 'too-long' };

/** One attempt failed; `chatFailed` says it to a person. */
export class ChatFault extends Error {
  readonly fault: ChatFaultKind;

  constructor(fault: ChatFaultKind) {
    super(fault.kind);
    this.fault = fault;
  }
}

/** Whether the same question may well be answered later. */
export function mayPass(fault: ChatFaultKind): boolean {
  if (fault.kind === 'too-long') return false;
  if (fault.kind !== 'status') return true;
  // Out of credit is said with the status of "too many requests", and no waiting mends it.
  if (/insufficient_quota|billing|credit/iu.test(fault.message)) return false;
  return fault.status >= 500 || [408, 409, 425, 429].includes(fault.status);
}

/** @param attempts made in vain, all of them */
export function chatFailed(fault: ChatFaultKind, host: string, attempts: number): AppError {
  const { code, what, why, fix } = explainFault(fault, host);
  return new AppError(code, { what, why: attempts > 1 ? `${why} It was tried ${attempts} times.` : why, fix });
}

function explainFault(fault: ChatFaultKind, host: string): Explanation & { readonly code: string } {
  switch (fault.kind) {
    case 'timeout':
      return {
        code: 'chat-timeout',
        what: `${host} took too long.`,
        why: `${TIMEOUTS[fault.phase]} within ${fault.limitMs / 1000} s.`,
        fix: 'Allow more time, ask fewer questions at a time, or choose a faster model.',
      };
    case 'status':
      return explainStatus(fault, host);
    case 'cut':
      return {
        code: 'chat-cut',
        what: `The answer of ${host} broke off.`,
        why: 'The connection ended before the answer did.',
        fix: 'Try again; if it comes back, see what the server logs.',
      };
    case 'unreadable':
      return {
        code: 'chat-unreadable',
        what: `The answer of ${host} cannot be read.`,
        why: `It is not in the form of an OpenAI chat completion: ${fault.message}`,
        fix: 'Check that the address is that of an OpenAI-compatible server and ends in its version, for example /v1.',
      };
    case 'too-long':
      return {
        code: 'chat-too-long',
        what: `${host} would not stop answering.`,
        why: 'It sent many times more than the question allowed, and was cut off.',
        fix: 'Use a server that respects the token limit.',
      };
    default:
      return assertNever(fault);
  }
}

const TIMEOUTS = {
  connect: 'It did not begin to answer',
  idle: 'It fell silent in the middle of an answer, and said nothing',
  total: 'It did not finish the answer',
} as const;

function explainStatus(
  { status, message, retryAfterMs }: Extract<ChatFaultKind, { kind: 'status' }>,
  host: string,
): Explanation & { readonly code: string } {
  const why = `It answered with status ${status}${message ? `: ${message}` : '.'}`;
  if (status === 401 || status === 403) {
    return {
      code: 'chat-key-refused',
      what: `${host} did not accept the key.`,
      why,
      fix: 'Enter a valid key for this server that may use this model. It is kept in memory only, so it has to be entered anew after a reload.',
    };
  }
  if (status === 404) {
    return {
      code: 'chat-not-found',
      what: `${host} does not know the model or the address.`,
      why,
      fix: 'Check the name of the model, and that the address ends in the version, for example /v1.',
    };
  }
  if (status === 402 || /insufficient_quota|billing|credit/iu.test(message)) {
    return {
      code: 'chat-no-credit',
      what: `${host} wants to be paid first.`,
      why,
      fix: 'Add credit there, or choose another server.',
    };
  }
  if (status === 429) {
    const later = retryAfterMs === null ? '' : ` It asks to be left alone for ${Math.ceil(retryAfterMs / 1000)} s.`;
    return {
      code: 'chat-too-many-requests',
      what: `${host} is asked too often.`,
      why: why + later,
      fix: 'Ask fewer questions at a time, or go on later.',
    };
  }
  if (status >= 500) {
    return { code: 'chat-server-failed', what: `${host} failed.`, why, fix: 'Try again later.' };
  }
  return {
    code: 'chat-refused',
    what: `${host} refused the question.`,
    why,
    fix: 'Check the model and its context length; shorter episodes make shorter questions.',
  };
}
