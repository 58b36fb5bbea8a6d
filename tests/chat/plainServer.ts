import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a request said. */
export interface Heard {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

/** A local server that answers in the OpenAI chat protocol, with words that the test chooses. */
export interface PlainServer extends AsyncDisposable {
  readonly baseUrl: string;
  readonly host: string;
  readonly heard: Heard[];
  /** Requests that are being answered now, and the most there were at once. */
  readonly load: { now: number; most: number };
}

export interface Say {
  (heard: Heard, index: number): string | { status: number; body: string };
}

/** Words of the answer go out one event each, with usage in a chunk of its own and `[DONE]`, as OpenAI's do. */
export async function startPlainServer(say: Say, delayMs = 0): Promise<PlainServer> {
  const heard: Heard[] = [];
  const load = { now: 0, most: 0 };
  const server = createServer((request, response) => {
    void (async () => {
      const body = JSON.parse(await bodyOf(request)) as Record<string, unknown>; // ours sends nothing else
      const one = { path: request.url ?? '', headers: request.headers, body };
      const index = heard.push(one) - 1;
      load.now++;
      load.most = Math.max(load.most, load.now);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      load.now--;
      const words = say(one, index);
      if (typeof words === 'string') answer(response, words, body);
      else response.writeHead(words.status, { 'content-type': 'application/json' }).end(words.body);
    })();
  });
  return { ...(await listening(server)), heard, load };
}

/** Of the server's own count: a word is a token. */
export const wordCount = (text: string) => text.split(' ').length;

function answer(response: ServerResponse, text: string, body: Record<string, unknown>): void {
  const usage = { prompt_tokens: 7, completion_tokens: wordCount(text), total_tokens: 7 + wordCount(text) };
  if (body['stream'] !== true) {
    const completion = {
      choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
      usage,
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completion));
    return;
  }
  const words = text.split(/(?= )/u);
  const chunks: unknown[] = [
    { choices: [{ index: 0, delta: { role: 'assistant' } }] },
    ...words.map((content) => ({ choices: [{ index: 0, delta: { content } }] })),
    { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  ];
  if (body['stream_options']) chunks.push({ choices: [], usage });
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.end([...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'].map((data) => `data: ${data}\n\n`).join(''));
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer); // of a request without an encoding set
  return Buffer.concat(pieces).toString('utf8');
}

/** Starts on a free port of this machine. */
export async function listening(server: Server): Promise<AsyncDisposable & { baseUrl: string; host: string }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // of a server that listens on a port
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    host: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
