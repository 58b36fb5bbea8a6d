import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startPlainServer, type Heard } from '../tests/chat/plainServer.ts';
import { SOCIAL_DIMENSION_NAMES, SOCIAL_DIMENSIONS } from '../src/record/socialEvaluation.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-chat-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (...names: string[]) => join(folder, ...names);
const writeJson = (name: string, value: unknown) => {
  writeFileSync(at(name), JSON.stringify(value));
  return at(name);
};
const KEY = 'sk-test-7f31c0ffee';

/** The real command. Its result, or its error, is JSON on standard output. */
async function parley(words: readonly string[], environment: Record<string, string> = {}) {
  const env: NodeJS.ProcessEnv = { ...process.env, ...environment };
  const child = spawn(process.execPath, ['cli/parley.mjs', ...words, '--json'], { env });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const result = z.looseObject({}).safeParse(JSON.parse(said.out || '{}')).data ?? {};
  return { code, result, ...said };
}

const textOf = ({ body }: Heard) => JSON.stringify(body['messages']);
const speak = (argument: string) => JSON.stringify({ action_type: 'speak', argument });
/** One server that acts, judges and evaluates, by what it is asked. */
function answer(heard: Heard): string {
  const text = textOf(heard);
  if (text.includes('critically important')) return '{"indexes": [1, 3], "reasoning": "They moved the price."}';
  if (text.includes('agent_1_evaluation')) {
    const scores = (goal: number) =>
      Object.fromEntries(
        SOCIAL_DIMENSION_NAMES.map((name) => [name, ['-', name === 'goal' ? goal : SOCIAL_DIMENSIONS[name].highest]]),
      );
    return JSON.stringify({ agent_1_evaluation: scores(8), agent_2_evaluation: scores(3) });
  }
  return speak('How about friday then?');
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile());
}

