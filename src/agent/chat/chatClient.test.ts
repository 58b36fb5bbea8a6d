import { inspect } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import type { Fault } from '../../../tests/chat/faultProxy.ts';
import { startFaultProxy } from '../../../tests/chat/faultProxy.ts';
import { startPlainServer, wordCount } from '../../../tests/chat/plainServer.ts';
import type { Say } from '../../../tests/chat/plainServer.ts';
import { quickTimer } from '../../../tests/chat/quickTimer.ts';
import type { ChatQuestion } from '../../base/chat.ts';
import { AppError, explain } from '../../base/errors.ts';
import { RandomStream } from '../../base/random.ts';
import { ChatEndpoint } from '../../record/chatEndpoint.ts';
import { ApiKey } from './apiKey.ts';
import { ChatClient } from './chatClient.ts';
import { ChatMeter } from './meter.ts';
import { createNetwork } from './network.ts';

/** Real sockets and real waiting, on a machine that may be busy. */
vi.setConfig({ testTimeout: 60_000 });

const SECRET = 'sk-test-abcdefghijklmnop0123456789';
const NOBODY = new AbortController().signal;
const QUESTION: ChatQuestion = {
  messages: [{ role: 'user', content: 'What do you offer?' }],
  temperature: 0.7,
  tokenLimit: 50,
};
const ANSWER = 'I would like the two “hats”, naturally — d’accord 😀?';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

interface World {
  readonly faults?: readonly Fault[];
  readonly say?: Say;
  readonly delayMs?: number;
  readonly settings?: Partial<ChatEndpoint>;
}

/** 6 s on the quick timer: what is not about time-outs must not meet one, however busy the machine. */
const PATIENT = { connectTimeoutMs: 300_000, idleTimeoutMs: 300_000, totalTimeoutMs: 600_000 };

/** A client before a fault-injecting proxy before a server, all over real HTTP. */
async function clientFor({ faults = [], say = () => ANSWER, delayMs = 0, settings = {} }: World = {}) {
  const server = await startPlainServer(say, delayMs);
  const proxy = await startFaultProxy(server.baseUrl, faults);
  open.push(server, proxy);
  const endpoint = ChatEndpoint.parse({ baseUrl: proxy.baseUrl, model: 'm', ...PATIENT, ...settings });
  const timer = quickTimer();
  const meter = new ChatMeter(endpoint);
  const network = createNetwork({
    fetch,
    hosts: () => [proxy.host],
    place: { pageOrigin: null, isOnline: () => true },
  });
  const key = new ApiKey(SECRET);
  const random = new RandomStream(1, 'jitter');
  const client = new ChatClient(endpoint, { network, key, meter, timer, random });
  return { client, server, proxy, meter, timer };
}

async function failureOf(asking: Promise<unknown>): Promise<AppError> {
  const thrown: unknown = await asking.then(
    () => new Error('it answered'),
    (error: unknown) => error,
  );
  if (!(thrown instanceof AppError)) throw thrown;
  return thrown;
}

test('an answer is streamed, counted, and the same however its bytes are cut up', async () => {
  for (const bytes of [3, 64, 100_000]) {
    const { client, meter } = await clientFor({ faults: [{ kind: 'split', bytes }] });
    const seen: string[] = [];
    expect(await client.ask(QUESTION, NOBODY, (text) => seen.push(text))).toEqual({ text: ANSWER, finish: 'stop' });
    expect(seen.at(-1)).toBe(ANSWER);
    expect(seen.length).toBe(wordCount(ANSWER));
    expect(seen.every((text, index) => index === 0 || text.startsWith(seen[index - 1] ?? ''))).toBe(true);
    expect(meter.usage()).toMatchObject({
      requests: 1,
      inputTokens: 7,
      outputTokens: wordCount(ANSWER),
      estimatedTokens: 0,
    });
  }
});

test('the server gets model, messages, limit and temperature, and the key in the header only', async () => {
  const { client, server } = await clientFor();
  await client.ask(QUESTION, NOBODY);
  expect(server.heard[0]?.path).toBe('/v1/chat/completions');
  expect(server.heard[0]?.body).toEqual({
    model: 'm',
    messages: QUESTION.messages,
    max_tokens: 50,
    temperature: 0.7,
    stream: true,
    stream_options: { include_usage: true },
  });
});

test.each<[string, Fault]>([
  ['a server error', { kind: 'instead', status: 503, body: 'busy' }],
  ['too many requests', { kind: 'instead', status: 429, body: '{"error":{"message":"slow down"}}' }],
  ['a stream that ends early', { kind: 'end', afterBytes: 200 }],
  ['a connection that is torn down', { kind: 'tear', afterBytes: 200 }],
  ['a stream that falls silent', { kind: 'stall', afterBytes: 200 }],
  ['no answer', { kind: 'hang' }],
  ['half a JSON body', { kind: 'instead', status: 200, body: '{"choices":[{"mess' }],
  ['JSON that is no completion', { kind: 'instead', status: 200, body: '{"hello":"world"}' }],
  [
    'a stream of something else',
    { kind: 'instead', status: 200, headers: { 'content-type': 'text/event-stream' }, body: 'data: <html>\n\n' },
  ],
  [
    'an error inside the stream',
    {
      kind: 'instead',
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      body: 'data: {"error":{"message":"overloaded","code":529}}\n\n',
    },
  ],
])('%s is tried again, and then answered', async (_, fault) => {
  const { client, meter } = await clientFor({
    faults: [fault],
    settings: { connectTimeoutMs: 50_000, idleTimeoutMs: 50_000 },
  });
  expect((await client.ask(QUESTION, NOBODY)).text).toBe(ANSWER);
  expect(meter.usage()).toMatchObject({ requests: 2, retries: 1 });
});

