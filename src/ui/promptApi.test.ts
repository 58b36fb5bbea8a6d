import { describe, expect, test } from 'vitest';
import { askBrowserModel, BrowserModelDesk, hasPromptApi } from './promptApi.ts';

const MESSAGES = [
  { role: 'system', content: 'You sell a lamp.' },
  { role: 'user', content: 'What do you want for it?' },
] as const;
const NOBODY = new AbortController().signal;

/** A browser whose model answers by `reply`, and says what it was asked. */
function browser(reply: (asked: unknown) => Promise<string> = async () => '80', state = 'available') {
  const created: unknown[] = [];
  const prompted: unknown[] = [];
  let destroyed = 0;
  const LanguageModel = {
    availability: async () => state,
    create: async (options: unknown) => {
      created.push(options);
      return {
        prompt: async (messages: unknown) => {
          prompted.push(messages);
          return reply(messages);
        },
        destroy: () => (destroyed += 1),
      };
    },
  };
  return { scope: { LanguageModel }, created, prompted, destroyedCount: () => destroyed };
}

describe('the browser’s own model', () => {
  test('is there only where the interface is', () => {
    expect(hasPromptApi({})).toBe(false);
    expect(hasPromptApi({ LanguageModel: 'yes' })).toBe(false);
    expect(hasPromptApi(browser().scope)).toBe(true);
  });

  test('gets the conversation before the question, and its session is given back', async () => {
    const { scope, created, prompted, destroyedCount } = browser();
    expect(await askBrowserModel({ messages: MESSAGES }, NOBODY, scope)).toBe('80');
    expect(created[0]).toMatchObject({ initialPrompts: [MESSAGES[0]], expectedInputs: [{ languages: ['en'] }] });
    expect(prompted).toEqual([[MESSAGES[1]]]);
    expect(destroyedCount()).toBe(1);
  });

  test('goes on with a message that is begun', async () => {
    const { scope, prompted } = browser();
    const begun = [...MESSAGES, { role: 'assistant', content: 'Thought: ask for more' } as const];
    await askBrowserModel({ messages: begun }, NOBODY, scope);
    expect(prompted).toEqual([[MESSAGES[1], { ...begun[2], prefix: true }]]);
  });

  test.each([
    ['no interface', {}, 'chat-browser-missing'],
    ['a device that cannot', browser(undefined, 'unavailable').scope, 'chat-browser-missing'],
    ['an error', browser(() => Promise.reject(new Error('quota'))).scope, 'chat-browser-failed'],
  ])('%s: what, why, fix', async (_, scope, code) => {
    await expect(askBrowserModel({ messages: MESSAGES }, NOBODY, scope)).rejects.toMatchObject({ code });
  });

  test('says that its model is still to be downloaded', async () => {
    const { scope } = browser(() => Promise.reject(new Error('needs a gesture')), 'downloadable');
    await expect(askBrowserModel({ messages: MESSAGES }, NOBODY, scope)).rejects.toMatchObject({
      why: expect.stringContaining('downloaded') as string,
      fix: expect.stringContaining('gigabytes') as string,
    });
  });
});

describe('the desk that answers the worker', () => {
  test('asks one question at a time, in order', async () => {
    let open = 0;
    let most = 0;
    const { scope } = browser(async () => {
      most = Math.max(most, (open += 1));
      await Promise.resolve();
      open -= 1;
      return 'yes';
    });
    const desk = new BrowserModelDesk();
    const replies = await Promise.all(
      ['1', '2', '3'].map((askId) => desk.answer(askId, { messages: MESSAGES }, scope)),
    );
    expect(replies).toEqual(replies.map(() => ({ kind: 'answered', text: 'yes' })));
    expect(most).toBe(1);
  });

  test('says nothing to a question that was withdrawn, and answers the next', async () => {
    const { scope, prompted } = browser();
    const desk = new BrowserModelDesk();
    const first = desk.answer('1', { messages: MESSAGES }, scope);
    const second = desk.answer('2', { messages: MESSAGES }, scope);
    desk.withdraw('1');
    expect(await first).toBeNull();
    expect(await second).toEqual({ kind: 'answered', text: '80' });
    expect(prompted).toHaveLength(1);
  });

  test('tells a failure in words', async () => {
    const reply = await new BrowserModelDesk().answer('1', { messages: MESSAGES }, {});
    expect(reply).toMatchObject({ kind: 'failed', failure: { code: 'chat-browser-missing' } });
  });
});
