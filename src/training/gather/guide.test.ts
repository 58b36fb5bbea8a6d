import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadBuiltInModel } from '../../../tests/builtInModel.ts';
import { gather, leverConfig, leverStage, transcriptsOf } from '../../../tests/gathering.ts';
import { tinyModelFor } from '../../../tests/tinyModelFor.ts';
import { UnigramEngine } from '../../../tests/unigramEngine.ts';
import { environmentOf } from '../../environment/registry.ts';
import { ReferenceEngine } from '../../policy/referenceEngine.ts';
import { RunConfig } from '../../record/runConfig.ts';
import { trajectoriesOf } from '../objectiveBatch.ts';
import { objectiveOf } from '../objective/objectiveOf.ts';
import { rewardBatch } from '../sides.ts';

beforeAll(() => tf.setBackend('cpu'));

const ICPO = leverConfig({ preset: 'icpo', episodesPerUpdate: 16, turnLimit: 6 });

describe('dialogues with an example in the prompt (ICPO)', () => {
  test('every eighth one, counted through the run; the others are as they were', async () => {
    const { batch } = await gather(await leverStage(), { config: ICPO });
    expect(
      batch.episodes.map(({ source }) => source).flatMap((source, index) => (source === 'guided' ? [index] : [])),
    ).toEqual([7, 15]);
    const plain = await gather(await leverStage(), { config: { ...ICPO, preset: 'grpo' } });
    expect(batch.episodes.slice(0, 7).map(({ contexts }) => contexts)).toEqual(
      plain.batch.episodes.slice(0, 7).map(({ contexts }) => contexts),
    );
    // Twelve per update: positions 7 of the first, 3 and 11 of the second.
    const second = await gather(await leverStage(), { config: { ...ICPO, episodesPerUpdate: 12 }, updateIndex: 1 });
    expect(second.batch.episodes.flatMap(({ source }, index) => (source === 'guided' ? [index] : []))).toEqual([3, 11]);
  });

  test('the training sequence leaves the example out, and its tokens are those that were sampled', async () => {
    const stage = await leverStage();
    const { batch } = await gather(stage, { config: ICPO });
    const guided = batch.episodes.filter(({ source }) => source === 'guided');
    const environment = environmentOf('two-arms');
    const { openView, openOwnTurn } = stage.model.chatFormat;
    for (const episode of guided) {
      for (const seat of [0, 1] as const) {
        const context = episode.contexts[seat] ?? [];
        const view = openView(environment.view(episode.scenario, seat));
        expect(context.slice(0, view.length)).toEqual(view);
        expect(episode.helps[seat].length).toBeGreaterThan(view.length);
        expect(episode.helps[seat].slice(0, 1)).toEqual(view.slice(0, 1)); // it is a dialogue, too
        for (const turn of episode.turns.filter((own) => own.seat === seat)) {
          const { firstIndex = NaN, tokenIds = [] } = turn.sample ?? {};
          expect(context.slice(firstIndex, firstIndex + tokenIds.length)).toEqual(tokenIds);
          const board = openOwnTurn(turn.board);
          expect(context.slice(firstIndex - board.length, firstIndex)).toEqual(board);
        }
      }
    }
    const { sides, examples } = rewardBatch(ICPO, batch.episodes);
    trajectoriesOf(sides, null, objectiveOf(ICPO)).forEach(({ source, group, scenario, seat }, index) => {
      expect(source).toBe(sides[index]?.episode.source);
      expect(group).toBe(`${scenario}/${seat}`); // compared with the dialogues that had no help
      expect(Array.from(examples[index]?.tokenIds ?? [])).toEqual(sides[index]?.episode.contexts[seat]);
    });
  });

  test('log-probs at sampling are those under the example, not those of the training sequence', async () => {
    const model = await tinyModelFor('two-arms', 1);
    const engine = new ReferenceEngine(model.config);
    const config = leverConfig({ preset: 'icpo', episodesPerUpdate: 8, strategyTokenLimit: 2, turnLimit: 2 });
    const { batch } = await gather({ model, engine }, { config });
    const episode = batch.episodes[7];
    using base = engine.loadWeights(model.weights);
    using policy = engine.createPolicy(base, { kind: 'full', parameters: model.weights });
    using learner = engine.createLearner(policy, 512);
    const { sample } = episode?.turns[0] ?? {};
    if (!episode || !sample) throw new Error('the last of eight dialogues is a guided one');
    const logProbsAfter = async (help: readonly number[]) => {
      const tokenIds = Int32Array.from([...help, ...(episode.contexts[0] ?? [])]);
      const scoredIndices = Int32Array.from(sample.tokenIds, (_, offset) => help.length + sample.firstIndex + offset);
      return (await learner.forward([{ tokenIds, scoredIndices }], 1)).logProbs;
    };
    const [guided, plain] = [await logProbsAfter(episode.helps[0]), await logProbsAfter([])];
    sample.logProbs.forEach((logProb, token) => expect(logProb).toBeCloseTo(guided[token] ?? NaN, 4));
    expect(Math.abs((plain[0] ?? NaN) - (guided[0] ?? NaN))).toBeGreaterThan(1e-3);
  }, 60_000);

  test('is a function of seed and update; the example is another scenario’s', async () => {
    const once = await gather(await leverStage(), { config: ICPO });
    expect(transcriptsOf(await gather(await leverStage(), { config: ICPO }))).toEqual(transcriptsOf(once));
    const next = await gather(await leverStage(), { config: ICPO, updateIndex: 1 });
    expect(next.batch.episodes[7]?.helps).not.toEqual(once.batch.episodes[7]?.helps);
  });

  test('an example takes half of the context at most, and ends with a whole turn', async () => {
    const model = await loadBuiltInModel();
    const config = RunConfig.parse({ preset: 'icpo', agent: 'script', episodesPerUpdate: 8, episodesPerScenario: 8 });
    const engine = new UnigramEngine(model.config);
    for (const contextLength of [256, 160]) {
      const { batch } = await gather({ model, engine }, { config, contextLength });
      const [first = [], second = []] = batch.episodes[7]?.helps ?? [];
      for (const help of [first, second]) {
        expect(help.length).toBeGreaterThan(0);
        expect(help.length).toBeLessThanOrEqual(contextLength / 2);
        expect(help.at(-1)).toBe(model.chatFormat.actionEnd);
      }
    }
  });
});
