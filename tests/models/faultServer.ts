import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with one request instead of answering it as it should. */
export type Fault =
  /** So many bytes of the body, then the connection is cut. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Record<string, string> }
  /** The whole file, whatever range was asked for. */
  | { readonly kind: 'ignore-range' }
  /** One bit of the body is another. */
  | { readonly kind: 'flip' }
  /** Hangs before the body. */
  | { readonly kind: 'stall' };

export interface Asked {
  readonly path: string;
  readonly range: string | null;
  readonly authorization: string | null;
}

/** A real HTTP server with the Hub's addresses and faults to order. */
export class FaultServer {
  readonly asked: Asked[] = [];
  /** By name of file, used up one request at a time. */
  readonly faults = new Map<string, Fault[]>();
  /** Whether it describes models as the Hub does. */
  hasApi = true;
  readonly files: Map<string, Uint8Array>;
  private readonly server = createServer((request, response) => this.answer(request, response));

  constructor(files: ReadonlyMap<string, Uint8Array>) {
    this.files = new Map(files);
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`; // it listens on a port, not on a pipe
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url ?? '/', 'http://here');
    const { range, authorization } = request.headers;
    for (const [name, value] of Object.entries(CORS)) response.setHeader(name, value);
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    this.asked.push({ path: pathname, range: range ?? null, authorization: authorization ?? null });
    if (pathname.startsWith('/api/models/')) return this.describe(response);
    const name = decodeURIComponent(pathname.split('/').at(-1) ?? '');
    const bytes = this.files.get(name);
    const fault = this.faults.get(name)?.shift();
    if (fault?.kind === 'status') return void response.writeHead(fault.status, fault.headers).end();
    if (!bytes) return void response.writeHead(404).end('Entry not found');
    this.send(response, bytes, fault?.kind === 'ignore-range' ? undefined : range, fault);
  }

  private send(response: ServerResponse, bytes: Uint8Array, range: string | undefined, fault: Fault | undefined): void {
    const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
    const begin = Number(first);
    const end = last === '' ? bytes.length : Math.min(bytes.length, Number(last) + 1);
    if (range && begin >= bytes.length) {
      return void response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    }
    const body = Uint8Array.from(bytes.subarray(begin, end));
    if (fault?.kind === 'flip') body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1;
    response.writeHead(range ? 206 : 200, {
      'content-length': body.length,
      etag: `"${hashOf(bytes).slice(0, 16)}"`,
      ...(range && { 'content-range': `bytes ${begin}-${end - 1}/${bytes.length}` }),
    });
    if (fault?.kind === 'stall') return void response.flushHeaders();
    if (fault?.kind !== 'cut') return void response.end(body);
    response.write(body.subarray(0, fault.afterBytes), () => setTimeout(() => response.destroy(), 20));
  }

  private describe(response: ServerResponse): void {
    if (!this.hasApi) return void response.writeHead(404).end();
    const siblings = [...this.files].map(([rfilename, bytes]) => ({
      rfilename,
      size: bytes.length,
      ...(rfilename.endsWith('.safetensors') && {
        lfs: { sha256: hashOf(bytes), size: bytes.length, pointerSize: 133 },
      }),
    }));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ sha: 'c0ffee'.padEnd(40, '0'), cardData: { license: 'apache-2.0' }, siblings }));
  }
}

/** As the Hub's own servers say it, so that pages may ask. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization, range',
  'access-control-expose-headers': 'content-range, etag, retry-after',
};

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
