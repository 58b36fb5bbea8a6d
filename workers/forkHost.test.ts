import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { loadBuiltInModel } from '../tests/builtInModel.ts';
import { obligingAgent } from '../tests/chat/obligingChat.ts';
import { tinyModelFor } from '../tests/tinyModelFor.ts';
import { UnigramEngine } from '../tests/unigramEngine.ts';
import { NO_CHATS, type Chats } from '../src/agent/chat/chat.ts';
import { dealOrNoDeal } from '../src/environment/negotiation/dealOrNoDeal.ts';
import type { NegotiationState } from '../src/environment/negotiation/state.ts';
import { zeroMoments } from '../src/policy/adamW.ts';
import type { LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import { runWriters, type Desk } from '../src/policy/generate.ts';
import type { Weights } from '../src/policy/weights.ts';
import type { Checkpoint } from '../src/record/checkpoint.ts';
import type { Episode } from '../src/record/episode.ts';
import { EMPTY_MEMORY } from '../src/record/objectiveMemory.ts';
import { RunConfig } from '../src/record/runConfig.ts';
import type { Trace } from '../src/record/trace.ts';
import {
  contextCount,
  playEpisode,
  type EpisodePlan,
  type PlayedEpisode,
  type Table,
} from '../src/training/rollout.ts';
import { scoreBatch } from '../src/training/score.ts';
import { rewardBatch } from '../src/training/sides.ts';
import { tracesOf } from '../src/training/traces.ts';
import { INITIAL_STATE, toCheckpoint } from '../src/training/trainerState.ts';
import { playForks, type ForkNews } from './forkHost.ts';
import type { Fork, ForkReplay } from './protocol.ts';
import type { OpenModel } from './workbench.ts';

vi.setConfig({ testTimeout: 60_000 });

const TURN = 2;
const config = RunConfig.parse({
  model: 'parley-mini',
  preset: 'reinforce',
  turnLimit: 6,
  strategyTokenLimit: 5,
  actionTokenLimit: 7,
  agentTemperature: 1,
});
let model: LoadedCheckpoint;
let episode: Episode;
let traces: readonly Trace[];

/** A dialogue as a run would have saved it: an engine without a transformer writes both seats. */
beforeAll(async () => {
  await tf.setBackend('cpu');
  model = await loadBuiltInModel();
  const { tokenizer, chatFormat, weights } = model;
  const engine = new UnigramEngine(model.config);
  const base = engine.loadWeights(weights);
  const policy = engine.createPolicy(base, { kind: 'full', parameters: weights });
  const seat = {
    strategist: { kind: 'model', speaker: policy, temperature: 1, isTrained: true },
    agent: { kind: 'model', speaker: base, temperature: 1 },
  } as const;
  const [scenario] = dealOrNoDeal.scenarios('train');
  if (!scenario) throw new Error('there are scenarios');
  const plan: EpisodePlan<NegotiationState> = {
    episodeId: '3-1',
    scenario,
    seats: [seat, seat],
    seed: config.seed,
    coordinates: [3, 1],
  };
  const limits = { contextLength: 512, turnLimit: 6, strategyTokenLimit: 5, actionTokenLimit: 7 };
  const table: Table<NegotiationState> = { environment: dealOrNoDeal, tokenizer, chatFormat, ...limits };
  const decoder = engine.createDecoder([policy, base], contextCount(plan));
  const job = { slotCount: decoder.slotCount, start: (desk: Desk) => playEpisode(table, plan, desk) };
  let played: PlayedEpisode | undefined;
  for await (const { finished } of runWriters(decoder, [job], new AbortController().signal))
    played = finished[0]?.outcome;
  if (!played || played.turns.length < 4) throw new Error('the dialogue is too short to fork');
  const scored = scoreBatch(config, rewardBatch(config, [played]), null, 3, EMPTY_MEMORY);
  traces = tracesOf(scored, [null, null], 3);
  const [row] = scored.episodes;
  if (!row) throw new Error('one was played');
  episode = row;
});

async function play(
  changes: Partial<Fork> = {},
  checkpoint: Checkpoint | null = null,
  signal?: AbortSignal,
  others: { readonly agentModel?: OpenModel; readonly chats?: Chats } = {},
) {
  const fork: Fork = {
    modelName: 'parley-mini',
    config,
    checkpointId: checkpoint?.manifest.checkpointId ?? null,
    episode,
    traces: [...traces],
    turnIndex: TURN,
    strategies: [],
    drawCount: 0,
    replays: 4,
    seed: 9,
    ...changes,
  };
  const news: ForkNews[] = [];
  const open = { modelName: 'parley-mini', model, engine: new UnigramEngine(model.config), agentModel: null };
  await playForks(
    fork,
    { ...open, chats: NO_CHATS, ...others },
    checkpoint,
    signal ?? new AbortController().signal,
    (item) => news.push(item),
  );
  const opened = news.find((item) => item.kind === 'fork.opened');
  if (opened?.kind !== 'fork.opened') throw new Error('nothing was opened');
  const replays = news.flatMap((item): ForkReplay[] => (item.kind === 'fork.progressed' ? item.replays : []));
  return { arms: opened.arms, total: opened.total, replays };
}

const firstTurn = (replays: readonly ForkReplay[], arm: number, replay: number) =>
  replays.find((one) => one.arm === arm && one.replay === replay)?.turns[0];

test('every strategy is played as often as was asked, the recorded one first', async () => {
  const { arms, total, replays } = await play({ strategies: ['say yes'] });
  expect(arms).toEqual([
    { by: 'record', strategy: episode.turns[TURN]?.strategy, drawn: 0 },
    { by: 'person', strategy: 'say yes', drawn: 0 },
  ]);
  expect(total).toBe(8);
  expect(replays.map(({ arm, replay }) => `${arm} ${replay}`).toSorted()).toEqual(
    [0, 1].flatMap((arm) => [0, 1, 2, 3].map((replay) => `${arm} ${replay}`)),
  );
  for (const { arm, turns } of replays) expect(turns[0]?.strategy).toBe(arms[arm]?.strategy);
});

test('replays of one number draw the same numbers whatever the strategy; those of another number draw others', async () => {
  const { replays } = await play({ strategies: ['say yes'] });
  // This engine reads no context: with the same numbers it says the same words.
  const words = [0, 1, 2, 3].map((replay) => firstTurn(replays, 0, replay)?.utterance);
  expect([0, 1, 2, 3].map((replay) => firstTurn(replays, 1, replay)?.utterance)).toEqual(words);
  expect(new Set(words).size).toBeGreaterThan(1);
  expect((await play({ strategies: ['say yes'] })).replays).toEqual(replays);
});

test('a strategy that is drawn or given twice is played once, and counted', async () => {
  const { arms } = await play({ strategies: ['say yes', 'say yes'], drawCount: 6, replays: 1 });
  expect(arms.filter(({ by }) => by === 'person')).toHaveLength(1);
  expect(arms.reduce((sum, { drawn }) => sum + drawn, 0)).toBe(6);
});

/** A checkpoint that writes nothing but one token: this engine's logits are the sums of the embedding's rows. */
function fixated(tokenId: number): Checkpoint {
  const parameters: Weights = new Map(
    [...model.weights].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]),
  );
  const { hiddenSize } = model.config;
  parameters.get('model.embed_tokens.weight')?.data.fill(5, tokenId * hiddenSize, (tokenId + 1) * hiddenSize);
  const moments = zeroMoments(parameters);
  return toCheckpoint(
    INITIAL_STATE,
    { parameters, moments },
    {
      checkpointId: 'c',
      runId: 'r',
      label: 'l',
      createdAtMs: 0,
      modelName: 'parley-mini',
      config: { ...config, adaptation: 'full' },
      isKept: false,
    },
  );
}

