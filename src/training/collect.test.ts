import { beforeAll, describe, expect, test } from 'vitest';
import { loadBuiltInModel } from '../../tests/builtInModel.ts';
import { ScriptedDecoder, silentSpeaker } from '../../tests/scriptedDecoder.ts';
import { dealOrNoDeal } from '../environment/negotiation/dealOrNoDeal.ts';
import type { NegotiationState } from '../environment/negotiation/state.ts';
import type { LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import { defaultRunConfig, type RunConfig } from '../record/runConfig.ts';
import { RunEvent } from '../record/runEvent.ts';
import { EMPTY_MEMORY } from '../record/objectiveMemory.ts';
import { collectBatch, named, slotsNeeded, type CollectedBatch } from './collect.ts';
import { scenariosOf } from './gather/curriculum.ts';
import { castOf } from './cast.ts';
import { firstDialogues } from './gather/firstDialogues.ts';
import { groupsOf } from './gather/groups.ts';
import type { Setting } from './gather/setting.ts';
import { objectiveOf } from './objective/objectiveOf.ts';
import { contextCount, type EpisodePlan, type Table } from './rollout.ts';
import { isTrained } from './seatPlan.ts';

const configWith = (changes: Partial<RunConfig>): RunConfig => ({ ...defaultRunConfig(), ...changes });

let model: LoadedCheckpoint;
let table: Table<NegotiationState>;
beforeAll(async () => {
  model = await loadBuiltInModel();
  const { tokenizer, chatFormat } = model;
  const limits = { contextLength: 256, turnLimit: 2, strategyTokenLimit: 12, actionTokenLimit: 24 };
  table = { environment: dealOrNoDeal, tokenizer, chatFormat, ...limits };
});

/** Everybody draws the end of a strategy: strategies are empty, and so are utterances, which go on to their limit. */
const endingDecoder = (slotCount: number) => new ScriptedDecoder(slotCount, () => model.chatFormat.strategyEnd);
const settingFor = (config: RunConfig, updateIndex = 0): Setting<NegotiationState> => {
  const [policy, base] = [silentSpeaker(), silentSpeaker()];
  const cast = castOf(dealOrNoDeal, config, base, null);
  return { config, objective: objectiveOf(config), table, updateIndex, memory: EMPTY_MEMORY, policy, cast };
};
const planFor = (config: RunConfig, updateIndex = 0) => {
  const setting = settingFor(config, updateIndex);
  const groups = groupsOf(config, dealOrNoDeal, updateIndex, setting, scenariosOf(setting));
  const plans = named(setting, firstDialogues(setting, groups), 0).map(({ plan }) => plan);
  return { ...setting, base: setting.cast.base, plans };
};
const trainedSeatsOf = ({ seats }: EpisodePlan<NegotiationState>) => seats.map(isTrained);

describe('the dialogues of an update', () => {
  test('come in groups of one scenario each', () => {
    const { plans } = planFor(configWith({ episodesPerUpdate: 8, episodesPerScenario: 3 }));
    const ids = plans.map(({ scenario }) => scenario.id);
    expect(plans).toHaveLength(8);
    expect([ids[0], ids[3], ids[6]]).toEqual([ids[1], ids[4], ids[7]]);
    expect(new Set(ids).size).toBe(3);
    expect(plans.every(({ scenario }) => scenario.split === 'train')).toBe(true);
  });

  test('are a function of seed and update', () => {
    const scenariosOf = (seed: number, updateIndex: number) =>
      planFor(configWith({ seed }), updateIndex).plans.map(({ scenario }) => scenario.id);
    expect(scenariosOf(1, 4)).toEqual(scenariosOf(1, 4));
    expect(scenariosOf(1, 5)).not.toEqual(scenariosOf(1, 4));
    expect(scenariosOf(2, 4)).not.toEqual(scenariosOf(1, 4));
  });

  test('each have random numbers and a name of their own', () => {
    const plans = [0, 1].flatMap((update) => planFor(configWith({ episodesPerUpdate: 6 }), update).plans);
    expect(new Set(plans.map(({ coordinates }) => coordinates.join('/'))).size).toBe(12);
    expect(new Set(plans.map(({ episodeId }) => episodeId)).size).toBe(12);
    expect(plans[7]).toMatchObject({ episodeId: '1-1', seed: 1, coordinates: [1, 1] });
  });

  test('train both seats on the policy in self-play, with the base as everybody’s agent', () => {
    const { plans, policy, base } = planFor(configWith({ trainedSeats: 'both' }));
    for (const { seats } of plans) {
      for (const { strategist, agent } of seats) {
        expect(strategist).toMatchObject({ speaker: policy, temperature: 1, isTrained: true });
        expect(agent).toMatchObject({ kind: 'model', speaker: base, temperature: 0.5 });
      }
    }
  });

  test('alternate the trained seat from group to group, against the base', () => {
    const { plans, base } = planFor(
      configWith({ trainedSeats: 'alternate', episodesPerUpdate: 6, episodesPerScenario: 2 }),
    );
    expect(plans.map((plan) => trainedSeatsOf(plan))).toEqual([
      [true, false],
      [true, false],
      [false, true],
      [false, true],
      [true, false],
      [true, false],
    ]);
    expect(plans[0]?.seats[1].strategist).toMatchObject({ kind: 'model', speaker: base });
  });

  test('alternate from update to update too, also when an update has one group', () => {
    const config = configWith({ trainedSeats: 'alternate', episodesPerUpdate: 4, episodesPerScenario: 4 });
    const leading = [0, 1, 2, 3].map((update) => planFor(config, update).plans.slice(0, 1).flatMap(trainedSeatsOf)[0]);
    expect(leading).toEqual([true, false, true, false]);
  });
});

test.each(['both', 'alternate'] as const)(
  'trained seats %s: there are slots for all, and none to spare',
  (trainedSeats) => {
    const config = configWith({ trainedSeats, episodesPerUpdate: 5, episodesPerScenario: 2 });
    const needed = planFor(config).plans.reduce((sum, plan) => sum + contextCount(plan), 0);
    expect(slotsNeeded(config)).toBe(needed);
    expect(needed).toBe(trainedSeats === 'both' ? 4 * 5 : 3 * 5);
  },
);

describe('playing a batch', () => {
  async function collect(config: RunConfig, slotCount = slotsNeeded(config)) {
    const decoder = endingDecoder(slotCount);
    const events: RunEvent[] = [];
    const playing = collectBatch(settingFor(config), decoder, new AbortController().signal);
    let step = await playing.next();
    for (; !step.done; step = await playing.next()) events.push(step.value);
    const batch: CollectedBatch = step.value;
    return { batch, events, decoder };
  }
  const config = configWith({ episodesPerUpdate: 3, episodesPerScenario: 3 });

  test('gives every episode back in the order of the plans', async () => {
    const { batch } = await collect(config);
    expect(batch.episodes.map(({ episodeId }) => episodeId)).toEqual(['0-0', '0-1', '0-2']);
  });

  test('counts each token that went through a decoder', async () => {
    const { batch, decoder } = await collect(config);
    const rows = decoder.steps.flat();
    expect(batch.tokensFed).toBe(rows.length);
    expect(batch.tokensSampled).toBe(rows.filter(({ draw }) => draw).length);
    expect(batch.tokensFed).toBeGreaterThan(batch.tokensSampled);
  });

  test('gives the same dialogues with slots for one of them at a time', async () => {
    const [few, many] = [await collect(config, 4), await collect(config)];
    const told = ({ batch }: typeof few) =>
      batch.episodes.map(({ contexts, agentContexts }) => [contexts, agentContexts]);
    expect(told(few)).toEqual(told(many));
    expect(few.decoder.steps.length).toBeGreaterThan(2 * many.decoder.steps.length);
  });

  test('streams the first few dialogues, and tells how far the batch is', async () => {
    const { events } = await collect({ ...config, episodesPerUpdate: 6 });
    expect(events.map((event) => RunEvent.parse(event))).toEqual(events);
    const idsOf = (kind: 'episode.started' | 'episode.ended') =>
      events.flatMap((event) => (event.kind === kind ? [event.episodeId] : []));
    expect(idsOf('episode.started')).toEqual(['0-0', '0-1', '0-2', '0-3']);
    expect(idsOf('episode.ended').toSorted()).toEqual(['0-0', '0-1', '0-2', '0-3']);
    const shares = events.flatMap((event) => (event.kind === 'phase.progressed' ? [event.share] : []));
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  });
});
