import { describe, expect, test } from 'vitest';
import type { Precision } from '../../src/policy/engine.ts';
import { scaleOf } from '../../src/policy/formats/peft.ts';
import { roundedWeights } from '../../src/policy/roundedWeights.ts';
import { tensorNamed, type Weights } from '../../src/policy/weights.ts';
import { GOLDEN_FOLDERS, largestDifference, loadGoldenAdapter, loadGoldenModel } from '../goldenModel.ts';
import { constant, draw, expectGradients, expectStatistics, largeAdapter, LONG, scoredCount, SHORT, type EngineStage } from './stage.ts'; // prettier-ignore

/** @param stage what the claims are about; ready when they run */
export function goldenContract(stage: () => EngineStage): void {
  describe('statistics and gradients are those of PyTorch', () => {
    test.each(GOLDEN_FOLDERS)('%s, all weights', async (folder) => {
      const model = await loadGoldenModel(folder);
      const own = stage().open(model.config);
      using base = own.loadWeights(model.base);
      using policy = own.createPolicy(base, { kind: 'full', parameters: model.policy });
      using learner = own.createLearner(policy, 512);
      const stats = await learner.forward(model.sequences, 1);
      expectStatistics(stats, model.stats);
      await learner.backward(model.coefficients);
      expectGradients(await learner.takeGradients(), (weight) => tensorNamed(model.tensors, `grad.${weight}`).data);
    });

    test.each(['tiny-llama3-rope', 'tiny-qwen2', 'tiny-qwen3'] as const)('%s, token by token', async (folder) => {
      const { config, policy, sequences, tensors } = await loadGoldenModel(folder);
      const own = stage().open(config);
      using speaker = own.loadWeights(policy);
      const last = sequences.length - 1;
      const ids = sequences[last]?.tokenIds ?? new Int32Array();
      const logits = tensorNamed(tensors, `logits.${last}`).data;
      using decoder = own.createDecoder([speaker], 1);
      for (const [position, tokenId] of ids.entries()) {
        const row = { slot: 0, position, tokenId, speaker, draw: draw({ counter: position }) };
        const [drawn] = await decoder.step([row]);
        const ofRow = logits.subarray(position * config.vocabularySize, (position + 1) * config.vocabularySize);
        const logSum = Math.log(ofRow.reduce((sum, logit) => sum + Math.exp(logit), 0));
        const expected = (ofRow[drawn?.tokenId ?? -1] ?? NaN) - logSum;
        expect(Math.abs((drawn?.logProb ?? NaN) - expected), `position ${position}`).toBeLessThan(1e-4);
      }
    });

    test('low-rank factors beside the base', async () => {
      const { adapter, ...model } = await loadGoldenAdapter();
      const { factors: parameters, rank } = adapter;
      const trainable = { kind: 'lora', rank, scale: scaleOf(adapter), parameters } as const;
      await stage().withLearner(
        async (learner) => {
          expectStatistics(await learner.forward(model.sequences, 1), model.stats);
          await learner.backward(model.coefficients);
          const gradients = await learner.takeGradients();
          expect([...gradients.keys()].sort()).toEqual([...parameters.keys()].sort());
          expectGradients(
            gradients,
            (factor) => tensorNamed(model.tensors, `grad.base_model.model.${factor}.weight`).data,
          );
        },
        { base: model.base, trainable },
      );
    });
  });

  test.each([
    ['f16', 2e-3],
    ['int8', 0.1],
    ['int4', 1],
  ] as const)('%s: the base is what its rounded numbers say', async (precision, bound) => {
    const rounded = roundedWeights(stage().golden.config, stage().golden.base, precision);
    const parameters = largeAdapter(stage().golden.config);
    const trainable = { kind: 'lora', rank: 4, scale: 2, parameters } as const;
    const learn = async (weights: Weights, as: Precision) => {
      using base = stage().engine.loadWeights(weights, as);
      using policy = stage().engine.createPolicy(base, trainable);
      using learner = stage().engine.createLearner(policy, 512);
      const stats = await learner.forward([SHORT, LONG], 1);
      await learner.backward(constant(scoredCount([SHORT, LONG])));
      return { stats, gradients: await learner.takeGradients() };
    };
    const stored = await learn(stage().golden.base, precision);
    const exact = await learn(rounded, 'f32');
    expectStatistics(stored.stats, exact.stats);
    expectGradients(stored.gradients, (factor) => tensorNamed(exact.gradients, factor).data);
    // And how far that is from the weights before rounding: the documented bound of the precision.
    const whole = await learn(stage().golden.base, 'f32');
    const error = largestDifference(stored.stats.logProbs, whole.stats.logProbs);
    expect(error).toBeLessThan(bound);
    expect(error).toBeGreaterThan(1e-5);
  });
}
