import { expect, test } from 'vitest';
import { defaultRunConfig } from '../../record/runConfig.ts';
import { defaultDraft } from '../configForm.ts';
import { extrasOf, NO_EXTRAS, parseRun, type ExtrasDraft } from './extrasDraft.ts';
import { accessTo } from './extrasStore.ts';
import { hostOfServer, NO_SERVER, parseServer, serverDraftOf } from './serverDraft.ts';

const LOCAL = { ...NO_SERVER, baseUrl: 'http://localhost:11434/v1', model: 'tiny' };
const CLOUD = { ...NO_SERVER, baseUrl: 'https://api.example.com/v1', model: 'large' };
const withServers = (agent = NO_SERVER, judge = NO_SERVER): ExtrasDraft => ({
  ...NO_EXTRAS,
  servers: { agent, judge },
});

test('servers that nobody asks are not part of the run, whatever stands in their fields', () => {
  expect(parseRun(defaultDraft(), withServers(LOCAL, { ...NO_SERVER, baseUrl: 'nonsense' }))).toEqual({
    ok: true,
    value: defaultRunConfig(),
  });
});

test('an agent on a server is asked for its address and model, and becomes an endpoint without a key', () => {
  const draft = { ...defaultDraft(), agent: 'chat' };
  expect(parseRun(draft, NO_EXTRAS)).toMatchObject({
    ok: false,
    error: {
      extras: {
        servers: {
          agent: { baseUrl: expect.stringMatching(/address/), model: expect.stringMatching(/name/) },
          judge: {},
        },
      },
    },
  });
  const run = parseRun(draft, withServers(LOCAL));
  expect(run).toMatchObject({
    ok: true,
    value: { servers: { agent: { model: 'tiny', concurrency: 4 }, judge: null } },
  });
  expect(JSON.stringify(run)).not.toMatch(/key/iu);
});

test('a judge in a blend is asked for; a partner’s agent only where there is a partner', () => {
  const blend = { ...defaultDraft(), turnReward: 'blend' };
  const parts = [{ reward: 'judge', weight: '2' }] as const;
  const judged = parseRun(blend, { ...withServers(NO_SERVER, CLOUD), rewardBlend: parts });
  expect(judged).toMatchObject({
    ok: true,
    value: { servers: { judge: { model: 'large' } }, rewardBlend: [{ weight: 2 }] },
  });
  expect(parseRun(blend, { ...NO_EXTRAS, rewardBlend: [{ reward: 'terminal', weight: 'much' }] })).toMatchObject({
    ok: false,
    error: { extras: { rewardBlend: { 0: expect.stringMatching(/weight/) } } },
  });
  const partner = { ...defaultDraft(), partnerAgent: 'chat' };
  expect(parseRun(partner, NO_EXTRAS).ok).toBe(true);
  expect(parseRun({ ...partner, trainedSeats: 'alternate' }, NO_EXTRAS).ok).toBe(false);
});

test('prices come in pairs, and a limit on the cost needs them', () => {
  expect(parseServer({ ...LOCAL, costLimit: '2' })).toMatchObject({
    ok: false,
    error: { costLimit: expect.stringMatching(/prices/) },
  });
  expect(parseServer({ ...LOCAL, inputPrice: '1' })).toMatchObject({
    ok: false,
    error: { outputPrice: expect.stringMatching(/both/) },
  });
  const whole = { ...LOCAL, inputPrice: '1', outputPrice: '3', costLimit: '2', tokenLimit: '5000' };
  const parsed = parseServer(whole);
  expect(parsed).toMatchObject({
    ok: true,
    value: { prices: { inputPerMillion: 1, outputPerMillion: 3 }, tokenLimit: 5000 },
  });
  if (parsed.ok) expect(serverDraftOf(parsed.value)).toEqual(whole);
  expect(hostOfServer({ baseUrl: 'file:///etc/passwd' })).toBeNull();
});

test('a key goes to its own host alone', () => {
  const parsed = [parseServer(LOCAL), parseServer(CLOUD)];
  const [agent, judge] = parsed.map((server) => (server.ok ? server.value : null));
  const keys = { 'api.example.com': ' secret ', 'elsewhere.example': 'other' };
  expect(accessTo({ agent: agent ?? null, judge: judge ?? null }, keys)).toEqual({
    hosts: ['localhost:11434', 'api.example.com'],
    agentKey: null,
    judgeKey: 'secret',
  });
});

test('the extras of a saved run are shown as they were', () => {
  const run = parseRun({ ...defaultDraft(), agent: 'chat' }, withServers(LOCAL));
  if (!run.ok) throw new Error('a run was expected');
  expect(extrasOf(run.value).servers.agent).toEqual(LOCAL);
});