test('the checkpoint writes what is drawn, and the strategies of the turns that follow', async () => {
  const [tokenId = 0] = model.tokenizer.encodePlain('hats', ' ');
  const { arms, replays } = await play({ drawCount: 3, replays: 1 }, fixated(tokenId));
  const word = model.tokenizer.decode(Array.from({ length: 5 }, () => tokenId));
  expect(arms.slice(1)).toEqual([{ by: 'checkpoint', strategy: word, drawn: 3 }]);
  for (const { turns } of replays) for (const { strategy } of turns.slice(1)) expect(strategy).toBe(word);
});

describe('what cannot be forked is refused', () => {
  test('a strategy that no strategist of the run could have written', async () => {
    const refused = play({ strategies: ['hat hat hat hat hat hat'] });
    await expect(refused).rejects.toMatchObject({ code: 'fork-strategy-long' });
  });

  test('a turn without a strategy, or none at all', async () => {
    const turns = episode.turns.map((turn) => ({ ...turn, strategy: null }));
    await expect(play({ episode: { ...episode, turns } })).rejects.toMatchObject({ code: 'fork-no-strategist' });
    await expect(play({ turnIndex: 40 })).rejects.toMatchObject({ code: 'fork-no-strategist' });
  });

  test('a dialogue whose rules have spoken differently meanwhile', async () => {
    // Nobody's words are put back where rules speak: they must come to the same ones by themselves.
    const turns = episode.turns.map((turn) => ({ ...turn, utterance: 'something else' }));
    const refused = play({ config: { ...config, agent: 'script' }, episode: { ...episode, turns } });
    await expect(refused).rejects.toMatchObject({ code: 'fork-differs' });
  });

  test('a checkpoint of another model', async () => {
    const checkpoint = fixated(1);
    const manifest = { ...checkpoint.manifest, config: { ...config, adaptation: 'lora', loraRank: 3 } } as const;
    await expect(play({}, { ...checkpoint, manifest })).rejects.toMatchObject({ code: 'checkpoint-model' });
  });

  test('a fork that somebody has cancelled', async () => {
    const abort = new AbortController();
    abort.abort(new Error('cancelled'));
    await expect(play({}, null, abort.signal)).rejects.toThrow('cancelled');
  });
});

