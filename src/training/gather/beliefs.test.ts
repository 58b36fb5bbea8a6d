import { describe, expect, test } from 'vitest';
import { loadBuiltInModel } from '../../../tests/builtInModel.ts';
import { gather, leverConfig, leverStage } from '../../../tests/gathering.ts';
import { wordGame } from '../../../tests/wordGame.ts';
import { environmentOf } from '../../environment/registry.ts';
import type { Learner, TrainingSequence } from '../../policy/engine.ts';
import { RunConfig } from '../../record/runConfig.ts';
import { ENVIRONMENT_NAMES } from '../../record/environmentName.ts';
import { RandomStream } from '../../base/random.ts';
import { objectiveOf } from '../objective/objectiveOf.ts';
import { rewardBatch } from '../sides.ts';
import { trajectoriesOf } from '../objectiveBatch.ts';
import { assertGatherable, assertStartable } from './assertGatherable.ts';
import { wantsBeliefs, withBeliefs } from './beliefs.ts';

const IGPO = leverConfig({ preset: 'igpo', turnLimit: 6, tokensPerMicroBatch: 512 });

describe('beliefs (IGPO)', () => {
  test('are the probabilities of the best strategy’s tokens, asked before every own turn', async () => {
    const { model, engine } = await leverStage([2]);
    const { batch } = await gather({ model, engine }, { config: IGPO });
    using base = engine.loadWeights(model.weights);
    using policy = engine.createPolicy(base, { kind: 'full', parameters: model.weights });
    using learner = engine.createLearner(policy, 512);
    const asked: TrainingSequence[] = [];
    const watching: Pick<Learner, 'forward' | 'tokenLimit'> = {
      tokenLimit: 512,
      forward: (sequences, temperature) => {
        asked.push(...sequences);
        return learner.forward(sequences, temperature);
      },
    };
    const table = {
      environment: environmentOf('two-arms'),
      ...model,
      contextLength: 512,
      turnLimit: 6,
      strategyTokenLimit: 1,
      actionTokenLimit: 40,
    };
    const objective = objectiveOf(IGPO);
    const signal = new AbortController().signal;
    const episodes = await withBeliefs(IGPO, table, watching, batch.episodes, signal);
    const believed = rewardBatch(IGPO, episodes);
    const statement = model.chatFormat.strategy('red');
    let question = 0;
    for (const { turns, episode, seat } of believed.sides) {
      for (const { sample } of turns) {
        const { tokenIds = [], scoredIndices = [] } = asked[question++] ?? {};
        const read = (episode.contexts[seat] ?? []).slice(0, sample?.firstIndex);
        expect(Array.from(tokenIds)).toEqual([...read, ...statement]);
        expect(Array.from(scoredIndices)).toEqual(statement.map((_, offset) => read.length + offset));
      }
    }
    expect(question).toBe(asked.length);
    // In turn 2 red leads by 6 in logits: its probability rises from 1/2 to about 1, while its end, 20 below the best at
    // first, falls from e^-20/2 to e^-26. The square root of the ratio of the products is 2·e^-3.
    const [first, second] = believed.sides.find(({ turns }) => turns.length === 3)?.beliefs ?? [];
    expect((second ?? NaN) / (first ?? NaN)).toBeCloseTo(2 * Math.exp(-3), 3);
    const trajectories = trajectoriesOf(believed.sides, null, objective);
    expect(trajectories.map(({ turns }) => turns.map(({ belief }) => belief))).toEqual(
      believed.sides.map(({ beliefs }) => beliefs),
    );
  });

  test('are asked for by the objective or by the turn reward, and by nobody else', () => {
    const isWanted = (changes: Partial<RunConfig>) => {
      const config = leverConfig(changes);
      return wantsBeliefs(config, objectiveOf(config));
    };
    const blended = { turnReward: 'blend', rewardBlend: [{ reward: 'information-gain', weight: 0.5 }] } as const;
    expect([isWanted({ preset: 'igpo' }), isWanted({ turnReward: 'information-gain' })]).toEqual([true, true]);
    expect([isWanted({ ...blended, rewardBlend: [...blended.rewardBlend] }), isWanted({})]).toEqual([true, false]);
  });

  test('are the turn reward information-gain: the rise at each turn, and the points at the last', async () => {
    const stage = await leverStage([2]);
    const config = leverConfig({ turnReward: 'information-gain', turnLimit: 6 });
    const { batch } = await gather(stage, { config });
    const episodes = batch.episodes.map((episode) => ({
      ...episode,
      beliefs: [[0.25, 0.75, 0.5], null] as const,
    }));
    const side = rewardBatch(config, episodes).sides.find(({ seat, turns }) => seat === 0 && turns.length === 3);
    const points = side?.episode.outcome.points[0] ?? NaN;
    expect(side?.rewards.map(({ reward }) => reward)).toEqual([0.5, -0.25, points / 10]);
    // Who was not asked has the points alone.
    const other = rewardBatch(config, episodes).sides.find(({ seat, turns }) => seat === 1 && turns.length === 3);
    expect(other?.rewards.slice(0, 2).map(({ reward }) => reward)).toEqual([0, 0]);
  });

  test.each(ENVIRONMENT_NAMES.filter((name) => environmentOf(name).goalStrategy))(
    '%s names the best outcome in words that are carried out, and that every token of its model can write',
    async (name) => {
      const environment = environmentOf(name);
      const model = await loadBuiltInModel();
      const named = environment.scenarios('train').filter((scenario) => environment.goalStrategy?.(scenario, 0));
      expect(named.length).toBeGreaterThan(50);
      for (const scenario of named.slice(0, 50)) {
        const state = environment.start(scenario, environment.turnLimit);
        const goal = environment.goalStrategy?.(scenario, 0) ?? '';
        const said = environment.carryOut(state, goal, new RandomStream(1, 'goal'));
        expect(said).not.toBeNull();
        const action = environment.readAction(state, said ?? '');
        expect(action.kind).not.toBe('invalid');
        expect(model.tokenizer.decode(model.chatFormat.strategy(goal))).toBe(goal);
      }
    },
  );

  test('an environment without words for it refuses before anything is played', () => {
    const config = RunConfig.parse({ preset: 'igpo' });
    expect(() => assertGatherable(config, objectiveOf(config), wordGame)).toThrow(/best outcome/);
    // By name, as whoever orders a run asks.
    expect(() => assertStartable({ ...config, environment: 'kuhn-poker' })).toThrow(/best outcome/);
    expect(() => assertStartable({ ...config, environment: 'guess-the-number' })).not.toThrow();
  });
});
