import { expect, test } from 'vitest';
import { scriptedChat } from '../../../tests/chat/scriptedChat.ts';
import type { ChatQuestion } from '../../base/chat.ts';
import { AppError } from '../../base/errors.ts';
import { MemoryReplyCache } from '../../base/replyCache.ts';
import { isChatTrouble, remembering, usageSince } from './chat.ts';

const NOBODY = new AbortController().signal;
const QUESTION: ChatQuestion = { messages: [{ role: 'user', content: 'hello' }], temperature: 0.7, tokenLimit: 9 };

test('the same question on the same occasion is asked once; anything else is asked', async () => {
  const ask = scriptedChat('one', 'two', 'three', 'four', 'five');
  const chat = { name: 'm at a', ask, cache: new MemoryReplyCache() };
  const first = remembering(chat, 'turn 1');
  expect((await first(QUESTION, NOBODY)).text).toBe('one');
  expect(await first({ ...QUESTION }, NOBODY)).toEqual({ text: 'one', finish: 'stop' });
  expect((await remembering(chat, 'turn 1')(QUESTION, NOBODY)).text).toBe('one');
  expect((await remembering(chat, 'turn 2')(QUESTION, NOBODY)).text).toBe('two');
  expect((await first({ ...QUESTION, temperature: 0 }, NOBODY)).text).toBe('three');
  expect((await remembering({ ...chat, name: 'm at b' }, 'turn 1')(QUESTION, NOBODY)).text).toBe('four');
  expect(ask.asked).toHaveLength(4);
});

test('a failure is not kept, and a cache that fails costs a question', async () => {
  const ask = scriptedChat(new Error('gone'), 'yes', 'again');
  const cache = new MemoryReplyCache();
  const asked = remembering({ name: 'm', ask, cache }, '');
  await expect(asked(QUESTION, NOBODY)).rejects.toThrow('gone');
  expect((await asked(QUESTION, NOBODY)).text).toBe('yes');
  const broken = { get: () => Promise.reject(new Error('disk')), set: () => Promise.reject(new Error('disk')) };
  expect((await remembering({ name: 'm', ask, cache: broken }, '')(QUESTION, NOBODY)).text).toBe('again');
});

test('what is no kept answer is asked for again', async () => {
  const cache = { get: () => Promise.resolve('{"text": 1}'), set: () => Promise.resolve() };
  expect((await remembering({ name: 'm', ask: scriptedChat('fresh'), cache }, '')(QUESTION, NOBODY)).text).toBe(
    'fresh',
  );
});

test('trouble outside is told from what is broken here', () => {
  const failure = (code: string) => new AppError(code, { what: '', why: '', fix: '' });
  for (const code of [
    'chat-timeout',
    'chat-budget-spent',
    'host-unreachable',
    'host-not-named',
    'address-unreadable',
    'offline',
  ])
    expect(isChatTrouble(failure(code)), code).toBe(true);
  for (const thrown of [failure('gpu-lost'), failure('checkpoint-missing'), new Error('chat-timeout'), null])
    expect(isChatTrouble(thrown)).toBe(false);
});

test('usage is what came between two readings', () => {
  const at = (requests: number, cost: number | null) => ({
    requests,
    retries: 1,
    inputTokens: 10 * requests,
    outputTokens: requests,
    estimatedTokens: 0,
    cost,
  });
  expect(usageSince(at(2, 0.1), at(5, 0.4))).toMatchObject({
    requests: 3,
    retries: 0,
    inputTokens: 30,
    outputTokens: 3,
  });
  expect(usageSince(at(2, 0.1), at(5, 0.4)).cost).toBeCloseTo(0.3);
  expect(usageSince(at(2, null), at(5, null)).cost).toBeNull();
});
