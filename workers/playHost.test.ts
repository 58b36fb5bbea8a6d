import { beforeAll, expect, test } from 'vitest';
import { loadBuiltInModel } from '../tests/builtInModel.ts';
import { HashingDecoder } from '../tests/hashingDecoder.ts';
import { scriptedEngine, silentSpeaker } from '../tests/scriptedDecoder.ts';
import type { Chat } from '../src/agent/chat/chat.ts';
import { MemoryReplyCache } from '../src/base/replyCache.ts';
import { household } from '../src/environment/household/household.ts';
import { dealOrNoDeal } from '../src/environment/negotiation/dealOrNoDeal.ts';
import type { LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import { runWriters, type Desk } from '../src/policy/generate.ts';
import { DEFAULT_BUILT_IN_MODEL } from '../src/record/builtInModel.ts';
import { defaultRunConfig } from '../src/record/runConfig.ts';
import { playEpisode, type PlayedEpisode } from '../src/training/rollout.ts';
import { SCENARIO } from '../src/ui/fixtures.ts';
import { takeTurn } from './playHost.ts';
import type { PlayOrder, PlayTurn } from './playProtocol.ts';

let model: LoadedCheckpoint;
beforeAll(async () => {
  model = await loadBuiltInModel();
});

const { strategyTokenLimit, actionTokenLimit, chatTokenLimit } = defaultRunConfig();
const ORDER: PlayOrder = {
  model: DEFAULT_BUILT_IN_MODEL,
  strategist: { kind: 'model', checkpointId: null },
  agent: { kind: 'model' },
  scenario: SCENARIO,
  seat: 1,
  turns: [],
  turnLimit: dealOrNoDeal.turnLimit,
  strategistTemperature: 1,
  agentTemperature: 0.5,
  strategyTokenLimit,
  actionTokenLimit,
  chatTokenLimit,
  seed: 11,
};
const SAID = ['what do you care about ?', 'i want the hats', 'hmm', 'well', 'ok'];
const person = (utterance: string, changes: Partial<PlayTurn> = {}): PlayTurn => ({
  seat: 0,
  strategy: null,
  utterance,
  unreadable: null,
  draws: [],
  ...changes,
});

async function ask(changes: Partial<PlayOrder>, chat: Chat | null = null) {
  const told: [string, string][] = [];
  const engine = scriptedEngine(model.config, () => new HashingDecoder(model));
  const players = { open: { model, engine }, base: silentSpeaker(), checkpoint: null, chat };
  const signal = new AbortController().signal;
  const turn = await takeTurn({ ...ORDER, ...changes }, players, signal, (role, text) => told.push([role, text]));
  return { turn, told };
}

/** A server that says where in the dialogue it was asked. */
function countingChat() {
  const questions: string[] = [];
  const chat: Chat = {
    name: 'server',
    cache: new MemoryReplyCache(),
    usage: () => ({ requests: 0, retries: 0, inputTokens: 0, outputTokens: 0, estimatedTokens: 0, cost: null }),
    ask: async ({ messages }) => {
      questions.push(messages.map(({ content }) => content).join('\n'));
      return {
        text: JSON.stringify({ utterance: `reply ${questions.length}`, say: `reply ${questions.length}` }),
        finish: 'stop',
      };
    },
  };
  return { chat, questions };
}

/** The same words of the person against the same model, as a rollout of the trainer. */
async function rollOut(): Promise<PlayedEpisode> {
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
    seed: ORDER.seed,
    coordinates: ['play'],
  } as const;
  const { tokenizer, chatFormat, config } = model;
  const table = { environment: dealOrNoDeal, tokenizer, chatFormat, contextLength: config.contextLength };
  const limits = { turnLimit: ORDER.turnLimit, strategyTokenLimit, actionTokenLimit };
  const job = { slotCount: 1, start: (desk: Desk) => playEpisode({ ...table, ...limits }, plan, desk) };
  for await (const { finished } of runWriters(new HashingDecoder(model), [job], new AbortController().signal)) {
    for (const { outcome } of finished) return outcome;
  }
  throw new Error('the episode did not end');
}

test('turn by turn, the partner says what the trainer’s own rollout would have said', async () => {
  const { turns: played } = await rollOut();
  const ofModel = played.filter(({ seat }) => seat === 1);
  expect(ofModel.length).toBeGreaterThan(2);
  const turns: PlayTurn[] = [];
  for (const [index, expected] of ofModel.entries()) {
    turns.push(person(SAID[index] ?? 'well'));
    const { turn, told } = await ask({ turns });
    expect(turn).toMatchObject({ seat: 1, strategy: expected.strategy, utterance: expected.utterance });
    expect(turn.draws[0]).toEqual(expected.sample?.tokenIds);
    expect(told.at(-1)).toEqual(['agent', expected.utterance]);
    turns.push(turn);
  }
});

