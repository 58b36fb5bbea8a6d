import { afterEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../../tests/chat/faultProxy.ts';
import { startFaultProxy } from '../../../tests/chat/faultProxy.ts';
import { RED_TEAM } from '../../../tests/chat/redTeam.ts';
import type { ChatQuestion } from '../../base/chat.ts';
import { RandomStream } from '../../base/random.ts';
import { systemTimer } from '../../base/timer.ts';
import { dealOrNoDeal } from '../../environment/negotiation/dealOrNoDeal.ts';
import { ChatEndpoint } from '../../record/chatEndpoint.ts';
import { MemoryReplyCache } from '../../base/replyCache.ts';
import { JUDGE_DEFAULTS, judgeDialogue } from '../../reward/judge/judge.ts';
import { SCRIPTED_PARTNERS } from '../scriptedPartner.ts';
import { actByChat } from './chatAgent.ts';
import { ChatClient } from './chatClient.ts';
import { ChatMeter } from './meter.ts';
import { createNetwork } from './network.ts';
import { checkBy, sceneOf, seatBrief } from './scene.ts';
import type { PastTurn } from './scene.ts';

/** An OpenAI-compatible server that somebody else wrote, started by `tools/chat-server/withServer.mjs`. */
const SERVER = process.env['PARLEY_CHAT_SERVER'];
const MODEL = process.env['PARLEY_CHAT_MODEL'] ?? '';
const NOBODY = new AbortController().signal;

const QUESTION: ChatQuestion = {
  messages: [
    { role: 'system', content: 'book 3 1 hat 2 3 ball 1 1' },
    { role: 'user', content: 'i want the hat' },
  ],
  temperature: 0,
  tokenLimit: 24,
};

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

async function clientFor(faults: readonly Fault[] = [], settings: Partial<ChatEndpoint> = {}) {
  const proxy = await startFaultProxy(SERVER ?? '', faults);
  open.push(proxy);
  const endpoint = ChatEndpoint.parse({ baseUrl: proxy.baseUrl, model: MODEL, ...settings });
  const meter = new ChatMeter(endpoint);
  const place = { pageOrigin: null, isOnline: () => true };
  const network = createNetwork({ fetch, hosts: () => [proxy.host], place });
  const random = new RandomStream(1, 'jitter');
  const client = new ChatClient(endpoint, { network, key: null, meter, timer: systemTimer, random });
  return { client, meter, arrivals: proxy.arrivals };
}

describe.skipIf(!SERVER)(
  'transformers serve (only with `npm test -- --python`, which starts one)',
  { timeout: 60_000 },
  () => {
    test('answers the same at once and streamed in the smallest pieces, and counts the tokens', async () => {
      const asked = await fetch(`${SERVER}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: MODEL, messages: QUESTION.messages, temperature: 0, max_tokens: 24 }),
      });
      const whole = (await asked.json()) as {
        choices: [{ message: { content: string } }];
        usage: { prompt_tokens: number; completion_tokens: number };
      };
      const { client, meter } = await clientFor([{ kind: 'split', bytes: 3 }]);
      const seen: string[] = [];
      const answer = await client.ask(QUESTION, NOBODY, (text) => seen.push(text));
      expect(answer.text).toBe(whole.choices[0].message.content);
      expect(answer.text.length).toBeGreaterThan(10);
      expect(seen.length).toBeGreaterThan(5);
      expect(meter.usage()).toMatchObject({
        inputTokens: whole.usage.prompt_tokens,
        outputTokens: whole.usage.completion_tokens,
        estimatedTokens: 0,
      });
    });

    test('says when the limit has cut its answer', async () => {
      const { client } = await clientFor();
      expect((await client.ask({ ...QUESTION, tokenLimit: 2 }, NOBODY)).finish).toBe('length');
    });

    test('answers after every fault on the way, with the same words', async () => {
      const expected = await (await clientFor()).client.ask(QUESTION, NOBODY);
      const { client, meter } = await clientFor(
        [
          { kind: 'tear', afterBytes: 900 },
          { kind: 'end', afterBytes: 900 },
          { kind: 'stall', afterBytes: 900 },
          { kind: 'instead', status: 429, headers: { 'retry-after': '1' }, body: '' },
          { kind: 'instead', status: 200, body: '{"choices": [' },
        ],
        { idleTimeoutMs: 5_000, retries: 5 },
      );
      expect(await client.ask(QUESTION, NOBODY)).toEqual(expected);
      expect(meter.usage()).toMatchObject({ requests: 6, retries: 5 });
    });

    test('goes on answering others after a question was aborted', async () => {
      const { client } = await clientFor([{ kind: 'stall', afterBytes: 600 }], { concurrency: 1 });
      const controller = new AbortController();
      const aborted = client.ask(QUESTION, controller.signal, () => controller.abort());
      await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
      expect((await client.ask(QUESTION, NOBODY)).text).not.toBe('');
    });

    test('what it refuses is explained', async () => {
      const { client } = await clientFor([], { model: 'no/such-model', retries: 0 });
      await expect(client.ask(QUESTION, NOBODY)).rejects.toMatchObject({
        code: expect.stringMatching(/^chat-/u) as string,
      });
    });

    test('plays a whole episode; what the small model writes that is no JSON is an invalid turn, and nothing worse', async () => {
      const { client, meter } = await clientFor();
      const scenario = dealOrNoDeal.sampleScenario(new RandomStream(1, 'episode'), 'train');
      const random = new RandomStream(1, 'partner');
      const brief = seatBrief(dealOrNoDeal, scenario, 0);
      const manner = { examples: ['i want the hat'], leave: null, pass: null };
      const history: PastTurn[] = [];
      let state = dealOrNoDeal.start(scenario, 4);
      for (let seat = dealOrNoDeal.seatToMove(state); seat !== null; seat = dealOrNoDeal.seatToMove(state)) {
        let action: ReturnType<typeof dealOrNoDeal.readAction>;
        if (seat === 0) {
          const advice = { kind: 'strategy', text: 'ask for the hats' } as const;
          const scene = sceneOf(dealOrNoDeal, state, seat, { brief, manner, history, advice });
          const ask = (question: ChatQuestion, signal: AbortSignal) => client.ask(question, signal);
          const reply = await actByChat(
            ask,
            scene,
            { temperature: 0, tokenLimit: 24 },
            checkBy(dealOrNoDeal, state),
            NOBODY,
          );
          history.push({ by: 'self', strategy: advice.text, utterance: reply.utterance });
          action =
            reply.invalidReason === null
              ? dealOrNoDeal.readAction(state, reply.utterance)
              : { kind: 'invalid', reason: reply.invalidReason };
        } else {
          const utterance = SCRIPTED_PARTNERS.fair(state, seat, random);
          history.push({ by: 'partner', utterance });
          action = dealOrNoDeal.readAction(state, utterance);
        }
        state = dealOrNoDeal.step(state, action);
      }
      expect(dealOrNoDeal.outcome(state)).not.toBeNull();
      expect(meter.usage().requests).toBeGreaterThan(0);
    });

    test('as a judge it is too small, which costs its judgement only', async () => {
      const { client } = await clientFor();
      const settings = { ...JUDGE_DEFAULTS, tokenLimit: 24, temperature: 0, judgeName: MODEL };
      const ports = {
        ask: (question: ChatQuestion, signal: AbortSignal) => client.ask(question, signal),
        cache: new MemoryReplyCache(),
      };
      for (const { dialogue } of RED_TEAM.slice(0, 3)) {
        expect(['missing', 'critical']).toContain((await judgeDialogue(ports, dialogue, settings, NOBODY)).kind);
      }
    });
  },
);
