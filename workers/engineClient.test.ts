import { expect, test } from 'vitest';
import { EngineClient, type EngineWorker } from './engineClient.ts';
import { PROTOCOL_VERSION, type EngineMessage } from './protocol.ts';

/** A worker that only remembers what it was sent. */
class FakeWorker extends EventTarget {
  readonly received: unknown[] = [];
  isTerminated = false;
  postMessage(message: unknown): void {
    this.received.push(message);
  }
  terminate(): void {
    this.isTerminated = true;
  }
  say(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
}

function connect() {
  const worker = new FakeWorker();
  const { port1 } = new MessageChannel();
  const messages: EngineMessage[] = [];
  const failures: string[] = [];
  // EventTarget types its listeners loosely; the fake sends what a worker sends.
  const client = new EngineClient(worker as unknown as EngineWorker, port1, {
    onMessage: (message) => messages.push(message),
    onBroken: ({ code }) => failures.push(code),
  });
  port1.close();
  return { worker, client, messages, failures, port1 };
}

test('the worker gets its way to storage before anything else, then hello', () => {
  const { worker, port1 } = connect();
  expect(worker.received).toEqual([
    { kind: 'storage.port', port: port1 },
    { kind: 'hello', protocolVersion: PROTOCOL_VERSION },
  ]);
});

test('messages of the same version reach the page', () => {
  const { worker, messages, failures } = connect();
  worker.say({ kind: 'hello', protocolVersion: PROTOCOL_VERSION });
  worker.say({ kind: 'run.events', runId: 'r', events: [{ kind: 'run.paused', updatesDone: 1 }] });
  expect(messages.map(({ kind }) => kind)).toEqual(['run.events']);
  expect(failures).toEqual([]);
});

test('another version asks for a reload and is not listened to any more', () => {
  const { worker, client, messages, failures } = connect();
  worker.say({ kind: 'hello', protocolVersion: PROTOCOL_VERSION + 1 });
  worker.say({ kind: 'run.events', runId: 'r', events: [] });
  client.send({ kind: 'run.pause' });
  expect(failures).toEqual(['version-mismatch']);
  expect(messages).toEqual([]);
  expect(worker.isTerminated).toBe(true);
  expect(worker.received).not.toContainEqual({ kind: 'run.pause' });
});

test('a message that does not parse, and a crash, are failures with a code', () => {
  const unreadable = connect();
  unreadable.worker.say({ kind: 'run.events', runId: 7 });
  expect(unreadable.failures).toEqual(['message-unreadable']);

  const crashed = connect();
  crashed.worker.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }));
  expect(crashed.failures).toEqual(['engine-crashed']);
});
