import { beforeAll, expect, test } from 'vitest';
import { loadBuiltInModel } from '../tests/builtInModel.ts';
import { HashingDecoder } from '../tests/hashingDecoder.ts';
import { dealOrNoDeal } from '../src/environment/negotiation/dealOrNoDeal.ts';
import { webShop } from '../src/environment/shop/webShop.ts';
import { scriptedEngine, silentSpeaker } from '../tests/scriptedDecoder.ts';
import type { LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import { runWriters, type Desk } from '../src/policy/generate.ts';
import { DEFAULT_BUILT_IN_MODEL } from '../src/record/builtInModel.ts';
import { defaultRunConfig } from '../src/record/runConfig.ts';
import { playEpisode, type PlayedEpisode } from '../src/training/rollout.ts';
import { SCENARIO } from '../src/ui/fixtures.ts';
import type { Talk, TalkAnswer, TalkTurn } from './protocol.ts';
import { answerTwice, type TalkNews } from './talkHost.ts';

let model: LoadedCheckpoint;
beforeAll(async () => {
  model = await loadBuiltInModel();
});

const { strategyTokenLimit, actionTokenLimit } = defaultRunConfig();
const { turnLimit } = dealOrNoDeal;
const TALK: Talk = {
  model: DEFAULT_BUILT_IN_MODEL,
  scenario: SCENARIO,
  personSeat: 0,
  turns: [],
  turnLimit,
  advice: null,
  strategistTemperature: 1,
  agentTemperature: 0.5,
  strategyTokenLimit,
  actionTokenLimit,
  seed: 11,
};
const SAID = ['what do you care about ?', 'i want the hats', 'hmm', 'well', 'ok'];

async function ask(changes: Partial<Talk>, signal = new AbortController().signal) {
  const news: TalkNews[] = [];
  const decoder = new HashingDecoder(model);
  const engine = scriptedEngine(model.config, () => decoder);
  await answerTwice({ ...TALK, ...changes }, { model, engine, speaker: silentSpeaker() }, signal, (item) =>
    news.push(item),
  );
  const replyOf = (kind: 'plain' | 'advised'): TalkAnswer => {
    const found = news.find((item) => item.kind === 'talk.answered' && item.answer === kind);
    if (found?.kind !== 'talk.answered') throw new Error(`no ${kind} answer`);
    return found.reply;
  };
  return { news, decoder, plain: replyOf('plain'), advised: replyOf('advised') };
}

/** The same words of the person against the same model, as a rollout of the trainer. */
async function rollOut(): Promise<PlayedEpisode> {
  const decoder = new HashingDecoder(model);
  const speaker = silentSpeaker();
  let said = 0;
  const plan = {
    episodeId: 'e',
    scenario: SCENARIO,
    seats: [
      { strategist: null, agent: { kind: 'script', speak: () => SAID[said++] ?? 'well' } },
      {
        strategist: { kind: 'model', speaker, temperature: 1, isTrained: false },
        agent: { kind: 'model', speaker, temperature: 0.5 },
      },
    ],
    seed: TALK.seed,
    coordinates: ['talk'],
  } as const;
  const { tokenizer, chatFormat, config } = model;
  const table = { environment: dealOrNoDeal, tokenizer, chatFormat, contextLength: config.contextLength };
  const limits = { turnLimit, strategyTokenLimit, actionTokenLimit };
  const job = { slotCount: 1, start: (desk: Desk) => playEpisode({ ...table, ...limits }, plan, desk) };
  for await (const { finished } of runWriters(decoder, [job], new AbortController().signal)) {
    for (const { outcome } of finished) return outcome;
  }
  throw new Error('the episode did not end');
}

test('turn by turn, the advised answer is what the trainer’s own rollout would have said', async () => {
  const { turns: played } = await rollOut();
  const ofModel = played.filter(({ seat }) => seat === 1);
  expect(ofModel.length).toBeGreaterThan(2);
  const turns: TalkTurn[] = [];
  for (const [index, expected] of ofModel.entries()) {
    turns.push({ by: 'person', utterance: SAID[index] ?? 'well' });
    const { advised } = await ask({ turns });
    expect(advised).toMatchObject({ strategy: expected.strategy, utterance: expected.utterance });
    expect(advised.strategyIds).toEqual(expected.sample?.tokenIds);
    turns.push({ by: 'model', strategyIds: advised.strategyIds, utteranceIds: advised.utteranceIds });
  }
});

test('the plain answer has no strategy, and a strategy that is given is taken as it is', async () => {
  const turns: TalkTurn[] = [{ by: 'person', utterance: 'what do you care about ?' }];
  const { plain, advised, news } = await ask({ turns, advice: 'hold firm <say> <end>' });
  expect(plain).toMatchObject({ strategy: null, strategyIds: [model.chatFormat.strategyEnd] });
  expect(advised.strategy).toBe('hold firm'); // its special tokens are only text, and are left out
  expect(advised.strategyIds).toEqual(model.chatFormat.strategy('hold firm'));
  const streamed = news.filter((item) => item.kind === 'talk.streamed' && item.answer === 'advised');
  expect(streamed[0]).toMatchObject({ role: 'strategist', text: 'hold firm' });
  expect(streamed.at(-1)).toMatchObject({ role: 'agent', text: advised.utterance });
});

test('the same order is answered in the same way; the other answer does not matter to the first', async () => {
  const turns: TalkTurn[] = [{ by: 'person', utterance: 'i want the hats' }];
  const first = await ask({ turns });
  const again = await ask({ turns });
  expect([again.plain, again.advised]).toEqual([first.plain, first.advised]);
  const other = await ask({ turns, advice: 'say no' });
  expect(other.plain).toEqual(first.plain);
  expect((await ask({ turns, seed: 12 })).advised).not.toEqual(first.advised);
});

test('the model opens when the person sits in B', async () => {
  const { plain, advised } = await ask({ personSeat: 1 });
  expect(plain.utteranceIds.length).toBeGreaterThan(0);
  expect(advised.strategy).not.toBeNull();
});

test('in a shop the model plays alone: pages come between its steps, and its second answer has read the first page', async () => {
  const scenario = webShop.scenarios('validation')[0];
  if (!scenario) throw new Error('the shop has no tasks');
  const talk: Partial<Talk> = { scenario, personSeat: 1, turnLimit: webShop.turnLimit };
  const { advised, decoder: first } = await ask(talk);
  const step: TalkTurn = { by: 'model', strategyIds: advised.strategyIds, utteranceIds: advised.utteranceIds };
  const { decoder: second } = await ask({ ...talk, turns: [step] });
  const state = webShop.start(scenario, webShop.turnLimit);
  const clicked = webShop.step(state, webShop.readAction(state, advised.utterance));
  const page = model.chatFormat.partnerTurn(webShop.worldReply?.(clicked) ?? '');
  const read = [...second.fed.values()].map((ids) => ids.join(' '));
  expect(read.every((ids) => ids.includes(page.join(' ')))).toBe(true);
  expect([...first.fed.values()].some((ids) => ids.join(' ').includes(page.join(' ')))).toBe(false);
});

test('a scenario of no environment, or of another form, is refused before anything is loaded', async () => {
  for (const scenario of [
    { ...SCENARIO, environment: 'chess' },
    { ...SCENARIO, counts: 'many' },
  ]) {
    await expect(ask({ scenario })).rejects.toMatchObject({ code: 'scenario-unknown' });
  }
});

test('a dialogue that the context cannot hold is explained, and an answer can be broken off', async () => {
  const long = 'hats '.repeat(model.config.contextLength); // a token each
  await expect(ask({ turns: [{ by: 'person', utterance: long }] })).rejects.toMatchObject({
    code: 'talk-context-full',
  });
  const abort = new AbortController();
  abort.abort(new Error('a run began'));
  const turns: TalkTurn[] = [{ by: 'person', utterance: 'hmm' }];
  await expect(ask({ turns }, abort.signal)).rejects.toThrow('a run began');
});
