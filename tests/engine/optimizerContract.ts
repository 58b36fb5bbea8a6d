import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { adamWStep, clipGlobalNorm, zeroMoments } from '../../src/policy/adamW.ts';
import type { Learner, Trainable } from '../../src/policy/engine.ts';
import { createAdapter } from '../../src/policy/lora.ts';
import { constant, expectClose, LONG, OTHER, Sampler, scoredCount, SHORT, type EngineStage } from './stage.ts';

/** @param stage what the claims are about; ready when they run */
export function optimizerContract(stage: () => EngineStage): void {
  describe('the optimizer', () => {
    const options = { learningRate: 0.01, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, maximumNorm: 1 };
    const differentiate = async (learner: Learner) => {
      await learner.forward([SHORT, OTHER], 1);
      await learner.backward(constant(scoredCount([SHORT, OTHER])));
    };
    const adapter = (): Trainable => ({
      kind: 'lora',
      rank: 4,
      scale: 2,
      parameters: createAdapter(stage().golden.config, 4, new RandomStream(1, 'adapter')),
    });

    test.each(['full', 'lora'] as const)('takes the steps of AdamW: %s', async (kind) => {
      const trainable: Trainable = kind === 'full' ? { kind, parameters: stage().golden.policy } : adapter();
      await stage().withLearner(
        async (learner) => {
          let { parameters, moments } = {
            parameters: trainable.parameters,
            moments: zeroMoments(trainable.parameters),
          };
          for (const step of [1, 2, 3]) {
            await differentiate(learner);
            const { gradients, norm } = clipGlobalNorm(await learner.takeGradients(), options.maximumNorm);
            await differentiate(learner);
            const { gradientNorm } = await learner.step({ ...options, step });
            expect(gradientNorm / norm).toBeCloseTo(1, 4);
            ({ parameters, moments } = adamWStep(parameters, gradients, moments, step, options));
            const state = await learner.readState();
            // Three digits less than float32: where a gradient is nearly 0, its last bits decide the direction.
            expectClose(state.parameters, parameters, 1e-4);
            expectClose(state.moments.first, moments.first, 1e-4);
            expectClose(state.moments.second, moments.second, 1e-4);
            ({ parameters, moments } = state); // so that such differences do not add up
          }
        },
        { trainable },
      );
    });

    test('leaves no gradient, and the policy speaks with its new weights at once', async () => {
      await stage().withLearner(async (learner, policy) => {
        using decoder = stage().engine.createDecoder([policy, policy.base], 2);
        const [before] = await new Sampler(decoder, policy).prompt(0);
        const [ofBase] = await new Sampler(decoder, policy.base).prompt(1);
        await differentiate(learner);
        await learner.step({ ...options, step: 1 });
        for (const { data } of (await learner.takeGradients()).values()) expect(data.every((x) => x === 0)).toBe(true);
        const [after] = await new Sampler(decoder, policy).prompt(0);
        expect(after?.entropy).not.toBe(before?.entropy);
        expect(await new Sampler(decoder, policy.base).prompt(1)).toEqual([ofBase]);
      });
    });

    test.each(['full', 'lora'] as const)('goes on exactly from a state that was read: %s', async (kind) => {
      const trainable: Trainable = kind === 'full' ? { kind, parameters: stage().golden.policy } : adapter();
      const steps = async (learner: Learner, from: number, to: number) => {
        for (let step = from; step <= to; step++) {
          await differentiate(learner);
          await learner.step({ ...options, step });
        }
        return learner.readState();
      };
      const whole = await stage().withLearner((learner) => steps(learner, 1, 4), { trainable });
      const half = await stage().withLearner((learner) => steps(learner, 1, 2), { trainable });
      const resumed = await stage().withLearner(
        async (learner) => {
          learner.writeState(half);
          expect(await learner.readState()).toEqual(half);
          return steps(learner, 3, 4);
        },
        { trainable },
      );
      expect(resumed).toEqual(whole); // bit for bit
      expect(whole.parameters).not.toEqual(half.parameters);
    });

    test('changes nothing when the gradient is not finite, and says so', async () => {
      await stage().withLearner(async (learner) => {
        const before = await learner.readState();
        await learner.forward([SHORT], 1);
        await learner.backward({ ...constant(2), logProb: Float32Array.of(1, Infinity) });
        await expect(learner.step({ ...options, step: 1 })).rejects.toMatchObject({ code: 'gradient-not-finite' });
        expect(await learner.readState()).toEqual(before);
        await differentiate(learner);
        await learner.step({ ...options, step: 1 });
        const after = (await learner.readState()).parameters;
        for (const { data } of after.values()) expect(data.every(Number.isFinite)).toBe(true);
      });
    });

    test('gives the same bits ten times over', async () => {
      const states = new Set<string>();
      for (let repeat = 0; repeat < 10; repeat++) {
        const { parameters } = await stage().withLearner(async (learner) => {
          await differentiate(learner);
          await learner.forward([LONG], 1);
          await learner.backward(constant(scoredCount([LONG])));
          await learner.step({ ...options, step: 1 });
          return learner.readState();
        });
        states.add([...parameters.values()].map(({ data }) => checksum(data)).join());
      }
      expect(states.size).toBe(1);
    });
  });
}

/** Changes when any bit does. */
function checksum(data: Float32Array): number {
  return new Uint32Array(data.buffer, data.byteOffset, data.length).reduce(
    (sum, word) => (Math.imul(sum, 31) + word) | 0,
    7,
  );
}
