import { beforeAll, expect, test } from 'vitest';
import { loadBuiltInModel } from '../tests/builtInModel.ts';
import { hash32 } from '../src/base/hash.ts';
import { dealOrNoDeal } from '../src/environment/negotiation/dealOrNoDeal.ts';
import type { Decoder, DrawnToken, Engine, StepRow } from '../src/policy/engine.ts';
import type { LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import { runWriters } from '../src/policy/generate.ts';
import { defaultRunConfig } from '../src/record/runConfig.ts';
import { playEpisode, SlotCounter, type PlayedEpisode } from '../src/training/rollout.ts';
import { SCENARIO } from '../src/ui/fixtures.ts';
import type { Talk, TalkAnswer, TalkTurn } from './protocol.ts';
import { answerTwice, type TalkNews } from './talkHost.ts';

let model: LoadedCheckpoint;
beforeAll(async () => {
  model = await loadBuiltInModel();
});

/** Draws a token that depends on everything its slot was fed: another context would draw other words. */
class HashingDecoder implements Decoder {
  readonly slotCount = 8;
  readonly fed = new Map<number, number[]>();

  async step(rows: readonly StepRow[]): Promise<readonly DrawnToken[]> {
    return rows.flatMap(({ slot, position, tokenId, draw }) => {
      const context = this.fed.get(slot) ?? [];
      this.fed.set(slot, context);
      expect(position).toBe(context.length);
      context.push(tokenId);
      if (!draw) return [];
      const { strategyEnd, actionEnd } = model.chatFormat;
      const words = model.tokenizer.encodePlain('hat hats book ball you i take get', ' ');
      const choices = [strategyEnd, actionEnd, ...words];
      const drawn = choices[hash32(`${context.join()}/${draw.uniform}/${draw.temperature}`) % choices.length];
      return [{ tokenId: drawn ?? strategyEnd, logProb: -1, entropy: 1 }];
    });
  }

  [Symbol.dispose](): void {}
}

function fakeEngine(decoder: HashingDecoder): Engine {
  return {
    kind: 'reference',
    config: model.config,
    createWeightSet: () => ({ update() {}, [Symbol.dispose]() {} }),
    createDecoder: () => decoder,
    createLearner: () => {
      throw new Error('a talk does not learn');
    },
    dispose() {},
  };
}

const { turnLimit, strategyTokenLimit, actionTokenLimit } = defaultRunConfig();
const TALK: Talk = {
  model: defaultRunConfig().model,
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
  const decoder = new HashingDecoder();
  const engine = fakeEngine(decoder);
  await answerTwice({ ...TALK, ...changes }, { modelName: 'm', model, engine }, signal, (item) => news.push(item));
  const replyOf = (kind: 'plain' | 'advised'): TalkAnswer => {
    const found = news.find((item) => item.kind === 'talk.answered' && item.answer === kind);
    if (found?.kind !== 'talk.answered') throw new Error(`no ${kind} answer`);
    return found.reply;
  };
  return { news, decoder, plain: replyOf('plain'), advised: replyOf('advised') };
}

/** The same words of the person against the same model, as a rollout of the trainer. */
async function rollOut(): Promise<PlayedEpisode> {
  const decoder = new HashingDecoder();
  let said = 0;
  const plan = {
    episodeId: 'e',
    scenario: SCENARIO,
    seats: [
      { strategist: null, agent: { kind: 'script', speak: () => SAID[said++] ?? 'well' } },
      {
        strategist: { kind: 'model', decoder, temperature: 1, isTrained: false },
        agent: { kind: 'model', decoder, temperature: 0.5 },
      },
    ],
    seed: TALK.seed,
    coordinates: ['talk'],
  } as const;
  const { tokenizer, chatFormat, config } = model;
  const table = { environment: dealOrNoDeal, tokenizer, chatFormat, contextLength: config.contextLength };
  const limits = { turnLimit, strategyTokenLimit, actionTokenLimit };
  const episode = playEpisode({ ...table, ...limits }, plan, new SlotCounter());
  for await (const { finished } of runWriters([episode], new AbortController().signal)) {
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
