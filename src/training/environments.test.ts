import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { tinyModelFor } from '../../tests/tinyModelFor.ts';
import { newsOf, trainIn } from '../../tests/tinyRun.ts';
import { UnigramEngine } from '../../tests/unigramEngine.ts';
import { environmentFor, environmentOf } from '../environment/registry.ts';
import { ReferenceEngine } from '../policy/referenceEngine.ts';
import { ENVIRONMENT_NAMES } from '../record/environmentName.ts';
import { Episode } from '../record/episode.ts';
import { RunConfig } from '../record/runConfig.ts';
import { RunEvent } from '../record/runEvent.ts';

beforeAll(() => tf.setBackend('cpu'));

const brief = (changes: Partial<RunConfig>) =>
  RunConfig.parse({
    episodesPerUpdate: 2,
    episodesPerScenario: 2,
    turnLimit: 6,
    strategyTokenLimit: 3,
    actionTokenLimit: 3,
    tokensPerMicroBatch: 512,
    updates: 1,
    ...changes,
  });

/** An update of the transformer itself takes a second or so on the CPU if it is as short as can be. */
const shortest = { episodesPerUpdate: 1, episodesPerScenario: 1, turnLimit: 2, strategyTokenLimit: 2 };

describe.each(ENVIRONMENT_NAMES)('%s', (name) => {
  const environment = environmentOf(name);

  test('the transformer completes an update from nothing, and samples what it learns from', async () => {
    const model = await tinyModelFor(name, 1);
    const config = brief({ environment: name, actionTokenLimit: 2, ...shortest });
    const { news, thrown } = await trainIn(environment, new ReferenceEngine(model.config), model, config);
    expect(thrown).toBeNull();
    const [update] = newsOf(news, 'update.finished');
    expect(update?.metrics.tokensTrained).toBeGreaterThan(0);
    expect(update?.metrics.ratioDeviationMax).toBeLessThan(1e-4);
  }, 30_000);

  test.each(['model', 'script'] as const)('a run with a %s as agent: news, records and measures', async (agent) => {
    const model = await tinyModelFor(name, 1);
    const config = brief({ environment: name, agent, updates: 2 });
    const { news, thrown } = await trainIn(environment, new UnigramEngine(model.config), model, config);
    expect(thrown).toBeNull();
    for (const item of news) if (item.kind !== 'batch.recorded') RunEvent.parse(structuredClone(item));
    for (const { metrics } of newsOf(news, 'update.finished')) {
      const measures = Object.keys(metrics.measures ?? {});
      expect(measures.length > 0).toBe(agent === 'script' && environment.bareForm !== undefined);
    }
    for (const { episodes, traces } of newsOf(news, 'batch.recorded')) {
      expect(episodes).toHaveLength(2);
      expect(traces).toHaveLength(environment.worldReply ? 2 : 4);
      for (const episode of episodes) {
        // As storage has it, and as the page reads it back.
        const saved = Episode.parse(JSON.parse(JSON.stringify(episode)));
        expect(saved).toEqual(episode);
        expect(environmentFor(saved.scenario)?.name).toBe(name);
        for (const { action } of saved.turns) expect(environment.actionSchema.safeParse(action).success).toBe(true);
        // The world is nobody's to train: it has no strategies, and seat 0 alone learns.
        expect(saved.trainedSeats).toEqual(environment.worldReply ? [0] : [0, 1]);
        const advised = saved.turns.filter(({ strategy }) => strategy !== null).map(({ seat }) => seat);
        expect(new Set(advised)).toEqual(new Set(saved.trainedSeats));
      }
    }
  });
});

describe('what a strategist reads', () => {
  test.each(ENVIRONMENT_NAMES)(
    'in %s: its own view and boards, and what is said; of the other nothing else',
    async (name) => {
      const environment = environmentOf(name);
      const model = await tinyModelFor(name, 1);
      const { chatFormat } = model;
      const config = brief({ environment: name });
      const { news } = await trainIn(environment, new UnigramEngine(model.config), model, config);
      const [batch] = newsOf(news, 'batch.recorded');
      for (const { seat, episodeId, tokenIds, sampledMask, ownTurnIndex } of batch?.traces ?? []) {
        const episode = batch?.episodes.find((candidate) => candidate.episodeId === episodeId);
        if (!episode) throw new Error('a trace without its episode');
        const expected = chatFormat.openView(environment.view(episode.scenario, seat));
        let ownTurn = 0;
        for (const turn of episode.turns) {
          if (turn.seat !== seat) {
            expected.push(...chatFormat.partnerTurn(turn.utterance));
            continue;
          }
          const drawn = tokenIds.filter((_, index) => sampledMask[index] === 1 && ownTurnIndex[index] === ownTurn);
          const end = drawn.at(-1) === chatFormat.strategyEnd ? [] : [chatFormat.strategyEnd];
          const said = clipped(chatFormat.action(turn.utterance), config.actionTokenLimit);
          expected.push(...chatFormat.openOwnTurn(turn.board), ...end, ...said);
          ownTurn += 1;
        }
        // Its own strategies it wrote itself; everything else was fed.
        expect(Array.from(tokenIds).filter((_, index) => sampledMask[index] === 0)).toEqual(expected);
      }
    },
  );
});

function clipped(ids: readonly number[], limit: number): number[] {
  return ids.length <= limit + 1 ? [...ids] : [...ids.slice(0, limit), ...ids.slice(-1)];
}
