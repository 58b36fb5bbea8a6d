/**
 * Keeps the built lab in the browser: after the first visit every file comes from here, with or without a network. Files of one
 * version stay together: a new version waits, whole, until the page asks for it, and never replaces one that somebody works with.
 *
 * This script is copied to the root of the build, whose address is its scope; the build puts `self.OFFLINE` before it
 * (`vite.offline.ts`), so that a changed file changes the script, which is how browsers notice a new version.
 */

/** What the build says: which version this is, and its files, relative to the scope. */
interface Offline {
  readonly version: string;
  readonly files: readonly string[];
}

/** As much of a service worker's global scope as is used here: the page's types do not know it. */
interface ServiceWorkerScope {
  readonly OFFLINE: Offline;
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: LifeEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: AskEvent) => void): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
}
interface LifeEvent {
  waitUntil(work: Promise<unknown>): void;
}
interface AskEvent extends LifeEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

const scope = self as unknown as ServiceWorkerScope; // this script runs as nothing else
const { version, files } = scope.OFFLINE;
const root = scope.registration.scope;
const PREFIX = 'parley-';
const PAGE = 'index.html';
const ownCache = () => caches.open(PREFIX + version);

scope.addEventListener('install', (event) => {
  event.waitUntil(
    ownCache().then((cache) =>
      // Names with a hash in them never change; everything else must be as it is now.
      cache.addAll(
        files.map((file) => new Request(root + file, { cache: file.startsWith('assets/') ? 'default' : 'reload' })),
      ),
    ),
  );
});

scope.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== PREFIX + version);
      await Promise.all(old.map((name) => caches.delete(name)));
      await scope.clients.claim(); // the page of the first visit too: what it loads later is there offline
    })(),
  );
});

scope.addEventListener('message', ({ data }) => {
  if (data === 'take-over') void scope.skipWaiting();
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const isOurs = request.url.startsWith(root) && (request.method === 'GET' || request.method === 'HEAD');
  if (isOurs) event.respondWith(answer(request));
});

async function answer(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname.slice(new URL(root).pathname.length);
  const cached = await (await ownCache()).match(root + (path === '' ? PAGE : path));
  if (cached) return request.method === 'HEAD' ? new Response(null, cached) : inRange(cached, request);
  try {
    return await fetch(request);
  } catch (thrown) {
    // Whether an optional file exists is asked this way; what is not among our files does not.
    if (request.method === 'HEAD') return new Response(null, { status: 404 });
    throw thrown;
  }
}

/** Readers of large files ask for stretches of them. */
async function inRange(whole: Response, request: Request): Promise<Response> {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get('range') ?? '') ?? [];
  if (first === undefined) return whole;
  const blob = await whole.blob();
  const begin = Number(first);
  const end = last ? Math.min(Number(last), blob.size - 1) : blob.size - 1;
  return new Response(blob.slice(begin, end + 1), {
    status: 206,
    headers: {
      'content-type': whole.headers.get('content-type') ?? 'application/octet-stream',
      'content-range': `bytes ${begin}-${end}/${blob.size}`,
      'content-length': String(end - begin + 1),
    },
  });
}
