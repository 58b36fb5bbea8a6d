import { z } from 'zod';
import type { ChatQuestion } from '../../base/chat.ts';

/**
 * What goes over the wire: the part of OpenAI's chat completions that servers agree on. Everything is optional that some
 * server leaves out; unknown fields are let through unread.
 */
const Usage = z.object({ prompt_tokens: z.number().nonnegative(), completion_tokens: z.number().nonnegative() });
export type Usage = z.infer<typeof Usage>;

const ErrorBody = z.union([
  z.string(),
  z.object({
    message: z.string().optional(),
    code: z.union([z.string(), z.number()]).nullish(),
    type: z.string().nullish(),
    param: z.string().nullish(),
  }),
]);

/** What a server says when it refuses: `{error: …}` as OpenAI does, or `{detail: …}` as FastAPI does. */
export const Refusal = z.union([z.object({ error: ErrorBody }), z.object({ detail: z.unknown() })]);

export const Completion = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: z.string().nullish() }),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage: Usage.nullish().catch(null),
});

export const CompletionChunk = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  usage: Usage.nullish().catch(null),
  error: ErrorBody.optional(),
});

/** What a server turned out to understand. */
export interface Dialect {
  readonly streams: boolean;
  /** Whether it may be asked to count tokens at the end of a stream. */
  readonly countsStream: boolean;
  readonly limitField: 'max_tokens' | 'max_completion_tokens';
  readonly takesTemperature: boolean;
}

export const COMMON_DIALECT: Dialect = {
  streams: true,
  countsStream: true,
  limitField: 'max_tokens',
  takesTemperature: true,
};

export function requestBody(model: string, question: ChatQuestion, dialect: Dialect): string {
  return JSON.stringify({
    model,
    messages: question.messages,
    [dialect.limitField]: question.tokenLimit,
    ...(dialect.takesTemperature ? { temperature: question.temperature } : {}),
    stream: dialect.streams,
    ...(dialect.streams && dialect.countsStream ? { stream_options: { include_usage: true } } : {}),
  });
}

/** The dialect without what the server complains about; null when it is none of these. Ends, as each can be given up once. */
export function adaptDialect(dialect: Dialect, complaint: string): Dialect | null {
  if (dialect.countsStream && dialect.streams && /stream_options|include_usage/u.test(complaint)) {
    return { ...dialect, countsStream: false };
  }
  if (dialect.limitField === 'max_tokens' && /max_completion_tokens|max_tokens.{0,40}not supported/su.test(complaint)) {
    return { ...dialect, limitField: 'max_completion_tokens' };
  }
  if (dialect.takesTemperature && /temperature/u.test(complaint)) return { ...dialect, takesTemperature: false };
  if (dialect.streams && /stream/u.test(complaint)) return { ...dialect, streams: false };
  return null;
}
