import { expect, test } from 'vitest';
import { AppError } from '../../base/errors.ts';
import { ApiKey } from './apiKey.ts';
import { createNetwork, hostOf } from './network.ts';
import type { Fetch, FetchRequest, HttpResponse } from './network.ts';
import type { Place } from './place.ts';

const NOBODY = new AbortController().signal;
const RESPONSE: HttpResponse = {
  status: 200,
  headers: { get: () => null },
  body: null,
  text: () => Promise.resolve(''),
};
const NODE: Place = { pageOrigin: null, isOnline: () => true };
const PAGE: Place = { pageOrigin: 'https://parley.example', isOnline: () => true };
const KEY = new ApiKey('sk-secret-1234567890');

interface World {
  readonly hosts?: readonly string[];
  readonly place?: Place;
  /** What the platform does with a request; answers by default. */
  readonly fetch?: Fetch;
}

function post(address: string, { hosts = ['api.example.com'], place = PAGE, fetch }: World = {}) {
  const sent: { address: string; request: FetchRequest }[] = [];
  const network = createNetwork({
    hosts: () => hosts,
    place,
    fetch: (to, request) => {
      sent.push({ address: to, request });
      return fetch ? fetch(to, request) : Promise.resolve(RESPONSE);
    },
  });
  return { sent, done: network.post({ address, body: '{"x":1}', key: KEY }, NOBODY) };
}

async function errorOf(promise: Promise<unknown>): Promise<AppError> {
  const thrown: unknown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof AppError)) throw new Error(`no AppError: ${String(thrown)}`);
  return thrown;
}

test('a host on the list gets the request, signed, without cookies and without following redirects', async () => {
  const { sent, done } = post('https://api.example.com/v1/chat/completions');
  await done;
  expect(sent).toMatchObject([
    {
      address: 'https://api.example.com/v1/chat/completions',
      request: {
        method: 'POST',
        body: '{"x":1}',
        headers: { authorization: 'Bearer sk-secret-1234567890' },
        redirect: 'error',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
      },
    },
  ]);
});

test.each([
  ['host-not-named', 'https://other.example.com/v1', {}],
  ['host-not-named', 'https://api.example.com:8443/v1', {}],
  ['host-not-named', 'https://api.example.com.evil.org/v1', {}],
  ['host-not-named', 'http://localhost:11435/v1', { hosts: ['localhost:11434'] }],
  ['address-holds-secret', 'https://user:pass@api.example.com/v1', {}],
  ['address-holds-secret', 'https://api.example.com/v1?key=abc', {}],
  ['address-unreadable', 'api.example.com', {}],
  ['address-unreadable', 'file:///etc/passwd', { hosts: [''] }],
  ['host-not-secure', 'http://192.168.1.5:8000/v1', { hosts: ['192.168.1.5:8000'] }],
  ['offline', 'https://api.example.com/v1', { place: { ...PAGE, isOnline: () => false } }],
] as const)('%s: nothing is sent to %s', async (code, address, world) => {
  const { sent, done } = post(address, world);
  const error = await errorOf(done);
  expect(error.code).toBe(code);
  expect([error.what, error.why, error.fix].every((text) => text.length > 20)).toBe(true);
  expect(sent).toEqual([]);
});

test('this machine may be asked over http, also without a network; so may anything from the command line', async () => {
  const offline = { ...PAGE, isOnline: () => false };
  await post('http://localhost:11434/v1', { hosts: ['localhost:11434'], place: offline }).done;
  await post('http://127.0.0.1:8000/v1', { hosts: ['127.0.0.1:8000'] }).done;
  await post('http://192.168.1.5:8000/v1', { hosts: ['192.168.1.5:8000'], place: NODE }).done;
});

test('the list is read anew for every request', async () => {
  const hosts: string[] = [];
  const network = createNetwork({ fetch: () => Promise.resolve(RESPONSE), hosts: () => hosts, place: PAGE });
  const send = () => network.post({ address: 'https://api.example.com/v1', body: '', key: null }, NOBODY);
  expect((await errorOf(send())).code).toBe('host-not-named');
  hosts.push('API.example.com');
  await send();
});

test('a server that answers but forbids pages is told from one that is not there, and the question is asked without the key', async () => {
  const forbids: Fetch = (_, { mode }) =>
    mode === 'no-cors' ? Promise.resolve({ ...RESPONSE, status: 0 }) : Promise.reject(new TypeError('Failed to fetch'));
  const { sent, done } = post('http://localhost:11434/v1/chat/completions', {
    hosts: ['localhost:11434'],
    fetch: forbids,
  });
  const error = await errorOf(done);
  expect(error.code).toBe('host-forbids-pages');
  expect(error.why).toContain('https://parley.example');
  expect(error.fix).toContain('OLLAMA_ORIGINS=https://parley.example');
  expect(sent[1]).toMatchObject({ address: 'http://localhost:11434/', request: { method: 'GET', headers: {} } });
  expect(sent[1]?.request.body).toBeUndefined();
});

test.each([
  ['http://localhost:11434/v1', ['localhost:11434'], 'local network'],
  ['https://api.example.com/v1', ['api.example.com'], 'firewall'],
])('a server that is not there, seen from a page: %s', async (address, hosts, hint) => {
  const { done } = post(address, { hosts, fetch: () => Promise.reject(new TypeError('Failed to fetch')) });
  const error = await errorOf(done);
  expect(error.code).toBe('host-unreachable');
  expect(`${error.why} ${error.fix}`).toContain(hint);
});

test('Node’s reason is told in words, and no second request is made', async () => {
  const refused = new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED', secret: 'sk-secret-1234567890' } });
  const { sent, done } = post('http://127.0.0.1:9/v1', {
    hosts: ['127.0.0.1:9'],
    place: NODE,
    fetch: () => Promise.reject(refused),
  });
  const error = await errorOf(done);
  expect(error.why).toBe('Nothing listens at that address.');
  expect(error.cause).toBeUndefined();
  expect(sent).toHaveLength(1);
});

test('an aborted request is an abort, not a failure of the host', async () => {
  const controller = new AbortController();
  const network = createNetwork({
    fetch: () => {
      controller.abort();
      return Promise.reject(new TypeError('Failed to fetch'));
    },
    hosts: () => ['api.example.com'],
    place: PAGE,
  });
  const done = network.post({ address: 'https://api.example.com/v1', body: '', key: null }, controller.signal);
  await expect(done).rejects.toMatchObject({ name: 'AbortError' });
});

test('how an address stands on the list', () => {
  expect(hostOf('https://API.example.com/v1')).toBe('api.example.com');
  expect(hostOf('http://localhost:11434/v1')).toBe('localhost:11434');
  expect(hostOf('nonsense')).toBeNull();
});