const TINY = {
  environment: 'sotopia',
  agent: 'chat',
  turnReward: 'judge',
  updates: 2,
  episodesPerUpdate: 2,
  episodesPerScenario: 2,
  turnLimit: 4,
  strategyTokenLimit: 4,
  tokensPerMicroBatch: 512,
};
const Metrics = z.looseObject({
  judge: z.looseObject({ judgements: z.number(), missingJudgements: z.number() }),
  agentUsage: z.looseObject({ requests: z.number() }),
  judgeUsage: z.looseObject({ requests: z.number() }),
});
const metricsIn = (out: string) =>
  readFileSync(join(out, 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => Metrics.parse(JSON.parse(line)));

describe('a run whose agents and judge are on a server', () => {
  test('trains, keeps what was answered, and writes the key nowhere', async () => {
    await using server = await startPlainServer(answer);
    const endpoint = { baseUrl: server.baseUrl, model: 'tiny' };
    const config = writeJson('config.json', { ...TINY, servers: { agent: endpoint, judge: endpoint } });
    const { code, err, out } = await parley(['train', '--out', at('run'), '--config', config, '--model', 'tiny:1'], {
      PARLEY_API_KEY: KEY,
    });
    expect(code, err + out).toBe(0);
    const metrics = metricsIn(at('run'));
    expect(metrics).toHaveLength(2);
    expect(metrics[0]?.judge).toMatchObject({ judgements: 4, missingJudgements: 0 });
    const requests = metrics.map(({ agentUsage, judgeUsage }) => agentUsage.requests + judgeUsage.requests);
    expect(requests.reduce((sum, each) => sum + each, 0)).toBe(server.heard.length);
    expect(server.heard.every(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true);
    const files = filesBelow(at('run'));
    expect(files.some((path) => path.includes('replies'))).toBe(true);
    for (const path of files) expect(readFileSync(path).includes(KEY), path).toBe(false);
    const episodes = readFileSync(at('run', 'episodes.jsonl'), 'utf8');
    expect(episodes).toContain('They moved the price.');
    expect(episodes).toContain('How about friday then?');
  }, 180_000);

  test('that does not answer ends saved, with what to do; resumed, it asks nothing again and goes on', async () => {
    let isDown = false;
    let refused = 0;
    await using server = await startPlainServer((heard, index) => {
      if (index === 12) isDown = true;
      if (!isDown) return answer(heard);
      refused += 1;
      return { status: 401, body: '{"error": {"message": "no such key"}}' };
    });
    const agent = { baseUrl: server.baseUrl, model: 'tiny', retries: 0, concurrency: 1 };
    const config = writeJson('down.json', { ...TINY, turnReward: 'terminal', servers: { agent } });
    const words = ['train', '--out', at('down'), '--model', 'tiny:1'];
    const failed = await parley([...words, '--config', config]);
    expect(failed.code, failed.out).toBe(1);
    expect(failed.result).toMatchObject({
      error: { code: 'chat-key-refused', fix: expect.stringContaining('--resume') as string },
    });
    isDown = false;
    const answered = server.heard.length - refused;
    const again = await parley([...words, '--resume']);
    expect(again.code, again.err + again.out).toBe(0);
    expect(again.result).toMatchObject({ ended: 'finished', updatesDone: 2 });
    const texts = server.heard.map(textOf);
    expect(answered).toBeGreaterThanOrEqual(12);
    // Two dialogues with four turns, twice: nothing that was answered has been asked for a second time.
    expect(server.heard.length - refused).toBe(16);
    expect(texts.length).toBe(16 + refused);
  }, 180_000);
});

describe('evaluate', () => {
  const pack = {
    format: 'parley-scenarios',
    version: 1,
    name: 'two',
    source: 'a test',
    characters: ['ann', 'bob'].map((id) => ({
      id,
      firstName: id,
      lastName: 'Gray',
      age: 40,
      gender: 'Woman',
      pronouns: 'She/her',
      occupation: 'Baker',
      publicInfo: '',
      personality: '',
      secret: `${id} cannot bake.`,
    })),
    relationships: [{ between: ['ann', 'bob'], kind: 'friend' }],
    scenarios: [
      {
        id: 'bread',
        title: 'Bread',
        situation: 'Two friends share an oven.',
        relationship: 'friend',
        goals: ['Use it first.', 'Use it first, too.'],
        split: 'test',
      },
    ],
  };
  const order = (...words: string[]) => [
    ...['evaluate', '--environment', 'sotopia', '--model', 'tiny:1', '--episodes', '4', '--strategist', 'react'],
    ...['--agent', 'chat', '--partner', 'fixed:be kind', '--partner-agent', 'model', ...words],
  ];

  test('plays a pack, and an evaluator scores it in the seven dimensions', async () => {
    await using server = await startPlainServer((heard) =>
      answer(heard).replace('{"action_type"', '{"strategy": "ask first", "action_type"'),
    );
    const words = order('--pack', writeJson('pack.json', pack), '--agent-server', `tiny@${server.baseUrl}`);
    const refused = await parley(words);
    expect(refused.code).toBe(1);
    expect(refused.result).toMatchObject({ error: { code: 'scenario-pack-unscored' } });
    expect(server.heard).toEqual([]);

    const judged = [
      ...words,
      '--judge',
      `tiny@${server.baseUrl}`,
      '--cache',
      at('kept'),
      '--transcripts',
      at('said.jsonl'),
    ];
    const { code, result, err, out } = await parley(judged);
    expect(code, err + out).toBe(0);
    expect(result).toMatchObject({
      strategist: 'react',
      agent: 'chat',
      partner: 'fixed + model',
      social: { evaluator: `tiny at ${server.baseUrl}`, evaluated: 4, missing: 0 },
    });
    const { points, partnerPoints, social } = z
      .looseObject({
        points: z.object({ mean: z.number() }),
        partnerPoints: z.object({ mean: z.number() }),
        social: z.looseObject({ measured: z.object({ overall: z.object({ mean: z.number() }) }) }),
      })
      .parse(result);
    // The measured seat alternates: 8 as seat 0, 3 as seat 1.
    expect([points.mean, partnerPoints.mean]).toEqual([5.5, 5.5]);
    // Goal 5.5 on the average; the highest of the others are 10, 5, 10, 0, 0 and 5.
    expect(social.measured.overall.mean).toBeCloseTo((5.5 + 10 + 5 + 10 + 0 + 0 + 5) / 7);
    expect(readFileSync(at('said.jsonl'), 'utf8')).toContain('ask first');

    const count = server.heard.length;
    const repeated = await parley(judged);
    expect(repeated.result).toMatchObject({ social: result['social'] as object });
    expect(server.heard.length).toBe(count); // every reply was kept
  }, 180_000);

  test.each([
    ['an agent without a server', order(), {}, 'bad-arguments', /--agent-server/],
    ['a server that is none', order('--agent-server', 'nowhere.json'), {}, 'bad-arguments', /neither MODEL@URL nor/],
    [
      'a script that is to think',
      ['evaluate', '--agent', 'script', '--strategist', 'react'],
      {},
      'agent-thoughtless',
      /script/,
    ],
    [
      'one key for two servers',
      order('--agent-server', 'a@http://one.example/v1', '--judge', 'b@http://two.example/v1'),
      { PARLEY_API_KEY: KEY },
      'chat-keys-mixed',
      /PARLEY_JUDGE_API_KEY/,
    ],
    ['a pack of another game', ['evaluate', '--pack', 'x.json'], {}, 'bad-arguments', /sotopia/],
  ] as const)(
    'refuses %s',
    async (_, words, environment, code, why) => {
      const { result, out } = await parley([...words], environment);
      expect(result).toMatchObject({ error: { code } });
      expect(out).toMatch(why);
      expect(out).not.toContain(KEY);
    },
    60_000,
  );
});