test('an adviser whispers a strategy and says nothing; the next whisper has read the first', async () => {
  const whispering: Partial<PlayOrder> = { seat: 0, agent: { kind: 'person' } };
  const { turn: first, told } = await ask(whispering);
  expect(first).toMatchObject({ seat: 0, utterance: '', draws: [expect.any(Array)] });
  expect(first.strategy).not.toBeNull();
  expect(told.every(([role]) => role === 'strategist')).toBe(true);
  const answer: PlayTurn = { seat: 1, strategy: null, utterance: 'i want the hats', unreadable: null, draws: [] };
  const heard = (own: Partial<PlayTurn>) => ask({ ...whispering, turns: [person('hmm', own), answer] });
  const second = await heard({ strategy: first.strategy, draws: first.draws });
  expect(await heard({ strategy: first.strategy, draws: first.draws })).toEqual(second);
  const other = model.chatFormat.strategy('take the hats');
  expect((await heard({ strategy: 'take the hats', draws: [[...other]] })).turn).not.toEqual(second.turn);
  // Somebody who comes later reads that nobody advised the earlier turn.
  expect((await heard({})).turn.draws).toHaveLength(1);
});

test('rules answer without a model, the same every time, and a world needs no partner', async () => {
  const order: Partial<PlayOrder> = { strategist: { kind: 'none' }, agent: { kind: 'script', name: 'fair' } };
  const { turn } = await ask({ ...order, turns: [person('i want the hats')] });
  expect(turn).toMatchObject({ strategy: null, draws: [] });
  expect(turn.utterance).not.toBe('');
  expect((await ask({ ...order, turns: [person('i want the hats')] })).turn).toEqual(turn);
  await expect(
    ask({ ...order, agent: { kind: 'script', name: 'nobody' }, turns: [person('a')] }),
  ).rejects.toMatchObject({
    code: 'player-unknown',
  });
  const scenario = household.scenarios('validation')[0];
  if (!scenario) throw new Error('a house was expected');
  const house = { scenario, turnLimit: household.turnLimit, seat: 0, agent: { kind: 'person' } } as const;
  const state = household.step(household.start(scenario, household.turnLimit), { kind: 'look' });
  const page: PlayTurn = {
    seat: 1,
    strategy: null,
    utterance: household.worldReply?.(state) ?? '',
    unreadable: null,
    draws: [],
  };
  expect((await ask({ ...house, turns: [person('look'), page] })).turn.strategy).not.toBeNull();
});

test('a chat server is asked for the new turn alone', async () => {
  const { chat, questions } = countingChat();
  const server = { ...SERVER, baseUrl: 'http://localhost:1/v1', model: 'tiny' };
  const order: Partial<PlayOrder> = { strategist: { kind: 'none' }, agent: { kind: 'chat', server } };
  const { turn } = await ask({ ...order, turns: [person('i want the hats')] }, chat);
  const asked = questions.length;
  expect(asked).toBeGreaterThan(0);
  await ask({ ...order, turns: [person('i want the hats'), turn, person('well')] }, chat);
  expect(questions.length).toBeLessThanOrEqual(2 * asked); // one more turn, not all of them again
  await expect(ask({ ...order, turns: [person('a')] })).rejects.toMatchObject({ code: 'chat-server-missing' });
  const { chat: own, questions: ofBrowser } = countingChat();
  await ask({ strategist: { kind: 'own' }, agent: { kind: 'browser' }, turns: [person('a')] }, own);
  expect(ofBrowser.length).toBeGreaterThan(0);
});

const SERVER = {
  connectTimeoutMs: 1000,
  idleTimeoutMs: 1000,
  totalTimeoutMs: 1000,
  retries: 0,
  concurrency: 1,
  prices: null,
  costLimit: null,
  tokenLimit: null,
};

test('who cannot think for itself is refused, and so is a turn that is not the seat’s', async () => {
  await expect(ask({ strategist: { kind: 'own' }, turns: [person('a')] })).rejects.toMatchObject({
    code: 'agent-thoughtless',
  });
  await expect(ask({ seat: 1 })).rejects.toMatchObject({ code: 'play-over' });
});
