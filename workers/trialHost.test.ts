import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadBuiltInModel } from '../tests/builtInModel.ts';
import { UnigramEngine } from '../tests/unigramEngine.ts';
import { zeroMoments } from '../src/policy/adamW.ts';
import type { LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import type { Checkpoint } from '../src/record/checkpoint.ts';
import { RunConfig } from '../src/record/runConfig.ts';
import { INITIAL_STATE, toCheckpoint } from '../src/training/trainerState.ts';
import { playTrial } from './trialHost.ts';

const setting = RunConfig.parse({
  model: 'parley-mini',
  adaptation: 'full',
  turnLimit: 4,
  strategyTokenLimit: 3,
  actionTokenLimit: 4,
});
let model: LoadedCheckpoint;
beforeAll(async () => {
  await tf.setBackend('cpu');
  model = await loadBuiltInModel();
});

interface Played {
  readonly changes?: Partial<RunConfig>;
  readonly checkpoint?: Checkpoint | null;
  readonly episodeCount?: number;
  readonly signal?: AbortSignal;
}

async function play({ changes = {}, checkpoint = null, episodeCount = 6, signal }: Played = {}) {
  const shares: number[] = [];
  const episodes = await playTrial(
    { setting: { ...setting, ...changes }, episodeCount },
    { config: setting, checkpoint, adapter: null },
    { modelName: 'parley-mini', model, engine: new UnigramEngine(model.config), agentModel: null },
    () => Promise.reject(new Error('no scenario here has a rule')),
    signal ?? new AbortController().signal,
    (share) => shares.push(share),
  );
  return { episodes, shares };
}

/** The base as a checkpoint, or one that writes nothing but this token: the engine's logits are the sums of the embedding's rows. */
function checkpointOf(tokenId: number | null): Checkpoint {
  const parameters = new Map(
    [...model.weights].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]),
  );
  const { hiddenSize } = model.config;
  if (tokenId !== null)
    parameters.get('model.embed_tokens.weight')?.data.fill(5, tokenId * hiddenSize, (tokenId + 1) * hiddenSize);
  return toCheckpoint(
    { ...INITIAL_STATE, updatesDone: 7 },
    { parameters, moments: zeroMoments(parameters) },
    { checkpointId: 'c', runId: 'r', label: 'l', createdAtMs: 0, modelName: 'm', config: setting, isKept: false },
  );
}

test('players with the same weights say the same, word for word; others meet the same scenarios', async () => {
  const base = await play();
  const same = await play({ checkpoint: checkpointOf(null) });
  expect(same.episodes.map(({ turns }) => turns)).toEqual(base.episodes.map(({ turns }) => turns));
  const [tokenId = 0] = model.tokenizer.encodePlain('hats', ' ');
  const other = await play({ checkpoint: checkpointOf(tokenId) });
  const placeOf = ({ episodes }: typeof base) =>
    episodes.map(({ episodeId, scenario }) => `${episodeId} ${scenario.id}`);
  expect(placeOf(other)).toEqual(placeOf(base));
  const word = model.tokenizer.decode(Array.from({ length: setting.strategyTokenLimit }, () => tokenId));
  for (const { strategy } of other.episodes.flatMap(({ turns }) => turns)) expect(strategy).toBe(word);
  expect(base.episodes.some(({ turns }) => turns[0]?.strategy !== word)).toBe(true);
});

test('the scenarios are held out, and a larger trial begins with the smaller one', async () => {
  const { episodes, shares } = await play();
  expect(episodes.map(({ scenario }) => scenario.split)).toEqual(new Array(6).fill('validation'));
  expect((await play({ episodeCount: 9 })).episodes.slice(0, 6)).toEqual(episodes);
  expect(shares.at(-1)).toBe(1);
});

describe('the player sits', () => {
  test('on both sides where a run trains both', async () => {
    const { episodes } = await play({ episodeCount: 2, changes: { trainedSeats: 'both' } });
    expect(episodes.map(({ trainedSeats }) => trainedSeats)).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  test('on one side after the other where somebody else sits opposite', async () => {
    const changes = { trainedSeats: 'alternate', partnerStrategist: 'fixed', partnerStrategy: 'hold firm' } as const;
    const { episodes } = await play({ episodeCount: 3, changes });
    expect(episodes.map(({ trainedSeats }) => trainedSeats)).toEqual([[0], [1], [0]]);
    for (const { turns, trainedSeats } of episodes)
      for (const { seat, strategy } of turns) if (!trainedSeats.includes(seat)) expect(strategy).toBe('hold firm');
  });
});

test('a checkpoint of another model, and a trial that was cancelled, are refused', async () => {
  const checkpoint = checkpointOf(null);
  const manifest = { ...checkpoint.manifest, config: { ...setting, adaptation: 'lora', loraRank: 3 } } as const;
  await expect(play({ checkpoint: { ...checkpoint, manifest } })).rejects.toMatchObject({ code: 'checkpoint-model' });
  const abort = new AbortController();
  abort.abort(new Error('cancelled'));
  await expect(play({ signal: abort.signal })).rejects.toThrow('cancelled');
});
