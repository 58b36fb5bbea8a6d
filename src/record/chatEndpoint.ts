import { z } from 'zod';

/** What a million tokens cost, in whatever currency the user thinks in. */
export const TokenPrices = z.strictObject({
  inputPerMillion: z.number().nonnegative(),
  outputPerMillion: z.number().nonnegative(),
});
export type TokenPrices = z.infer<typeof TokenPrices>;

/**
 * A server that speaks the OpenAI chat protocol, as it may be saved, shared and put into a link. It has no field for a
 * key, and being strict it rejects one: keys live in memory only (`agent/chat/apiKey.ts`).
 */
export const ChatEndpoint = z.strictObject({
  /** Up to and including the version: `https://api.openai.com/v1`, `http://localhost:11434/v1`. */
  baseUrl: z.string().min(1),
  model: z.string().min(1),
  /** Until the answer begins. A local server may first have to load the model. */
  connectTimeoutMs: z.int().min(1).max(600_000).default(60_000),
  /** Between two pieces of an answer. */
  idleTimeoutMs: z.int().min(1).max(600_000).default(30_000),
  /** For one answer from the first byte to the last, however busily it trickles. */
  totalTimeoutMs: z.int().min(1).max(3_600_000).default(180_000),
  /** Further attempts after the first, for failures that may pass. */
  retries: z.int().min(0).max(10).default(4),
  concurrency: z.int().min(1).max(64).default(4),
  /** null: unknown, and then the meter counts tokens only. */
  prices: TokenPrices.nullable().default(null),
  /** What all questions to this server together may cost; null: no limit. Needs prices. */
  costLimit: z.number().nonnegative().nullable().default(null),
  /** Tokens in and out that all questions together may use; null: no limit. */
  tokenLimit: z.int().nonnegative().nullable().default(null),
});
export type ChatEndpoint = z.infer<typeof ChatEndpoint>;

/** What was used so far. */
export const ChatUsage = z.strictObject({
  /** Every attempt counts. */
  requests: z.int().min(0),
  /** Of the requests: those that repeat one that failed. */
  retries: z.int().min(0),
  inputTokens: z.int().min(0),
  outputTokens: z.int().min(0),
  /** Of the tokens: those that the server did not count for us, so that they are counted by the length of the text. */
  estimatedTokens: z.int().min(0),
  /** In the currency of the prices; null without prices. */
  cost: z.number().min(0).nullable(),
});
export type ChatUsage = z.infer<typeof ChatUsage>;