describe('agents that are asked', () => {
  // Who is asked answers when it likes: replays end in any order.
  const inOrder = (replays: readonly ForkReplay[]) => replays.toSorted((a, b) => a.arm - b.arm || a.replay - b.replay);

  const asking = { ...config, agent: 'chat' } as const;

  test('speak again from the turn on, and are not asked about those before', async () => {
    const server = obligingAgent();
    const chats = { agent: server, judge: null };
    const fork = { config: asking, strategies: ['say yes'], replays: 2 };
    const { replays } = await play(fork, null, undefined, { chats });
    expect(replays).toHaveLength(4);
    // Nobody of the record said what this server says: the turns before are as recorded, or the fork had been refused.
    const later = replays.reduce((sum, { turns }) => sum + turns.length, 0);
    const { length } = server.asked;
    expect(length).toBeGreaterThanOrEqual(later);
    const history = episode.turns.slice(0, TURN).map(({ utterance }) => JSON.stringify(utterance));
    const texts = server.asked.map(({ messages }) => messages.map(({ content }) => content).join('\n'));
    for (const text of texts) expect(history.every((line) => text.includes(line))).toBe(true);
    // Asked the same again, it need not answer again.
    expect(inOrder((await play(fork, null, undefined, { chats })).replays)).toEqual(inOrder(replays));
    expect(server.asked.length).toBe(length);
  });

  test('keep what could not be read of them in the turns before', async () => {
    const turns = episode.turns.map((turn) =>
      turn.turnIndex === 0 ? { ...turn, utterance: '', action: { kind: 'invalid', reason: 'no JSON' } } : turn,
    );
    const server = obligingAgent();
    const fork = { config: asking, episode: { ...episode, turns }, replays: 1 };
    const { replays } = await play(fork, null, undefined, { chats: { agent: server, judge: null } });
    expect(replays).toHaveLength(1);
  });

  test('need somebody who answers', async () => {
    await expect(play({ config: asking })).rejects.toMatchObject({ code: 'chat-server-missing' });
  });

  test('may be another model on this device', async () => {
    const beside = await tinyModelFor('deal-or-no-deal', 2);
    const agentModel = { modelName: 'beside', model: beside, engine: new UnigramEngine(beside.config) };
    const { replays } = await play({ config: { ...config, agent: 'other-model' } }, null, undefined, { agentModel });
    expect(replays).toHaveLength(4);
    expect(new Set(replays.map(({ turns }) => turns[0]?.utterance)).size).toBeGreaterThan(1);
  });
});
