import { describe, expect, test } from 'vitest';
import type { TrainingSequence } from '../../src/policy/engine.ts';
import { tensorNamed } from '../../src/policy/weights.ts';
import { largestDifference } from '../goldenModel.ts';
import { constant, expectGradients, LONG, OTHER, scoredCount, SHORT, STATISTICS, type EngineStage } from './stage.ts';

/** @param stage what the claims are about; ready when they run */
export function learnerContract(stage: () => EngineStage): void {
  describe('the learner', () => {
    test('adds micro-batches up: any split and any order give the same gradient', async () => {
      const gradients = async (parts: readonly (readonly TrainingSequence[])[]) =>
        stage().withLearner(async (learner) => {
          for (const part of parts) {
            await learner.forward(part, 0.8);
            await learner.backward(constant(scoredCount(part)));
          }
          return learner.takeGradients();
        });
      const whole = await gradients([[SHORT, LONG, OTHER]]);
      expectGradients(await gradients([[OTHER, SHORT], [LONG]]), (weight) => tensorNamed(whole, weight).data, 1e-5);
      expectGradients(await gradients([[LONG], [OTHER], [SHORT]]), (weight) => tensorNamed(whole, weight).data, 1e-5);
    });

    test('says the same of a token whatever its batch-mates, and of nothing that follows it', async () => {
      await stage().withLearner(async (learner) => {
        const alone = await learner.forward([SHORT], 1);
        const changed = { ...SHORT, tokenIds: SHORT.tokenIds.with(7, 12).with(8, 0) };
        const among = await learner.forward([LONG, changed, OTHER], 1);
        const first = LONG.scoredIndices.length;
        for (const statistic of STATISTICS) {
          const own = among[statistic].subarray(first, first + SHORT.scoredIndices.length);
          expect(largestDifference(own, alone[statistic]), statistic).toBeLessThan(1e-6);
        }
      });
    });

    test('gives the final hidden state where it is asked for, and a token scored or not has the same gradient', async () => {
      await stage().withLearner(async (learner) => {
        const hiddenIndices = Int32Array.of(0, 5, 8);
        const plain = await learner.forward([SHORT, LONG], 1);
        expect(plain.hidden).toHaveLength(0);
        await learner.backward(constant(scoredCount([SHORT, LONG])));
        const without = await learner.takeGradients();

        const asked = await learner.forward([{ ...SHORT, hiddenIndices }, LONG], 1);
        const D = stage().golden.config.hiddenSize;
        expect(asked.hidden).toHaveLength(3 * D);
        for (const statistic of STATISTICS) {
          expect(largestDifference(asked[statistic], plain[statistic]), statistic).toBeLessThan(1e-6);
        }
        await learner.backward(constant(scoredCount([SHORT, LONG])));
        expectGradients(await learner.takeGradients(), (weight) => tensorNamed(without, weight).data, 1e-6);
        // The state after token 5 is what predicts token 6: through the (tied) head it gives that token's log-prob.
        const head = tensorNamed(stage().golden.policy, 'model.embed_tokens.weight');
        const state = asked.hidden.subarray(D, 2 * D);
        const logits = Array.from({ length: stage().golden.config.vocabularySize }, (_, token) =>
          state.reduce((sum, value, index) => sum + value * (head.data[token * D + index] ?? NaN), 0),
        );
        const logTotal = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
        const next = SHORT.tokenIds[6] ?? 0;
        const scoredAt = [...SHORT.scoredIndices].indexOf(6);
        expect((logits[next] ?? NaN) - logTotal).toBeCloseTo(plain.logProbs[scoredAt] ?? NaN, 4);
      });
    });

    test('allows one backward per forward; dropped gradients are gone; nothing scored is no trouble', async () => {
      await stage().withLearner(async (learner) => {
        await expect(learner.backward(constant(2))).rejects.toThrow(/forward first/);
        await learner.forward([SHORT], 1);
        await learner.backward(constant(2));
        await expect(learner.backward(constant(2))).rejects.toThrow(/one backward/);
        learner.dropGradients();
        expect((await learner.forward([{ ...SHORT, scoredIndices: new Int32Array() }], 1)).logProbs).toHaveLength(0);
        await learner.backward(constant(0));
        for (const { data } of (await learner.takeGradients()).values()) expect(data.every((x) => x === 0)).toBe(true);
      });
    });

    test('refuses what does not fit', async () => {
      await stage().withLearner(async (learner) => {
        const { contextLength } = stage().golden.config;
        const tooLong = {
          tokenIds: new Int32Array(contextLength + 3),
          scoredIndices: Int32Array.of(contextLength + 1),
        };
        await expect(learner.forward([tooLong], 1)).rejects.toThrow(RangeError);
        const many = Array.from({ length: 20 }, (_, token) => ({ ...LONG, tokenIds: LONG.tokenIds.with(0, token) }));
        await expect(learner.forward(many, 1)).rejects.toThrow(/more than 512/);
        const equal = Array.from({ length: 20 }, () => LONG);
        expect((await learner.forward(equal, 1)).logProbs).toHaveLength(20 * LONG.scoredIndices.length);
        await expect(learner.forward([{ ...SHORT, scoredIndices: Int32Array.of(0) }], 1)).rejects.toThrow(/index 0/);
        await expect(learner.forward([{ ...SHORT, scoredIndices: Int32Array.of(9) }], 1)).rejects.toThrow(/9 tokens/);
      });
    });
  });
}
