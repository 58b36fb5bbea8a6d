import { describe, expect, test } from 'vitest';
import { obligingAgent, obligingJudge } from '../../../tests/chat/obligingChat.ts';
import { tinyModelFor } from '../../../tests/tinyModelFor.ts';
import { newsOf, trainIn } from '../../../tests/tinyRun.ts';
import { UnigramEngine } from '../../../tests/unigramEngine.ts';
import type { Chats } from '../../agent/chat/chat.ts';
import { negotiatorOf } from '../../agent/scriptedPartners.ts';
import { environmentOf } from '../../environment/registry.ts';
import type { LoadedCheckpoint } from '../../policy/formats/huggingFace.ts';
import { ENVIRONMENT_NAMES, type EnvironmentName } from '../../record/environmentName.ts';
import { RunConfig } from '../../record/runConfig.ts';
import { RunEvent } from '../../record/runEvent.ts';
import { TEMPERAMENT_NAMES } from '../../record/temperament.ts';
import { choicesOf, refusalOf, refusedChoices } from './offered.ts';

const SERVER = { baseUrl: 'http://localhost:1/v1', model: 'm' };
const EVERYTHING = { canRunRules: true, hasBrowserModel: true };
const BLEND = [
  { reward: 'terminal', weight: 1 },
  { reward: 'judge-graded', weight: 0.5 },
  { reward: 'rollout-value', weight: 0.5 },
] as const;

/** As short as an update can be: two dialogues of four turns. */
function cell(changes: Partial<RunConfig>): RunConfig {
  return RunConfig.parse({
    episodesPerUpdate: 2,
    episodesPerScenario: 2,
    turnLimit: 4,
    strategyTokenLimit: 3,
    actionTokenLimit: 3,
    tokensPerMicroBatch: 512,
    rolloutValueSamples: 1,
    rewardBlend: BLEND,
    servers: { agent: SERVER, judge: SERVER },
    updates: 1,
    ...changes,
  });
}

const models = new Map<EnvironmentName, Promise<LoadedCheckpoint>>();

async function update(config: RunConfig) {
  const making = models.get(config.environment) ?? tinyModelFor(config.environment, 1);
  models.set(config.environment, making);
  const model = await making;
  const agentModel = { modelName: 'other', model, engine: new UnigramEngine(model.config) };
  const chats: Chats = { agent: obligingAgent(), judge: obligingJudge(), browser: obligingAgent() };
  const environment = environmentOf(config.environment);
  const { news, thrown } = await trainIn(environment, new UnigramEngine(model.config), model, config, {
    chats,
    agentModel,
  });
  for (const item of news) if (item.kind !== 'batch.recorded') RunEvent.parse(item);
  return { thrown, metrics: newsOf(news, 'update.finished')[0]?.metrics };
}

/** The cell completes an update, or is not offered and would be refused for the same reason. */
async function expectKept(config: RunConfig): Promise<void> {
  const refusal = refusalOf(config, EVERYTHING);
  const { thrown, metrics } = await update(config);
  const name = `${config.environment} ${config.agent} ${config.turnReward} ${config.partnerAgent}`;
  expect([name, (thrown as { code?: string } | null)?.code ?? null]).toEqual([name, refusal?.code ?? null]);
  if (!refusal) expect(metrics?.tokensTrained, name).toBeGreaterThan(0);
}

describe.each(ENVIRONMENT_NAMES)('%s', { timeout: 60_000 }, (environment: EnvironmentName) => {
  test.each(choicesOf('agent'))(
    'with the agent %s: every turn reward that is offered completes an update',
    async (agent) => {
      for (const turnReward of choicesOf('turnReward')) {
        await expectKept(cell({ environment, agent, turnReward } as Partial<RunConfig>)); // choices of the knobs themselves
      }
    },
  );

  test('every partner that is offered completes an update', async () => {
    for (const partnerAgent of choicesOf('partnerAgent')) {
      for (const partnerStrategist of choicesOf('partnerStrategist')) {
        const partner = { partnerAgent, partnerStrategist, partnerStrategy: 'stay calm', trainedSeats: 'alternate' };
        await expectKept(cell({ environment, ...partner } as Partial<RunConfig>)); // choices of the knobs themselves
      }
    }
    if (!negotiatorOf(environment, 'steady')) return;
    for (const partnerTemperament of TEMPERAMENT_NAMES) {
      await expectKept(
        cell({ environment, trainedSeats: 'alternate', partnerAgent: 'negotiator', partnerTemperament }),
      );
    }
  });
});

describe('a menu', () => {
  test('leaves out what a run would refuse, and says why', () => {
    const refused = refusedChoices(cell({ environment: 'kuhn-poker' }), 'turnReward', EVERYTHING);
    expect([...refused.keys()]).toEqual(['information-gain']);
    expect(refused.get('information-gain')?.why).toContain('kuhn-poker');
    expect([...refusedChoices(cell({ preset: 'igpo' }), 'environment', EVERYTHING).keys()].toSorted()).toEqual(
      ENVIRONMENT_NAMES.filter((name) => !environmentOf(name).goalStrategy).toSorted(),
    );
  });

  test('offers no judge where none is named, and no browser’s model where there is none', () => {
    const alone = cell({ servers: { agent: null, judge: null } });
    const nothing = { canRunRules: false, hasBrowserModel: false };
    expect([...refusedChoices(alone, 'turnReward', nothing).keys()]).toEqual(['judge', 'judge-graded', 'blend']);
    expect([...refusedChoices(alone, 'agent', nothing).keys()]).toEqual(['chat', 'browser']);
    expect(refusedChoices(alone, 'agent', nothing).get('browser')?.code).toBe('chat-browser-missing');
    expect([...refusedChoices(cell({}), 'agent', EVERYTHING).keys()]).toEqual([]);
  });

  test('offers everything where the trouble is elsewhere, and everything of a knob on which nothing depends', () => {
    const empty = cell({ turnReward: 'blend', rewardBlend: [] });
    expect(refusalOf(empty, EVERYTHING)?.code).toBe('blend-unusable');
    expect(refusedChoices(empty, 'environment', EVERYTHING).size).toBe(0);
    expect([...refusedChoices(empty, 'turnReward', EVERYTHING).keys()]).toEqual(['blend']);
    expect(refusedChoices(empty, 'schedule', EVERYTHING).size).toBe(0);
  });

  test.each([
    ['twice the same', [BLEND[0], BLEND[0]]],
    ['two judges', [{ reward: 'judge', weight: 1 }, BLEND[1]]],
  ] as const)('refuses a blend of %s', (_, rewardBlend) => {
    expect(refusalOf(cell({ turnReward: 'blend', rewardBlend: [...rewardBlend] }), EVERYTHING)?.code).toBe(
      'blend-unusable',
    );
  });
});
