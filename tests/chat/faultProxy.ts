import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { bodyOf, listening } from './plainServer.ts';

/** What goes wrong with one request between a client and a server that is in order. */
export type Fault =
  /** Nothing goes wrong. */
  | { readonly kind: 'none' }
  /** No answer at all. */
  | { readonly kind: 'hang' }
  /** So many bytes of the answer, and then silence with the connection open. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** So many bytes of the answer, and then the connection is torn down, or ends as if that were all. */
  | { readonly kind: 'tear' | 'end'; readonly afterBytes: number }
  /** A comment every few milliseconds, and never an answer: the connection looks alive. */
  | { readonly kind: 'drip'; readonly everyMs: number }
  /** The whole answer, in pieces of so many bytes, with comments to keep the connection alive between events. */
  | { readonly kind: 'split'; readonly bytes: number }
  /** Another answer than the server's. */
  | {
      readonly kind: 'instead';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    };

export interface FaultProxy extends AsyncDisposable {
  readonly baseUrl: string;
  readonly host: string;
  /** When each request came, in milliseconds. */
  readonly arrivals: number[];
}

/** Stands between a client and a server: the nth request meets the nth fault, and those after the last meet none. */
export async function startFaultProxy(upstreamBaseUrl: string, faults: readonly Fault[]): Promise<FaultProxy> {
  const arrivals: number[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const fault = faults[arrivals.length] ?? { kind: 'none' };
      arrivals.push(performance.now());
      const body = await bodyOf(request);
      if (fault.kind === 'hang') return;
      if (fault.kind === 'instead') {
        response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers }).end(fault.body);
        return;
      }
      if (fault.kind === 'drip') return drip(response, fault.everyMs);
      const path = (request.url ?? '').replace(/^\/v1/u, '');
      const answer = await fetch(`${upstreamBaseUrl}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const bytes = Buffer.from(await answer.arrayBuffer());
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
      await send(response, bytes, fault);
    })().catch(() => response.destroy());
  });
  return { ...(await listening(server)), arrivals };
}

async function send(
  response: ServerResponse,
  bytes: Buffer,
  fault: Exclude<Fault, { kind: 'hang' | 'instead' | 'drip' }>,
): Promise<void> {
  switch (fault.kind) {
    case 'none':
      response.end(bytes);
      return;
    case 'stall':
      response.write(bytes.subarray(0, fault.afterBytes));
      return;
    case 'tear':
      await new Promise((resolve) => response.write(bytes.subarray(0, fault.afterBytes), resolve));
      // The bytes are to arrive before the tear does.
      setTimeout(() => response.destroy(), 30);
      return;
    case 'end':
      response.end(bytes.subarray(0, fault.afterBytes));
      return;
    case 'split': {
      const withComments = Buffer.from(bytes.toString('utf8').replaceAll('\n\n', '\n\n: still here\n\n'));
      for (let start = 0; start < withComments.length; start += fault.bytes) {
        response.write(withComments.subarray(start, start + fault.bytes));
        // Into the network before the next piece, so that they stay pieces.
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    }
  }
}

function drip(response: ServerResponse, everyMs: number): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const timer = setInterval(() => response.write(': still here\n\n'), everyMs);
  response.on('close', () => clearInterval(timer));
}
