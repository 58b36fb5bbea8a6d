import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadBuiltInModel } from '../../tests/builtInModel.ts';
import { loadTinyModel } from '../../tests/tinyRun.ts';
import { ScriptedDecoder, scriptedEngine } from '../../tests/scriptedDecoder.ts';
import { UnigramEngine } from '../../tests/unigramEngine.ts';
import { wordGame } from '../../tests/wordGame.ts';
import { SCRIPTED_PARTNERS } from '../agent/scriptedPartner.ts';
import { dealOrNoDeal } from '../environment/negotiation/dealOrNoDeal.ts';
import { scenariosOf } from '../environment/negotiation/scenarios.ts';
import type { NegotiationState } from '../environment/negotiation/state.ts';
import type { Engine } from '../policy/engine.ts';
import type { LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import { ReferenceEngine } from '../policy/referenceEngine.ts';
import { Evaluation } from '../record/evaluation.ts';
import { evaluate, type EvaluationPorts } from './evaluate.ts';
import type { EvaluationPlan } from './evaluationPlan.ts';

let model: LoadedCheckpoint;
beforeAll(async () => {
  await tf.setBackend('cpu');
  model = await loadBuiltInModel();
});

const planWith = <State = NegotiationState>(changes: Partial<EvaluationPlan<State>> = {}): EvaluationPlan<State> => ({
  label: 'test',
  split: 'validation',
  episodeCount: 4,
  seed: 1,
  strategist: 'base',
  temperature: 1,
  agent: 'model',
  agentTemperature: 0.5,
  chatTokenLimit: 100,
  partner: { kind: 'advised', strategist: 'base', temperature: 1, agent: 'model' },
  turnLimit: 2,
  strategyTokenLimit: 4,
  actionTokenLimit: 8,
  ...changes,
});

async function run<State>(
  plan: EvaluationPlan<State>,
  ports: Omit<EvaluationPorts<State>, 'signal'>,
  signal = new AbortController().signal,
) {
  const shares: number[] = [];
  const progress = evaluate(plan, { ...ports, signal });
  let step = await progress.next();
  for (; !step.done; step = await progress.next()) shares.push(step.value);
  return { ...step.value, shares };
}

/** An engine whose decoders draw this token for ever. `decoders` are those that it has made, in order. */
function drawing(token: number): Engine & { readonly decoders: ScriptedDecoder[] } {
  const decoders: ScriptedDecoder[] = [];
  const engine = scriptedEngine(model.config, (slotCount) => {
    const decoder = new ScriptedDecoder(slotCount, () => token);
    decoders.push(decoder);
    return decoder;
  });
  return { ...engine, decoders };
}
/** Evaluates with empty strategies and empty utterances, in no time. */
const quickly = (changes: Partial<EvaluationPlan<NegotiationState>> = {}, environment = dealOrNoDeal) =>
  run(planWith(changes), {
    environment,
    model,
    engine: drawing(model.chatFormat.strategyEnd),
    trained: null,
  });

describe('which scenarios are played', () => {
  const games = [
    { name: 'a split', environment: dealOrNoDeal },
    ...[5, 6].map((count) => ({
      name: `${count} scenarios`,
      environment: { ...dealOrNoDeal, scenarios: () => scenariosOf('validation').slice(0, count) },
    })),
  ];

  test.each(games)(
    'all of $name once before any comes twice, and then from the other seat',
    async ({ environment }) => {
      const all = environment.scenarios('validation');
      const { episodes, evaluation } = await quickly(
        { episodeCount: 2 * all.length, actionTokenLimit: 1 },
        environment,
      );
      const seatsOf = new Map<string, number[]>();
      episodes.forEach(({ scenario }, index) => {
        seatsOf.set(scenario.id, [...(seatsOf.get(scenario.id) ?? []), index % 2]);
      });
      expect(new Set(episodes.slice(0, all.length).map(({ scenario }) => scenario.id)).size).toBe(all.length);
      expect(new Set([...seatsOf.values()].map((seats) => seats.sort().join()))).toEqual(new Set(['0,1']));
      expect(evaluation.scenarios).toBe(new Set(all.map(({ canonicalId }) => canonicalId)).size);
    },
    30_000,
  );

  test('only those of the split, in an order that the seed decides', async () => {
    const idsOf = async (seed: number) =>
      (await quickly({ episodeCount: 10, seed })).episodes.map(({ scenario }) => scenario);
    const scenarios = await idsOf(1);
    expect(scenarios.every(({ split }) => split === 'validation')).toBe(true);
    expect(await idsOf(1)).toEqual(scenarios);
    expect(await idsOf(2)).not.toEqual(scenarios);
  });

  test('more than fit into one wave, with progress that reaches 1', async () => {
    const { episodes, shares } = await quickly({ episodeCount: 70 });
    expect(episodes.filter(Boolean)).toHaveLength(70);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  });
});

test('each episode draws numbers of its own, for each seat and role', async () => {
  const engine = drawing(model.chatFormat.strategyEnd);
  await run(planWith({ episodeCount: 6, turnLimit: 2 }), { environment: dealOrNoDeal, model, engine, trained: null });
  const draws = engine.decoders
    .flatMap((decoder) => Array.from({ length: decoder.slotCount }, (_, slot) => decoder.rowsOf(slot)))
    .map((rows) => rows.flatMap(({ draw }) => (draw?.counter === 0 ? [draw.key.join()] : [])));
  const [strategy, utterance] = [draws.flatMap((own) => own[0] ?? []), draws.flatMap((own) => own[1] ?? [])];
  expect([strategy.length, utterance.length]).toEqual([6 * 2, 6 * 2]);
  expect(new Set([...strategy, ...utterance]).size).toBe(6 * 2 * 2);
});

describe('who sits where', () => {
  test('the measured seat alternates: against a script, seat 0 is the model in even episodes, seat 1 in odd ones', async () => {
    const { episodes, evaluation } = await quickly({
      partner: { kind: 'script', name: 'silent', speak: SCRIPTED_PARTNERS.silent },
    });
    for (const [index, { turns }] of episodes.entries()) {
      const strategies = turns.map(({ strategy }) => strategy);
      expect(strategies).toEqual(index % 2 === 0 ? ['', null] : [null, '']);
      expect(turns.map(({ utterance }) => utterance)).toEqual(index % 2 === 0 ? ['', 'hmm'] : ['hmm', '']);
    }
    expect(evaluation.partner).toBe('scripted:silent');
  });

  test('its points and the partner’s are told apart: who accepts everything against who asks for everything', async () => {
    const all = 'i take everything';
    const [whole, nothing] = await Promise.all(
      (['trained', 'none'] as const).map(async (measured) => {
        const isGreedy = measured === 'trained';
        // A decoder that recites the measured agent's line, whatever its slot.
        const line = model.chatFormat.action(isGreedy ? all : 'deal');
        const engine: Engine = {
          ...drawing(0),
          createDecoder: (_speakers, slotCount) =>
            new ScriptedDecoder(slotCount, (_slot, nth) => line[nth % line.length] ?? 0),
        };
        const speak = isGreedy ? SCRIPTED_PARTNERS['always-accept'] : () => all;
        const plan = planWith({ strategist: 'none', turnLimit: 3, partner: { kind: 'script', name: 'script', speak } });
        return run(plan, { environment: dealOrNoDeal, model, engine, trained: null });
      }),
    );
    expect(whole?.evaluation).toMatchObject({
      points: { mean: 10 },
      partnerPoints: { mean: 0 },
      agreementShare: { mean: 1 },
    });
    expect(nothing?.evaluation).toMatchObject({
      points: { mean: 0 },
      partnerPoints: { mean: 10 },
      agreementShare: { mean: 1 },
    });
  });

  test('without a strategist nobody advises the measured seat, and no strategy is read', async () => {
    const { episodes, evaluation } = await quickly({ strategist: 'none' });
    for (const [index, { turns }] of episodes.entries()) expect(turns[index % 2]?.strategy).toBeNull();
    expect(evaluation).toMatchObject({ strategist: 'none', speech: { readableShare: null, followedShare: null } });
  });

  test('self sits on both sides; a frozen base on the other side only', async () => {
    const slotsWith = async (changes: Partial<EvaluationPlan<NegotiationState>>) => {
      const engine = drawing(model.chatFormat.strategyEnd);
      const plan = planWith({ strategist: 'trained', ...changes });
      const trained = { kind: 'full', parameters: model.weights } as const;
      await run(plan, { environment: dealOrNoDeal, model, engine, trained });
      const rows = engine.decoders.flatMap((decoder) => decoder.steps.flat());
      const slotsOf = (kind: 'frozen' | 'policy') =>
        new Set(rows.filter(({ speaker }) => speaker.kind === kind).map(({ slot }) => slot)).size;
      return { base: slotsOf('frozen'), trained: slotsOf('policy') };
    };
    // Four episodes, two seats. The base weights share one context where they are strategist and agent.
    expect(await slotsWith({ partner: { kind: 'self' } })).toEqual({ base: 8, trained: 8 });
    expect(
      await slotsWith({ partner: { kind: 'advised', strategist: 'base', temperature: 1, agent: 'model' } }),
    ).toEqual({ base: 8, trained: 4 });
  });

  test('a trained strategist without weights is refused with a way out', async () => {
    await expect(quickly({ strategist: 'trained' })).rejects.toMatchObject({
      code: 'no-trained-weights',
      fix: expect.stringContaining('--checkpoint'),
    });
  });
});

test('means come with intervals, and nothing agreed has no Pareto share', async () => {
  const { evaluation } = await quickly({ episodeCount: 6 });
  expect(Evaluation.parse(evaluation)).toEqual(evaluation);
  expect(evaluation).toMatchObject({
    points: { mean: 0, low: 0, high: 0 },
    agreementShare: { mean: 0 },
    paretoShare: null,
    turnsPerEpisode: 2,
  });
});

test('the transformer: the same plan gives the same result, another seed another one', async () => {
  const tiny = await loadTinyModel();
  const evaluation = async (seed: number) => {
    const plan = planWith<ReturnType<typeof wordGame.start>>({ seed, episodeCount: 2, actionTokenLimit: 4 });
    const ports = { environment: wordGame, model: tiny, engine: new ReferenceEngine(tiny.config), trained: null };
    const { episodes, evaluation: result } = await run(plan, ports);
    return { episodes, result: { ...result, seconds: 0 } };
  };
  const once = await evaluation(1);
  expect(await evaluation(1)).toEqual(once);
  expect((await evaluation(2)).episodes.map(({ turns }) => turns)).not.toEqual(once.episodes.map(({ turns }) => turns));
}, 60_000);

test('an abort ends it with its reason', async () => {
  const tiny = await loadTinyModel();
  const controller = new AbortController();
  controller.abort(new Error('enough'));
  const ports = { environment: wordGame, model: tiny, engine: new UnigramEngine(tiny.config), trained: null };
  await expect(run(planWith<ReturnType<typeof wordGame.start>>(), ports, controller.signal)).rejects.toThrow('enough');
});
