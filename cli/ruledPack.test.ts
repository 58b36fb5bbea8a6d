import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';

const folder = mkdtempSync(join(tmpdir(), 'parley-rules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const PATIENCE_MS = 300_000;

/** The real command, with lines to read. Its result, or its error, is JSON on standard output. */
async function parley(words: readonly string[], typed = '') {
  const child = spawn(process.execPath, ['cli/parley.mjs', ...words, '--json']);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  child.stdin.end(typed);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, result: z.looseObject({}).parse(JSON.parse(said.out || '{}')), ...said };
}

/** Two friends, scored by a rule of the pack's author. */
function packWith(source: string): string {
  const person = (id: string) => ({
    ...{ id, firstName: id, lastName: 'Gray', age: 40, gender: 'Woman', pronouns: 'She/her' },
    ...{ occupation: 'Baker', publicInfo: '', personality: '', secret: `${id} cannot bake.` },
  });
  const scenario = (split: string) => ({
    ...{ id: `bread-${split}`, title: 'Bread', situation: 'Two friends share an oven.', relationship: 'friend' },
    ...{ goals: ['Say please.', 'Say little.'], scoring: { kind: 'rule', source }, split },
  });
  const pack = {
    ...{ format: 'parley-scenarios', version: 1, name: 'oven', source: 'a test' },
    characters: [person('ann'), person('bob')],
    relationships: [{ between: ['ann', 'bob'], kind: 'friend' }],
    scenarios: ['train', 'validation', 'test'].map(scenario),
  };
  const path = at(`pack-${source.length}.json`);
  writeFileSync(path, JSON.stringify(pack));
  return path;
}

const PLEASE = '(dialogue) => [dialogue.turns.some((turn) => turn.utterance.includes("please")) ? 10 : 4, 2]';

test(
  'a pack whose author scores it by a rule is trained, evaluated and played',
  async () => {
    const config = at('config.json');
    const knobs = { environment: 'sotopia', agent: 'script', updates: 1, episodesPerUpdate: 2, episodesPerScenario: 2 };
    writeFileSync(config, JSON.stringify({ ...knobs, turnLimit: 2, updatesPerEvaluation: 1, evaluationEpisodes: 2 }));
    const pack = packWith(PLEASE);
    const common = ['--model', 'tiny:1', '--pack', pack];
    const trained = await parley(['train', '--config', config, '--out', at('run'), ...common]);
    expect(trained.code, trained.err + trained.out).toBe(0);
    const episodes = readFileSync(join(at('run'), 'episodes.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const points = episodes.map(
      (line) => z.looseObject({ points: z.array(z.number()) }).parse(JSON.parse(line)).points,
    );
    expect(points).toEqual([
      [4, 2],
      [4, 2],
    ]);

    const evaluated = await parley([
      ...[
        'evaluate',
        '--environment',
        'sotopia',
        '--episodes',
        '2',
        '--agent',
        'script',
        '--strategist',
        'fixed:please',
      ],
      ...common,
    ]);
    expect(evaluated.code, evaluated.err + evaluated.out).toBe(0);
    // One episode in each seat: the measured one says please in both.
    expect(evaluated.result).toMatchObject({ points: { mean: 6 }, partnerPoints: { mean: 6 } });

    // Who sits there reads what the seat may see, and what is typed is what is said.
    const played = await parley(
      ['play', '--environment', 'sotopia', '--agent', 'script', '--person', '0', '--split', 'test', ...common],
      'Would you please let me go first?\nleft the conversation\n',
    );
    expect(played.code, played.err + played.out).toBe(0);
    expect(played.err).toContain('Two friends share an oven.');
    expect(played.err).toContain('Your strategist whispers:');
    expect(played.result).toMatchObject({ outcome: { points: [10, 2] } });
  },
  PATIENCE_MS,
);

test(
  'a rule that never ends, and one that gives no points, end the command with what to do',
  async () => {
    const order = (source: string) => [
      ...[
        'evaluate',
        '--environment',
        'sotopia',
        '--episodes',
        '2',
        '--agent',
        'script',
        '--strategist',
        'fixed:hello',
      ],
      ...['--model', 'tiny:1', '--pack', packWith(source)],
    ];
    const slow = await parley(order('() => { for (;;) {} }'));
    expect(slow.result).toMatchObject({ error: { code: 'rule-too-slow' } });
    const none = await parley(order('() => "ten points"'));
    expect(none.result).toMatchObject({ error: { code: 'rule-points-unusable' } });
  },
  PATIENCE_MS,
);