test('a slow drip keeps the connection alive, and ends at the total limit', async () => {
  const { client } = await clientFor({
    faults: [{ kind: 'drip', everyMs: 5 }],
    settings: { retries: 0, idleTimeoutMs: 600_000, totalTimeoutMs: 10_000 },
  });
  const failure = await failureOf(client.ask(QUESTION, NOBODY));
  expect(failure.code).toBe('chat-timeout');
  expect(failure.why).toBe('It did not finish the answer within 10 s.');
});

test('Retry-After is kept, by everybody who asks, and attempts end', async () => {
  const busy: Fault = { kind: 'instead', status: 429, headers: { 'retry-after': '20' }, body: '{"error":"slow down"}' };
  const { client, proxy, meter } = await clientFor({ faults: [busy] });
  const first = client.ask(QUESTION, NOBODY);
  // Asked while the first one is told to wait: it has to wait as well.
  await vi.waitFor(() => expect(meter.usage().retries).toBe(1), { interval: 5, timeout: 3_000 });
  await Promise.all([first, client.ask(QUESTION, NOBODY)]);
  const [refused = 0, ...answered] = proxy.arrivals;
  expect(answered).toHaveLength(2);
  for (const arrival of answered) expect(arrival - refused).toBeGreaterThan(380); // 20 s on a timer 50 times as fast
  expect(meter.usage().retries).toBe(1);

  const stubborn = await clientFor({ faults: Array.from({ length: 9 }, () => busy), settings: { retries: 2 } });
  const failure = await failureOf(stubborn.client.ask(QUESTION, NOBODY));
  expect(failure.code).toBe('chat-too-many-requests');
  expect(failure.why).toContain('tried 3 times');
  expect(stubborn.proxy.arrivals).toHaveLength(3);
});

test.each([
  [401, '{"error":{"message":"bad key"}}', 'chat-key-refused'],
  [404, '{"error":{"message":"no such model"}}', 'chat-not-found'],
  [400, '{"error":{"message":"context length exceeded"}}', 'chat-refused'],
  [402, '', 'chat-no-credit'],
  [429, '{"error":{"message":"You exceeded your quota","code":"insufficient_quota"}}', 'chat-no-credit'],
])('status %i is not tried again: %s', async (status, body, code) => {
  const { client, proxy } = await clientFor({ faults: [{ kind: 'instead', status, body }] });
  expect((await failureOf(client.ask(QUESTION, NOBODY))).code).toBe(code);
  expect(proxy.arrivals).toHaveLength(1);
});

test('who is told to come back in an hour is told so at once', async () => {
  const { client, proxy } = await clientFor({
    faults: [{ kind: 'instead', status: 429, headers: { 'retry-after': '3600' }, body: '' }],
  });
  expect((await failureOf(client.ask(QUESTION, NOBODY))).why).toContain('3600 s');
  expect(proxy.arrivals).toHaveLength(1);
});

test('a server of another dialect is spoken to in its own, and it is remembered', async () => {
  const refuse = (message: string) => ({ status: 400, body: JSON.stringify({ error: { message } }) });
  const { client, server, meter } = await clientFor({
    say: ({ body }) => {
      if ('stream_options' in body) return refuse('Unrecognized request argument supplied: stream_options');
      if ('max_tokens' in body)
        return refuse("'max_tokens' is not supported with this model. Use 'max_completion_tokens'.");
      if ('temperature' in body) return refuse("'temperature' does not support 0.7 with this model.");
      if (body['stream'] === true) return refuse('stream is not supported');
      return ANSWER;
    },
  });
  expect((await client.ask(QUESTION, NOBODY)).text).toBe(ANSWER);
  expect((await client.ask(QUESTION, NOBODY)).text).toBe(ANSWER);
  expect(server.heard).toHaveLength(6);
  expect(server.heard.at(-1)?.body).toEqual({
    model: 'm',
    messages: QUESTION.messages,
    max_completion_tokens: 50,
    stream: false,
  });
  expect(meter.usage()).toMatchObject({ retries: 0, outputTokens: 2 * wordCount(ANSWER) });
});

test('no more questions at a time than allowed, and all are answered', async () => {
  const { client, server } = await clientFor({
    say: (_, index) => `answer ${index}`,
    delayMs: 20,
    settings: { concurrency: 3 },
  });
  const answers = await Promise.all(Array.from({ length: 12 }, () => client.ask(QUESTION, NOBODY)));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(12);
  expect(server.load.most).toBe(3);
});

