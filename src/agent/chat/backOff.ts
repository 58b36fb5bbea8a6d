import type { RandomStream } from '../../base/random.ts';

const FIRST_MS = 500;
const LONGEST_MS = 30_000;
/** Who is told to come back later than this is better off knowing than waiting. */
export const LONGEST_RETRY_AFTER_MS = 120_000;

/**
 * Milliseconds to wait before attempt `attempt` (1: the first repetition): exponential back-off with full jitter, uniform
 * in (0, min(30 s, 0.5 s × 2^(attempt − 1))), so that those who failed together do not come back together. Never earlier
 * than the server asked for.
 *
 * M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015 ("full jitter").
 */
export function backOffMs(attempt: number, retryAfterMs: number | null, random: RandomStream): number {
  const jittered = random.uniform() * Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  return retryAfterMs === null ? jittered : retryAfterMs + jittered;
}

/** What `Retry-After` asks for, in milliseconds from now: a number of seconds, or a date (RFC 9110, section 10.2.3). */
export function parseRetryAfter(header: string | null, wallClockMs: number): number | null {
  if (header === null || header.trim() === '') return null;
  const seconds = Number(header);
  const milliseconds = Number.isFinite(seconds) ? 1000 * seconds : Date.parse(header) - wallClockMs;
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : null;
}
