import { describe, expect, test } from 'vitest';
import type { DrawnToken, Speaker, StepRow } from '../../src/policy/engine.ts';
import { draw, largeAdapter, PROMPT, Sampler, type EngineStage } from './stage.ts';

/** @param stage what the claims are about; ready when they run */
export function decoderContract(stage: () => EngineStage): void {
  describe('the decoder', () => {
    test.each([1, 0.7])('at temperature %d says what the learner says of the same tokens', async (temperature) => {
      const drawn = await stage().withDecoder(2, (sampler) => sampler.generate(1, 12, { temperature }));
      const tokenIds = Int32Array.of(...PROMPT, ...drawn.map(({ tokenId }) => tokenId));
      const scoredIndices = Int32Array.from(drawn, (_, index) => PROMPT.length + index);
      const { logProbs, entropies } = await stage().withLearner((learner) =>
        learner.forward([{ tokenIds, scoredIndices }], temperature),
      );
      drawn.forEach(({ logProb, entropy }, index) => {
        expect(Math.abs(Math.exp((logProbs[index] ?? NaN) - logProb) - 1)).toBeLessThan(1e-5);
        expect(Math.abs((entropies[index] ?? NaN) - entropy)).toBeLessThan(1e-5);
      });
    });

    test('gives the same, whether tokens come one by one or all at once', async () => {
      await stage().withDecoder(2, async (sampler) => {
        const [atOnce] = await sampler.prompt(0);
        let last: readonly DrawnToken[] = [];
        for (const row of sampler.promptRows(1)) last = await sampler.decoder.step([row]);
        expect(last).toEqual([atOnce]);
      });
    });

    test('keeps slots apart: a dialogue is the same alone, among 32, and in a slot used before', async () => {
      await stage().withDecoder(32, async (sampler) => {
        const [alone] = await sampler.prompt(3);
        const others = Array.from({ length: 31 }, (_, slot) =>
          sampler.promptRows(slot + 1, [1, 7 + slot, 8, 11, 30, 31, 12].slice(0, 3 + (slot % 4))),
        );
        const rows = [...others.slice(0, 20).flat(), ...sampler.promptRows(0), ...others.slice(20).flat()];
        const among = await sampler.decoder.step(rows);
        expect(among).toHaveLength(32);
        expect(among[20]).toEqual(alone);
        expect(await sampler.prompt(5)).toEqual([alone]);
      });
    });

    test('splits a long step without a trace', async () => {
      await stage().withDecoder(120, async (sampler) => {
        // 120 prompts of 6 rows; wherever the engine splits them, it falls inside a prompt for some.
        const rows = Array.from({ length: 120 }, (_, slot) => sampler.promptRows(slot)).flat();
        const drawn = await sampler.decoder.step(rows);
        expect(drawn).toHaveLength(120);
        for (const token of drawn) expect(token).toEqual(drawn[0]);
      });
    });

    test('forks: what follows is what it would be if everything were fed again', async () => {
      await stage().withDecoder(3, async (sampler) => {
        await sampler.prompt(0);
        sampler.decoder.fork(0, 1, 4);
        await sampler.prompt(0, [9, 9, 9, 9, 9, 9]); // the original goes its own way
        const rest = [
          { position: 4, tokenId: 17 },
          { position: 5, tokenId: 3 },
        ];
        const forked = await sampler.decoder.step(
          rest.map((row, index) => ({ ...row, ...sampler.at(1), ...(index === 1 && { draw: draw() }) })),
        );
        expect(forked).toEqual(await sampler.prompt(2, [...PROMPT.slice(0, 4), 17, 3]));
      });
    });

    test('draws nothing for rows that only feed, and gives tokens in row order', async () => {
      await stage().withDecoder(2, async (sampler) => {
        const { decoder } = sampler;
        expect(await decoder.step([])).toEqual([]);
        expect(await decoder.step([{ ...sampler.at(0), position: 0, tokenId: 1 }])).toEqual([]);
        const rows: StepRow[] = [
          { ...sampler.at(0), position: 1, tokenId: 20, draw: draw({ counter: 1 }) },
          { ...sampler.at(1), position: 0, tokenId: 1 },
          { ...sampler.at(0), position: 2, tokenId: 9, draw: draw({ counter: 2 }) },
        ];
        const [first, second] = await decoder.step(rows);
        const apart = [await decoder.step(rows.slice(0, 1)), await decoder.step(rows.slice(2))];
        expect([first, second]).toEqual(apart.flat());
        expect(first).not.toEqual(second);
      });
    });

    test('reaches to the last position of the context, and no further', async () => {
      await stage().withDecoder(1, async (sampler) => {
        const last = stage().golden.config.contextLength - 1;
        const row = { ...sampler.at(0), tokenId: 5 };
        expect(await sampler.decoder.step([{ ...row, position: last, draw: draw() }])).toHaveLength(1);
        await expect(sampler.decoder.step([{ ...row, position: last + 1 }])).rejects.toThrow(/outside the cache/);
        await expect(sampler.decoder.step([{ ...row, slot: 1, position: 0 }])).rejects.toThrow(/outside the cache/);
        const unknown = { ...row, position: 0, tokenId: stage().golden.config.vocabularySize };
        await expect(sampler.decoder.step([unknown])).rejects.toThrow(/vocabulary of 61/);
      });
    });

    test('lets several speakers share one cache: each says what it says alone', async () => {
      using base = stage().engine.loadWeights(stage().golden.base);
      const parameters = largeAdapter(stage().golden.config);
      using adapted = stage().engine.createPolicy(base, { kind: 'lora', rank: 4, scale: 2, parameters });
      using full = stage().engine.createPolicy(base, { kind: 'full', parameters: stage().golden.policy });
      using other = stage().engine.createPolicy(base, { kind: 'lora', rank: 4, scale: -1, parameters });
      const speakers: Speaker[] = [base, adapted, full, other];
      const alone: DrawnToken[] = [];
      for (const speaker of speakers) {
        using decoder = stage().engine.createDecoder([speaker], 1);
        alone.push(...(await new Sampler(decoder, speaker).prompt(0)));
      }
      expect(new Set(alone.map(({ entropy }) => entropy)).size).toBe(4);
      using decoder = stage().engine.createDecoder(speakers, 8);
      const samplers = [...speakers, ...speakers.toReversed()].map((speaker) => new Sampler(decoder, speaker));
      const together = await decoder.step(samplers.flatMap((sampler, slot) => sampler.promptRows(slot)));
      expect(together).toEqual([...alone, ...alone.toReversed()]); // bit for bit
      // And token by token, each after its own prompt.
      const step = (sampler: Sampler, slot: number): StepRow => ({
        ...sampler.at(slot),
        position: PROMPT.length,
        tokenId: 11,
        draw: draw({ counter: 7 }),
      });
      const mixed = await decoder.step(samplers.map(step));
      for (const [slot, sampler] of samplers.entries()) {
        expect(await decoder.step([step(sampler, slot)])).toEqual([mixed[slot]]);
      }
    });
  });
}