test('abort reaches a question that is being answered, one that waits to be repeated, and one in line', async () => {
  for (const fault of [
    { kind: 'hang' },
    { kind: 'stall', afterBytes: 100 },
    { kind: 'instead', status: 503, headers: { 'retry-after': '50' }, body: '' },
  ] as const) {
    const { client } = await clientFor({ faults: [fault], settings: { concurrency: 1 } });
    const controller = new AbortController();
    const asked = [client.ask(QUESTION, controller.signal), client.ask(QUESTION, controller.signal)];
    setTimeout(() => controller.abort(), 100);
    for (const result of await Promise.allSettled(asked)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
    }
    // The place of the aborted question is free again.
    expect((await client.ask(QUESTION, NOBODY)).text).toBe(ANSWER);
  }
});

test('the budget refuses the next question before it is sent, even when many are asked at once', async () => {
  const prices = { inputPerMillion: 1_000_000, outputPerMillion: 2_000_000 }; // 1 and 2 a token
  const { client, server, meter } = await clientFor({
    delayMs: 10,
    settings: { prices, costLimit: 500, concurrency: 8 },
  });
  const results = await Promise.allSettled(Array.from({ length: 40 }, () => client.ask(QUESTION, NOBODY)));
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  for (const { reason } of refused) expect(explain(reason)).toMatchObject({ code: 'chat-budget-spent' });
  const { cost } = meter.usage();
  expect(server.heard).toHaveLength(40 - refused.length);
  expect(cost).toBe(server.heard.length * (7 + 2 * wordCount(ANSWER)));
  expect(cost).toBeLessThanOrEqual(500);
});

test('an answer that broke off is paid for by its length; a refusal is not', async () => {
  const { client, meter } = await clientFor({ faults: [{ kind: 'end', afterBytes: 400 }], settings: { retries: 0 } });
  await failureOf(client.ask(QUESTION, NOBODY));
  expect(meter.usage().estimatedTokens).toBeGreaterThan(0);
  const refusing = await clientFor({ faults: [{ kind: 'instead', status: 401, body: '' }] });
  await failureOf(refusing.client.ask(QUESTION, NOBODY));
  expect(refusing.meter.usage()).toMatchObject({ inputTokens: 0, outputTokens: 0 });
});

test('a server that is not there is tried again, and then explained', async () => {
  const { client, proxy, meter } = await clientFor({ settings: { retries: 2 } });
  await proxy[Symbol.asyncDispose]();
  open.splice(open.indexOf(proxy), 1);
  const failure = await failureOf(client.ask(QUESTION, NOBODY));
  expect(failure).toMatchObject({ code: 'host-unreachable', why: 'Nothing listens at that address.' });
  expect(meter.usage().retries).toBe(2);
});

test('the key is in no failure, whatever the server says with it, and not in what can be saved', async () => {
  const starred = `${SECRET.slice(0, 7)}********${SECRET.slice(-4)}`;
  const long = 'x'.repeat(280);
  const bodies = [
    `{"error":{"message":"Incorrect API key provided: ${SECRET}."}}`,
    `{"error":{"message":"Incorrect API key provided: ${starred}."}}`,
    `{"error":"${long} ${SECRET}"}`,
    `{"detail":[{"input":"Bearer ${SECRET}"}]}`,
    `Bearer ${SECRET}`,
  ];
  const stream = { 'content-type': 'text/event-stream' };
  const faults: Fault[] = [
    ...bodies.flatMap((body) => [401, 400, 503, 200].map((status): Fault => ({ kind: 'instead', status, body }))),
    { kind: 'instead', status: 200, headers: stream, body: `data: {"error":{"message":"for ${SECRET}"}}\n\n` },
    { kind: 'instead', status: 200, headers: stream, body: `data: "${SECRET}"\n\n` },
    { kind: 'tear', afterBytes: 0 },
    { kind: 'hang' },
    { kind: 'instead', status: 302, headers: { location: `https://evil.example/?${SECRET}` }, body: '' },
  ];
  for (const fault of faults) {
    const { client, meter } = await clientFor({ faults: [fault], settings: { retries: 0, connectTimeoutMs: 5_000 } });
    const failure = await failureOf(client.ask(QUESTION, NOBODY));
    const told = [inspect(failure, { depth: 20, showHidden: true }), failure.stack, JSON.stringify(failure)];
    const kept = [inspect(client, { depth: 20 }), JSON.stringify(client), JSON.stringify(meter.usage())];
    for (const text of [...told, ...kept]) {
      expect(text).not.toContain('abcdef');
      expect(text).not.toContain(SECRET.slice(-4));
    }
  }
  const key = new ApiKey(SECRET);
  expect(
    [`${key}`, JSON.stringify({ key }), inspect(key), JSON.stringify(structuredClone({ key }))].join(),
  ).not.toContain('sk-');
  expect(ChatEndpoint.safeParse({ baseUrl: 'https://x', model: 'm', key: SECRET }).success).toBe(false);
});
