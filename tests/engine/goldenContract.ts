import { describe, expect, test } from 'vitest';
import type { Precision } from '../../src/policy/engine.ts';
import { scaleOf } from '../../src/policy/formats/peft.ts';
import { roundedWeights } from '../../src/policy/roundedWeights.ts';
import { tensorNamed, type Weights } from '../../src/policy/weights.ts';
import { largestDifference, loadGoldenAdapter, loadGoldenModel } from '../goldenModel.ts';
import { constant, expectGradients, expectStatistics, largeAdapter, LONG, scoredCount, SHORT, type EngineStage } from './stage.ts'; // prettier-ignore

/** @param stage what the claims are about; ready when they run */
export function goldenContract(stage: () => EngineStage): void {
  describe('statistics and gradients are those of PyTorch', () => {
    test.each(['tiny-llama', 'tiny-llama-untied'] as const)('%s, all weights', async (folder) => {
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
