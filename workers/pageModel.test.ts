import { describe, expect, test } from 'vitest';
import { MemoryReplyCache } from '../src/base/replyCache.ts';
import { PageModel } from './pageModel.ts';
import { Command, EngineMessage } from './protocol.ts';

const QUESTION = { messages: [{ role: 'user', content: 'Say yes.' }], temperature: 0.5, tokenLimit: 20 } as const;

function page() {
  const told: EngineMessage[] = [];
  const model = new PageModel((message) => told.push(EngineMessage.parse(message)));
  const reply = (command: unknown) => {
    const parsed = Command.parse(command);
    if (parsed.kind === 'agent.replied') model.hear(parsed.askId, parsed.reply);
  };
  return { model, told, reply };
}

describe('the browser’s model, asked by the worker', () => {
  test('is asked through the page, and each question gets its own answer', async () => {
    const { model, told, reply } = page();
    const chat = model.chat(new MemoryReplyCache());
    const signal = new AbortController().signal;
    const both = Promise.all([chat.ask(QUESTION, signal), chat.ask({ ...QUESTION, temperature: 0 }, signal)]);
    expect(told).toEqual([
      { kind: 'agent.asked', askId: '1', question: QUESTION },
      { kind: 'agent.asked', askId: '2', question: { ...QUESTION, temperature: 0 } },
    ]);
    reply({ kind: 'agent.replied', askId: '2', reply: { kind: 'answered', text: 'no' } });
    reply({ kind: 'agent.replied', askId: '1', reply: { kind: 'answered', text: 'yes' } });
    expect(await both).toEqual([
      { text: 'yes', finish: 'stop' },
      { text: 'no', finish: 'stop' },
    ]);
    expect(chat.usage()).toMatchObject({ requests: 2, cost: null });
    expect(chat.usage().estimatedTokens).toBeGreaterThan(10);
  });

  test('that fails says what the page said', async () => {
    const { model, reply } = page();
    const asked = model.ask(QUESTION, new AbortController().signal);
    const failure = { code: 'chat-browser-failed', what: 'It failed.', why: 'No room.', fix: 'Try later.' };
    reply({ kind: 'agent.replied', askId: '1', reply: { kind: 'failed', failure } });
    await expect(asked).rejects.toMatchObject(failure);
  });

  test('is told when nobody waits any longer; a late answer goes nowhere', async () => {
    const { model, told, reply } = page();
    const control = new AbortController();
    const asked = model.ask(QUESTION, control.signal);
    control.abort(new Error('stopped'));
    await expect(asked).rejects.toThrow('stopped');
    expect(told.at(-1)).toEqual({ kind: 'agent.withdrawn', askId: '1' });
    reply({ kind: 'agent.replied', askId: '1', reply: { kind: 'answered', text: 'yes' } });
    await expect(model.ask(QUESTION, control.signal)).rejects.toThrow('stopped');
  });
});
