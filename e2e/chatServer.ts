import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that speaks the OpenAI chat protocol, for one test: it notes what it was asked and with which key. */
export interface ChatServer {
  readonly baseUrl: string;
  readonly host: string;
  readonly asked: { readonly key: string; readonly messages: readonly { readonly content: string }[] }[];
  close(): void;
}

interface Manner {
  /** What it answers to a question. */
  answer(messages: readonly { readonly content: string }[]): string | Promise<string>;
  /** Whether pages of other origins may read its answers. */
  readonly allowsPages?: boolean;
  /** The only key that it accepts; any, if nothing is said. */
  readonly key?: string;
}

export async function startChatServer({ answer, allowsPages = true, key }: Manner): Promise<ChatServer> {
  const asked: ChatServer['asked'] = [];
  const server: Server = createServer((request, response) => {
    void (async () => {
      const headers: Record<string, string> = allowsPages
        ? { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }
        : {};
      if (request.method !== 'POST') return response.writeHead(204, headers).end();
      const { messages } = JSON.parse(await bodyOf(request)) as { messages: { content: string }[] };
      const given = (request.headers.authorization ?? '').replace(/^Bearer /u, '');
      if (key !== undefined && given !== key) {
        const refusal = { error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } };
        return response.writeHead(401, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(refusal));
      }
      asked.push({ key: given, messages });
      const text = await answer(messages);
      response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
      const send = (data: unknown) => response.write(`data: ${JSON.stringify(data)}\n\n`);
      const half = Math.ceil(text.length / 2);
      send({ choices: [{ delta: { content: text.slice(0, half) } }] });
      send({ choices: [{ delta: { content: text.slice(half) }, finish_reason: 'stop' }] });
      send({ choices: [], usage: { prompt_tokens: 100, completion_tokens: 10 } });
      response.end('data: [DONE]\n\n');
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    host: `127.0.0.1:${port}`,
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text;
}
