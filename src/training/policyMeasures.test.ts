import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { tinyModelFor } from '../../tests/tinyModelFor.ts';
import type { Policy } from '../environment/calibration/kuhnPoker/exploitability.ts';
import { equilibrium, policyOf, type InformationSet } from '../environment/calibration/kuhnPoker/exploitability.ts';
import { environmentOf } from '../environment/registry.ts';
import type { Learner, TrainingSequence } from '../policy/engine.ts';
import type { LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import { ReferenceEngine } from '../policy/referenceEngine.ts';
import type { EnvironmentName } from '../record/environmentName.ts';
import { policyMeasures } from './policyMeasures.ts';
import type { Table } from './rollout.ts';

beforeAll(() => tf.setBackend('cpu'));

function tableOf(name: EnvironmentName, { tokenizer, chatFormat, config }: LoadedCheckpoint): Table<unknown> {
  const environment = environmentOf(name);
  const limits = { contextLength: config.contextLength, strategyTokenLimit: 20, actionTokenLimit: 40 };
  return { environment, tokenizer, chatFormat, turnLimit: environment.turnLimit, ...limits };
}

/** A policy that plays by the table, in 9 of 10 strategies: it reads its own board, as a model would. */
function playingBy(policy: Policy, { tokenizer }: LoadedCheckpoint): Pick<Learner, 'forward' | 'tokenLimit'> {
  return {
    tokenLimit: 1000,
    forward: async (sequences: readonly TrainingSequence[]) => {
      const logProbs = sequences.flatMap(({ tokenIds, scoredIndices }) => {
        const first = scoredIndices[0] ?? 0;
        const read = Array.from(tokenIds.subarray(0, first), (id) => tokenizer.tokenText(id)).join(' ');
        const [, card, done] = /.*hold (\w+) pot \d own \d done (.*?) told/.exec(read) ?? [];
        const brave = policy[`${card} ${done}` as InformationSet]; // the board says one of the twelve
        const isBrave = tokenizer.tokenText(tokenIds[first] ?? -1) === 'bet';
        return [Math.log(0.9 * (isBrave ? brave : 1 - brave)), ...Array.from(scoredIndices.subarray(1), () => 0)];
      });
      const none = new Float32Array();
      return {
        logProbs: Float32Array.from(logProbs),
        entropies: none,
        klToBase: none,
        klFromBase: none,
        baseLogProbs: none,
        hidden: none,
      };
    },
  };
}

describe('Kuhn poker', () => {
  const measure = async (policy: Policy) => {
    const model = await tinyModelFor('kuhn-poker', 1);
    return policyMeasures(tableOf('kuhn-poker', model), playingBy(policy, model), 1);
  };

  test('each decision is asked in the context of its card and history', async () => {
    for (const alpha of [0, 0.2, 1 / 3]) {
      const measures = await measure(equilibrium(alpha));
      expect(measures?.['exploitability']).toBeCloseTo(0, 5);
      expect(measures?.['wordShare']).toBeCloseTo(0.9, 5); // the rest of what it writes is left out
    }
  });

  test('whoever never bets and always folds gives up an ante', async () => {
    expect((await measure(policyOf(() => 1e-9)))?.['exploitability']).toBeCloseTo(1, 5);
  });

  test('one decision alone changes it: a jack that calls every bet', async () => {
    const sound = equilibrium(0);
    const measures = await measure({ ...sound, 'jack bet': 1 - 1e-9 });
    expect(measures?.['exploitability']).toBeGreaterThan(0.05);
  });
});

test('an untrained model plays about evenly: 11/24 in Kuhn poker, one in five, one in two', async () => {
  const expected = { 'kuhn-poker': 11 / 24, 'guess-the-number': 1 / 5, 'two-arms': 1 / 2 } as const;
  for (const [name, even] of Object.entries(expected) as [keyof typeof expected, number][]) {
    const model = await tinyModelFor(name, 2);
    const engine = new ReferenceEngine(model.config);
    using base = engine.loadWeights(model.weights);
    using policy = engine.createPolicy(base, { kind: 'full', parameters: model.weights });
    using learner = engine.createLearner(policy, 2048);
    const { wordShare, ...measures } = (await policyMeasures(tableOf(name, model), learner, 1)) ?? {};
    expect(wordShare).toBeGreaterThan(0.99);
    expect(Math.abs((Object.values(measures)[0] ?? NaN) - even), name).toBeLessThan(0.06);
  }
}, 60_000);

test('where there is no bare form there is nothing to measure', async () => {
  const model = await tinyModelFor('social', 1);
  expect(await policyMeasures(tableOf('social', model), playingBy(equilibrium(0), model), 1)).toBeNull();
});
