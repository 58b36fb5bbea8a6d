import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadBuiltInModel } from '../../../tests/builtInModel.ts';
import { UnigramEngine } from '../../../tests/unigramEngine.ts';
import { dealOrNoDeal } from '../../environment/negotiation/dealOrNoDeal.ts';
import type { NegotiationState } from '../../environment/negotiation/state.ts';
import type { LoadedCheckpoint } from '../../policy/formats/huggingFace.ts';
import { runWriters, type Desk, type Writer } from '../../policy/generate.ts';
import { RunConfig } from '../../record/runConfig.ts';
import { EMPTY_MEMORY } from '../../record/objectiveMemory.ts';
import { contextCount, playEpisode, type EpisodePlan, type PlayedEpisode, type Table } from '../rollout.ts';
import { scoreBatch } from '../score.ts';
import { rewardBatch } from '../sides.ts';
import { tracesOf } from '../traces.ts';
import { drawsBefore, forkOf, playOn, recordedDraws } from './playOn.ts';

let model: LoadedCheckpoint;
let table: Table<NegotiationState>;
beforeAll(async () => {
  await tf.setBackend('cpu');
  model = await loadBuiltInModel();
  const { tokenizer, chatFormat } = model;
  const limits = { contextLength: 512, turnLimit: 6, strategyTokenLimit: 5, actionTokenLimit: 7 };
  table = { environment: dealOrNoDeal, tokenizer, chatFormat, ...limits };
});

/** One dialogue between the policy in both seats, with the base as everybody's agent. */
function stage() {
  const engine = new UnigramEngine(model.config);
  const base = engine.loadWeights(model.weights);
  const policy = engine.createPolicy(base, { kind: 'full', parameters: model.weights });
  const seat = {
    strategist: { kind: 'model', speaker: policy, temperature: 1, isTrained: true },
    agent: { kind: 'model', speaker: base, temperature: 1 },
  } as const;
  const plan: EpisodePlan<NegotiationState> = {
    episodeId: 'e',
    scenario: dealOrNoDeal.scenarios('train')[0] as never,
    seats: [seat, seat],
    seed: 1,
    coordinates: [0, 0],
  };
  const play = async (write: (desk: Desk) => Writer<PlayedEpisode>): Promise<PlayedEpisode> => {
    const decoder = engine.createDecoder([policy, base], contextCount(plan));
    const job = { slotCount: decoder.slotCount, start: write };
    let played: PlayedEpisode | undefined;
    for await (const { finished } of runWriters(decoder, [job], new AbortController().signal))
      played = finished[0]?.outcome;
    if (!played) throw new Error('the episode did not end');
    return played;
  };
  return { plan, play };
}

const spoken = ({ turns }: PlayedEpisode) => turns.map(({ strategy, utterance }) => [strategy, utterance]);

describe('an episode that goes on from a turn of another one', () => {
  test('is the same played from nothing and with what was drawn put in its place', async () => {
    const { plan, play } = stage();
    const trunk = await play((desk) => playEpisode(table, plan, desk));
    const fork = forkOf(plan, 3, 'a');
    const anew = await play((desk) => playEpisode(table, fork, desk));
    const imposed = await play((desk) => playOn(table, fork, drawsBefore(trunk, 3, table), desk));
    expect(imposed.contexts).toEqual(anew.contexts);
    expect(imposed.agentContexts).toEqual(anew.agentContexts);
    expect(spoken(anew).slice(0, 3)).toEqual(spoken(trunk).slice(0, 3));
    expect(spoken(anew)[3]).not.toEqual(spoken(trunk)[3]);
    expect(anew.origin).toEqual({ episodeId: 'e', turnIndex: 3 });
    expect(anew.episodeId).toBe('e.a');
  });

  test('each fork draws numbers of its own, and a fork of a fork shares what both share', async () => {
    const { plan, play } = stage();
    const first = forkOf(plan, 2, 'a');
    const [trunk, a, b, nested] = await Promise.all(
      [plan, first, forkOf(plan, 2, 'b'), forkOf(first, 4, 'a')].map((one) =>
        play((desk) => playEpisode(table, one, desk)),
      ),
    );
    if (!trunk || !a || !b || !nested) throw new Error('four were played');
    expect(spoken(a).slice(0, 2)).toEqual(spoken(trunk).slice(0, 2));
    expect(spoken(a)[2]).not.toEqual(spoken(b)[2]);
    expect(spoken(nested).slice(0, 4)).toEqual(spoken(a).slice(0, 4));
    expect(spoken(nested)[4]).not.toEqual(spoken(a)[4]);
  });

  test('with another strategy: that one stands in the turn, and everything before it', async () => {
    const { plan, play } = stage();
    const trunk = await play((desk) => playEpisode(table, plan, desk));
    const strategy = model.chatFormat.strategy('say yes');
    const draws = [...drawsBefore(trunk, 2, table), strategy];
    const other = await play((desk) => playOn(table, forkOf(plan, 2, 'a'), draws, desk));
    expect(spoken(other).slice(0, 2)).toEqual(spoken(trunk).slice(0, 2));
    expect(other.turns[2]?.strategy).toBe('say yes');
    expect(other.turns[2]?.sample?.tokenIds).toEqual(strategy);
  });

  test('from the records of a run: strategies token by token, utterances as they read', async () => {
    const { plan, play } = stage();
    const trunk = await play((desk) => playEpisode(table, plan, desk));
    const config = RunConfig.parse({ preset: 'reinforce' });
    const scored = scoreBatch(config, rewardBatch(config, [trunk]), null, 0, EMPTY_MEMORY);
    const traces = tracesOf(scored, [null, null], 0);
    const [row] = scored.episodes;
    if (!row) throw new Error('one was played');
    const draws = recordedDraws(row, traces, 4, plan.seats, model.chatFormat);
    const known = drawsBefore(trunk, 4, table);
    expect(draws).toHaveLength(8); // four turns, a strategy and an utterance in each
    draws.forEach((tokenIds, index) => {
      if (index % 2 === 0) expect(tokenIds).toEqual(known[index]);
      else expect(model.tokenizer.decode(tokenIds)).toBe(trunk.turns[(index - 1) / 2]?.utterance);
    });
    const on = await play((desk) => playOn(table, forkOf(plan, 4, 'a'), draws, desk));
    expect(spoken(on).slice(0, 4)).toEqual(spoken(trunk).slice(0, 4));
    // A script is asked for nothing.
    const byScript = [plan.seats[0], { strategist: null, agent: { kind: 'script', speak: () => '' } }] as const;
    expect(recordedDraws(row, traces, 4, byScript, model.chatFormat)).toEqual(
      draws.filter((_, index) => index % 4 < 2),
    );
  });
});
