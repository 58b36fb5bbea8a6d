import { z } from 'zod';
import type { ChatAnswer } from '../../base/chat.ts';
import { oneLine } from '../../base/oneLine.ts';
import { ChatFault } from './chatFault.ts';
import { Completion, CompletionChunk, Refusal } from './chatProtocol.ts';
import type { Usage } from './chatProtocol.ts';
import type { TokenCount } from './meter.ts';
import type { HttpResponse } from './network.ts';
import { EventReader } from './serverEvents.ts';

/** What came back, as far as it came: `text` grows, so that an attempt that fails can still be paid for. */
export interface Reception {
  text: string;
  finish: ChatAnswer['finish'] | null;
  count: TokenCount | null;
}

export interface Hearing {
  /** Bytes arrived. */
  onBytes(): void;
  /** All text so far. */
  readonly onText: ((text: string) => void) | undefined;
  /** The server's words without the key. */
  clean(text: string): string;
}

/** Far more than any answer that keeps to its limit. */
const MOST_BYTES = 8_000_000;
const MOST_MESSAGE_CHARACTERS = 300;

/**
 * Reads a successful response into `reception`: a stream of events or one JSON body, whatever was asked for.
 * @throws ChatFault `cut`, `unreadable`, `too-long`, or the error that the server sent in the stream
 */
export async function readCompletion(response: HttpResponse, reception: Reception, hearing: Hearing): Promise<void> {
  const isStream = response.headers.get('content-type')?.includes('text/event-stream') ?? false;
  const events = new EventReader();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  try {
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
      if (!piece.value) continue;
      hearing.onBytes();
      bytes += piece.value.length;
      if (bytes > MOST_BYTES) throw new ChatFault({ kind: 'too-long' });
      if (!isStream) pieces.push(piece.value);
      else if (hearEvents(events.push(piece.value), reception, hearing)) return;
    }
  } finally {
    // Also after `[DONE]`: a server may leave the connection open.
    await reader?.cancel().catch(() => undefined);
  }
  if (!isStream) return readBody(decode(pieces), reception, hearing);
  if (hearEvents(events.end(), reception, hearing)) return;
  if (reception.finish === null) throw new ChatFault({ kind: 'cut' });
}

/** Takes events in. @returns whether the server has said that it is done */
function hearEvents(events: readonly string[], reception: Reception, hearing: Hearing): boolean {
  for (const data of events) {
    if (data.trim() === '[DONE]') {
      // Some servers give no reason for the end.
      reception.finish ??= 'stop';
      return true;
    }
    const chunk = CompletionChunk.safeParse(parseJson(data));
    if (!chunk.success) throw unreadable(z.prettifyError(chunk.error));
    const { choices, usage, error } = chunk.data;
    if (error !== undefined) throw serverError(error, hearing);
    const [choice] = choices;
    if (choice?.delta?.content) {
      reception.text += choice.delta.content;
      hearing.onText?.(reception.text);
    }
    if (choice?.finish_reason) reception.finish = finishOf(choice.finish_reason);
    if (usage) reception.count = countOf(usage);
  }
  return false;
}

function readBody(body: string, reception: Reception, hearing: Hearing): void {
  const completion = Completion.safeParse(parseJson(body));
  if (!completion.success) throw unreadable(z.prettifyError(completion.error));
  const [choice] = completion.data.choices;
  reception.text = choice?.message.content ?? '';
  reception.finish = finishOf(choice?.finish_reason ?? 'stop');
  reception.count = completion.data.usage ? countOf(completion.data.usage) : null;
  hearing.onText?.(reception.text);
}

/** What a refusing server says in its body, for people; nothing when it says nothing readable. */
export function refusalMessage(body: string): string {
  const refusal = Refusal.safeParse(parseJson(body, null));
  if (!refusal.success) return '';
  if ('detail' in refusal.data) return oneLine(JSON.stringify(refusal.data.detail) ?? '', MOST_MESSAGE_CHARACTERS);
  const { error } = refusal.data;
  const message =
    typeof error === 'string' ? error : [error.message, error.code, error.param].filter(Boolean).join(' · ');
  return oneLine(message, MOST_MESSAGE_CHARACTERS);
}

function serverError(error: NonNullable<z.infer<typeof CompletionChunk>['error']>, { clean }: Hearing): ChatFault {
  const message = refusalMessage(clean(JSON.stringify({ error })));
  const status = typeof error === 'object' && typeof error.code === 'number' ? error.code : 500;
  return new ChatFault({ kind: 'status', status, message, retryAfterMs: null });
}

/** @throws ChatFault, unless there is something to give instead */
function parseJson(text: string, otherwise?: null): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (otherwise !== undefined) return otherwise;
    throw unreadable('it is not JSON.');
  }
}

function unreadable(message: string): ChatFault {
  return new ChatFault({ kind: 'unreadable', message: oneLine(message, MOST_MESSAGE_CHARACTERS) });
}

function finishOf(reason: string): ChatAnswer['finish'] {
  if (reason === 'length') return 'length';
  return reason === 'content_filter' ? 'filtered' : 'stop';
}

function countOf({ prompt_tokens, completion_tokens }: Usage): TokenCount {
  return { inputTokens: Math.round(prompt_tokens), outputTokens: Math.round(completion_tokens) };
}

function decode(pieces: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  return pieces.map((piece) => decoder.decode(piece, { stream: true })).join('') + decoder.decode();
}
