import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Evaluation } from '../src/record/evaluation.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-cli-'));
const at = (...names: string[]) => join(folder, ...names);
const writeJson = (name: string, value: unknown) => {
  writeFileSync(at(name), JSON.stringify(value));
  return at(name);
};
const TINY_MODEL = 'tests/fixtures/tiny-llama';
/** The smallest of the built-in models. */
const MINI = ['--model', 'builtin:parley-mini'];
/** Seconds on the CPU adapter: three updates of two dialogues with two turns. */
const TINY_RUN = {
  model: 'parley-mini',
  updates: 3,
  updatesPerEvaluation: 2,
  evaluationEpisodes: 2,
  episodesPerUpdate: 2,
  episodesPerScenario: 2,
  turnLimit: 2,
  tokensPerMicroBatch: 512,
};

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command as a person would. @param whileRunning called with everything said so far, whenever something is said */
function parley(words: readonly string[], whileRunning?: (said: string, child: ChildProcess) => void): Promise<Ended> {
  // A process group of its own, as in a terminal: Ctrl+C reaches every process of it.
  const env: NodeJS.ProcessEnv = { ...process.env, TMPDIR: at('temporary') };
  delete env['XDG_RUNTIME_DIR'];
  const child = spawn(process.execPath, ['cli/parley.mjs', ...words], { detached: true, env });
  const said = { out: '', err: '' };
  const listen = (stream: 'out' | 'err') => (chunk: Buffer) => {
    said[stream] += chunk.toString();
    whileRunning?.(said.out + said.err, child);
  };
  child.stdout.on('data', listen('out'));
  child.stderr.on('data', listen('err'));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...said })));
}

/** The result of a command that must succeed. */
async function resultOf<Schema extends z.ZodType>(schema: Schema, ...words: string[]): Promise<z.infer<Schema>> {
  const { code, out, err } = await parley([...words, '--json']);
  expect(code, err + out).toBe(0);
  return schema.parse(JSON.parse(out));
}

/** Every file below a directory and what is in it. */
function contentsOf(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(directory, name)).isFile(),
  );
  return Object.fromEntries(
    files.sort().map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(directory, name)))
        .digest('hex'),
    ]),
  );
}

beforeAll(async () => {
  mkdirSync(at('temporary'));
  await parley(['--help']); // bundles once, before commands run side by side
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('help', () => {
  test('lists every command', async () => {
    const { code, out } = await parley(['--help']);
    expect(code).toBe(0);
    for (const name of ['train', 'evaluate', 'play', 'corpus', 'logprobs', 'tokenize', 'export', 'describe']) {
      expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
  }, 30_000);

  test('of a command lists its options with their defaults', async () => {
    const { code, out } = await parley(['evaluate', '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/--episodes N .*default 800/);
    expect(out).toMatch(/--json /);
  }, 30_000);
});

describe('what cannot work is explained before anything is computed', () => {
  const damaged = () => {
    cpSync(TINY_MODEL, at('cut-model'), { recursive: true });
    truncateSync(at('cut-model', 'model.safetensors'), 20_000);
    return at('cut-model');
  };
  const train = (config: unknown, name: string) => [
    'train',
    '--out',
    at(`never-${name}`),
    '--config',
    writeJson(`${name}.json`, config),
  ];
  const cases: readonly (readonly [
    what: string,
    words: () => readonly string[],
    code: string,
    why: RegExp,
    exit: number,
  ])[] = [
    ['an unknown command', () => ['trian'], 'bad-arguments', /no command "trian"/, 2],
    ['an unknown option', () => ['play', '--sed', '3'], 'bad-arguments', /--sed/, 2],
    [
      'a built-in model that is none',
      () => ['tokenize', '--text', 'hat', '--model', 'builtin:nobody'],
      'model-unknown',
      /parley-mini/,
      1,
    ],
    ['a missing option', () => ['train'], 'bad-arguments', /--out is missing/, 2],
    ['a number out of range', () => ['play', '--temperature', '3'], 'bad-arguments', /--temperature is "3"/, 2],
    ['a number that is none', () => ['evaluate', '--episodes', 'many'], 'bad-arguments', /--episodes is "many"/, 2],
    [
      'a choice that is none',
      () => ['evaluate', '--partner', 'scripted:nobody'],
      'bad-arguments',
      /scripted:nobody/,
      2,
    ],
    [
      'an environment that is none',
      () => ['evaluate', '--environment', 'chess'],
      'bad-arguments',
      /--environment is "chess"/,
      2,
    ],
    [
      'a scripted partner where there is none',
      () => ['evaluate', '--environment', 'kuhn-poker', '--partner', 'scripted:always-accept'],
      'bad-arguments',
      /scripted:always-accept/,
      2,
    ],
    ['nothing to tokenize', () => ['tokenize'], 'bad-arguments', /nothing to tokenize/, 2],
    [
      'a corpus of no environment',
      () => ['corpus', '--environment', 'chess', '--out', at('never-corpus.jsonl')],
      'bad-arguments',
      /--environment is "chess"/,
      2,
    ],
    [
      'strong players of a game that has none',
      () => ['corpus', '--environment', 'social', '--mixture', 'strong', '--out', at('never-corpus.jsonl')],
      'bad-arguments',
      /deal-or-no-deal/,
      2,
    ],
    [
      'a corpus that is none',
      () => ['tokenize', ...MINI, '--corpus', writeJson('no-corpus.json', ['kuhn-poker', [['shout', 'hi']]])],
      'bad-arguments',
      /is no corpus/,
      2,
    ],
    ['a trained strategist from nowhere', () => ['evaluate', '--strategist', 'trained'], 'bad-arguments', /weights/, 2],
    ['a misspelt knob', () => train({ turnDiscont: 0.9 }, 'misspelt'), 'config-invalid', /turnDiscont/, 1],
    ['a knob out of range', () => train({ turnDiscount: 1.5 }, 'range'), 'config-invalid', /turnDiscount/, 1],
    [
      'an objective that could not learn',
      () => train({ preset: 'grpo', episodesPerScenario: 1 }, 'lonely'),
      'objective-knob',
      /compares the dialogues/,
      1,
    ],
    [
      'a best checkpoint where there is none',
      () => ['export', '--checkpoint', at('no', 'checkpoints', 'best'), '--out', at('never-exported')],
      'checkpoint-missing',
      /does not exist/,
      1,
    ],
    [
      'a config that is not there',
      () => ['train', '--out', at('never-absent'), '--config', at('absent.json')],
      'config-unreadable',
      /absent\.json/,
      1,
    ],
    [
      'a resumed run with another seed',
      () => ['train', '--out', at('never-begun'), '--resume', '--seed', '2'],
      'bad-arguments',
      /its own config and seed/,
      2,
    ],
    [
      'nothing to resume',
      () => ['train', '--out', at('never-begun'), '--resume'],
      'nothing-to-resume',
      /no complete checkpoint/,
      1,
    ],
    [
      'a model that is not there',
      () => ['train', '--out', at('never-modelled'), '--model', at('nowhere')],
      'model-missing',
      /does not exist/,
      1,
    ],
    [
      'a model file that is cut off',
      () => ['tokenize', '--text', 'hi', '--model', damaged()],
      'safetensors-damaged',
      /model\.safetensors/,
      1,
    ],
    [
      'ids that the vocabulary does not have',
      () => ['logprobs', '--model', TINY_MODEL, '--ids', writeJson('ids.json', [1, 61])],
      'ids-invalid',
      /60/,
      1,
    ],
    [
      'a checkpoint that is not there',
      () => ['play', '--checkpoint', at('no', 'checkpoint')],
      'checkpoint-missing',
      /./,
      1,
    ],
  ];

  test.concurrent.each(cases)(
    '%s',
    async (_what, words, expectedCode, expectedWhy, exit) => {
      const { code, out, err } = await parley([...words(), '--json']);
      expect(code).toBe(exit);
      const { error } = z.object({ error: z.record(z.string(), z.string()) }).parse(JSON.parse(out));
      expect(error['code']).toBe(expectedCode);
      expect(`${error['what']} ${error['why']}`).toMatch(expectedWhy);
      expect(error['what']).toMatch(/\S/);
      expect(error['fix']).toMatch(/\S/);
      expect(err).toBe('');
    },
    60_000,
  );

  test('for people it is three lines on standard error, and nothing on standard output', async () => {
    const { code, out, err } = await parley(['trian']);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^\nerror: .+\n {2}why: .+\n {2}fix: .+train, evaluate.+\n$/);
  }, 30_000);

  test('and leaves no directory behind', () => {
    expect(readdirSync(folder).filter((name) => name.startsWith('never-'))).toEqual([]);
  });
});

test('tokenize shows the ids and what they stand for, and adds nothing', async () => {
  const Tokens = z.object({ ids: z.array(z.int()), tokens: z.array(z.string()), decoded: z.string() });
  const { model } = z
    .object({ model: z.object({ vocab: z.record(z.string(), z.int()) }) })
    .parse(JSON.parse(readFileSync('public/models/parley-mini/tokenizer.json', 'utf8')));
  const shown = await resultOf(Tokens, 'tokenize', ...MINI, '--text', ' take the hats<say> zebra');
  expect(shown.tokens.slice(0, 4)).toEqual(['Ġtake', 'Ġthe', 'Ġhats', '<say>']);
  expect(shown.tokens.slice(4).join('')).toBe('Ġzebra'); // a word that it never saw, in pieces
  expect(shown.ids).toEqual(shown.tokens.map((token) => model.vocab[token]));
  expect(shown.decoded).toBe('take the hats zebra');
}, 30_000);

describe('a corpus', () => {
  const file = at('corpus.jsonl');
  const Statistics = z.object({
    environment: z.string(),
    dialogues: z.int(),
    turnsPerDialogue: z.number().positive(),
    words: z.int().positive(),
    longestContextWords: z.int().positive(),
    distinctWords: z.int().positive(),
    endShares: z.record(z.string(), z.number()),
    pointsByTemperament: z.record(z.string(), z.number()),
    pointsPerSeat: z.number().min(0).max(10),
    mostFrequent: z.array(z.object({ text: z.string(), share: z.number() })),
  });
  const Lines = z.array(z.tuple([z.string(), z.array(z.tuple([z.string(), z.string()]))]));
  const linesOf = (path: string) =>
    Lines.parse(
      readFileSync(path, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    );
  const write = (out: string, ...words: string[]) =>
    resultOf(Statistics, 'corpus', '--dialogues', '12', '--out', out, ...words);

  test('is written one context per line, with statistics of what was written', async () => {
    const statistics = await write(file);
    expect(statistics).toMatchObject({ environment: 'deal-or-no-deal', dialogues: 12 });
    const lines = linesOf(file);
    expect(lines).toHaveLength(24); // each seat saw its own half
    expect(new Set(lines.map(([environment]) => environment))).toEqual(new Set(['deal-or-no-deal']));
    for (const [, segments] of lines) expect(segments[0]?.[0]).toBe('view');
    const words = lines.map(([, segments]) => segments.flatMap(([, text]) => text.split(' ')).length);
    expect(words.reduce((sum, count) => sum + count, 0)).toBe(statistics.words);
    expect(Math.max(...words)).toBe(statistics.longestContextWords);
    const spoken = lines.flatMap(([, segments]) =>
      segments.filter(([role]) => role === 'utterance' || role === 'noise'),
    );
    expect(statistics.turnsPerDialogue).toBeCloseTo(spoken.length / 12, 10);
    const shares = Object.values(statistics.endShares).reduce((sum, share) => sum + share, 0);
    expect(shares).toBeCloseTo(1, 10);
  }, 30_000);

  test('is a function of the seed', async () => {
    await write(at('again.jsonl'));
    await write(at('other.jsonl'), '--seed', '1');
    expect(readFileSync(at('again.jsonl'), 'utf8')).toBe(readFileSync(file, 'utf8'));
    expect(readFileSync(at('other.jsonl'), 'utf8')).not.toBe(readFileSync(file, 'utf8'));
  }, 30_000);

  test('comes back from its tokens unchanged', async () => {
    const Count = z.int();
    const Tokenized = z.object({
      contexts: Count,
      segments: Count,
      tokens: Count,
      changed: Count,
      sha256: z.string().regex(/^[\da-f]{64}$/),
      firstIds: z.array(Count),
    });
    const lines = linesOf(file);
    const tokenized = await resultOf(Tokenized, 'tokenize', ...MINI, '--corpus', file);
    expect(tokenized).toMatchObject({
      contexts: 24,
      segments: lines.flatMap(([, segments]) => segments).length,
      changed: 0,
    });
    expect(tokenized.tokens).toBeGreaterThan(tokenized.segments);
    expect(tokenized.firstIds[0]).toBe(1); // <bos>
    const [environment = '', segments = []] = lines[0] ?? [];
    writeFileSync(at('one.jsonl'), `${JSON.stringify([environment, segments])}\n`);
    const one = await resultOf(Tokenized, 'tokenize', ...MINI, '--corpus', at('one.jsonl'));
    expect(one).toMatchObject({ contexts: 1, tokens: one.firstIds.length, firstIds: tokenized.firstIds });
    const bytes = Buffer.from(Uint16Array.from(one.firstIds).buffer);
    expect(one.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  }, 60_000);
});

test('logprobs are those of PyTorch', async () => {
  const Column = z.array(z.number());
  const Golden = z.object({
    cases: z.array(z.object({ ids: Column, statistics: z.object({ logProb: Column, entropy: Column }) })),
  });
  const [, golden] = Golden.parse(JSON.parse(readFileSync(join(TINY_MODEL, 'golden.json'), 'utf8'))).cases;
  if (!golden) throw new Error('golden.json has several cases');
  const Numbers = z.array(z.number().nullable());
  const Scored = z.object({ ids: Column, logProbs: Numbers, entropies: Numbers, klToBase: Numbers });
  const ids = writeJson('golden-ids.json', golden.ids);
  const scored = await resultOf(Scored, 'logprobs', '--model', TINY_MODEL, '--ids', ids);
  expect(scored.ids).toEqual(golden.ids);
  expect(scored.logProbs).toHaveLength(golden.ids.length);
  expect(scored.logProbs[0]).toBeNull(); // nothing comes before the first token
  for (let index = 1; index < golden.ids.length; index++) {
    expect(Math.abs((scored.logProbs[index] ?? NaN) - (golden.statistics.logProb[index] ?? NaN))).toBeLessThan(1e-4);
    expect(Math.abs((scored.entropies[index] ?? NaN) - (golden.statistics.entropy[index] ?? NaN))).toBeLessThan(1e-4);
    expect(scored.klToBase[index]).toBe(0);
  }
}, 60_000);

test('describe names the adapter and what a run needs', async () => {
  const About = z.object({
    adapter: z.string().min(1),
    limits: z.object({ maxBufferSize: z.int().positive() }),
    model: z.object({ name: z.string(), vocabularySize: z.int(), parameters: z.int() }),
    memoryBytes: z.object({ total: z.int().positive() }),
  });
  const { model } = await resultOf(About, 'describe', ...MINI);
  // 512 × 64 embedding, 3 layers of 46,208, 64 of the last norm.
  expect(model).toEqual({ name: 'parley-mini', vocabularySize: 512, parameters: 171_456 });
}, 60_000);

test('play prints one episode whose prompts grow token by token', async () => {
  const Ids = z.array(z.int());
  const Prompt = z.object({ ids: Ids, text: z.string() });
  const Turn = z.object({
    seat: z.int(),
    strategistPrompt: Prompt,
    agentPrompt: Prompt,
    sample: z.object({ tokenIds: Ids, firstIndex: z.int() }),
    utteranceIndex: z.int(),
  });
  const { turns } = await resultOf(z.object({ turns: z.array(Turn).min(2) }), 'play', ...MINI, '--seed', '3');
  for (const seat of [0, 1]) {
    let before: { strategist: number[]; agent: number[] } = { strategist: [], agent: [] };
    for (const turn of turns.filter((candidate) => candidate.seat === seat)) {
      const { strategistPrompt, agentPrompt, sample, utteranceIndex } = turn;
      expect(strategistPrompt.ids.slice(0, before.strategist.length)).toEqual(before.strategist);
      expect(strategistPrompt.ids).toHaveLength(sample.firstIndex);
      expect(strategistPrompt.text.split(' ')).toHaveLength(sample.firstIndex);
      expect(agentPrompt.ids.slice(0, before.agent.length)).toEqual(before.agent);
      expect(agentPrompt.ids).toHaveLength(utteranceIndex);
      before = { strategist: [...strategistPrompt.ids, ...sample.tokenIds], agent: agentPrompt.ids };
    }
  }
}, 60_000);

describe('a run', () => {
  const Trained = z.object({ ended: z.string(), updatesDone: z.int(), checkpoint: z.string(), export: z.string() });
  const whole = at('whole');
  let config: string;
  let last: z.infer<typeof Trained>;
  beforeAll(async () => {
    config = writeJson('run.json', TINY_RUN);
    last = await resultOf(Trained, 'train', '--out', whole, '--config', config, '--seed', '5');
  }, 120_000);

  const metricsOf = (out: string) =>
    readFileSync(join(out, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => z.looseObject({ updateIndex: z.int(), ratioDeviationMax: z.number() }).parse(JSON.parse(line)));

  test('writes metrics, episodes, checkpoints and an export', () => {
    expect(last).toMatchObject({ ended: 'finished', updatesDone: 3 });
    expect(metricsOf(whole).map(({ updateIndex }) => updateIndex)).toEqual([0, 1, 2]);
    for (const { ratioDeviationMax } of metricsOf(whole)) expect(ratioDeviationMax).toBeLessThan(1e-5);
    const episodes = readFileSync(join(whole, 'episodes.jsonl'), 'utf8').trim().split('\n');
    expect(episodes).toHaveLength(6);
    const lines = readFileSync(join(whole, 'evaluations.jsonl'), 'utf8').trim().split('\n');
    const evaluations = lines.map((line) => Evaluation.extend({ updatesDone: z.int() }).parse(JSON.parse(line)));
    expect(evaluations.map(({ updatesDone, split, episodes: count }) => [updatesDone, split, count])).toEqual([
      [2, 'validation', 2],
      [3, 'validation', 2],
    ]);
    expect(readdirSync(join(whole, 'export'))).toEqual(
      expect.arrayContaining(['config.json', 'model.safetensors', 'tokenizer.json']),
    );
  });

  test('interrupted with Ctrl+C saves, and resumed ends in the same bits', async () => {
    const out = at('interrupted');
    let isInterrupted = false;
    const { code, err } = await parley(['train', '--out', out, '--config', config, '--seed', '5'], (said, child) => {
      if (isInterrupted || !said.includes('update 1 ') || child.pid === undefined) return;
      isInterrupted = true;
      const group = -child.pid; // all of its processes, as a terminal does
      process.kill(group, 'SIGINT');
      // An impatient person; by then it may be gone.
      setTimeout(() => {
        try {
          process.kill(group, 'SIGINT');
        } catch {
          // Nobody is left to be interrupted.
        }
      }, 10);
    });
    expect(code, err).toBe(0);
    const done = metricsOf(out).length;
    expect(done).toBeLessThan(3);
    expect(readdirSync(join(out, 'checkpoints')).sort().at(-1)).toBe(`run-${done}`);

    expect(await resultOf(Trained, 'train', '--out', out, '--resume')).toMatchObject({
      ended: 'finished',
      updatesDone: 3,
    });
    expect(metricsOf(out).map(({ updateIndex }) => updateIndex)).toEqual([0, 1, 2]);
    const [resumed, uninterrupted] = [contentsOf(out), contentsOf(whole)];
    for (const file of ['checkpoints/run-3/checkpoint.safetensors', 'episodes.jsonl', 'export/model.safetensors']) {
      expect(resumed[file], file).toBe(uninterrupted[file]);
    }
  }, 180_000);

  test('is left alone by every order that cannot be carried out', async () => {
    const before = contentsOf(whole);
    const invalid = writeJson('invalid.json', { updates: 0 });
    const refused = async (...words: string[]) => {
      const { code, out } = await parley(['train', '--out', whole, ...words, '--json']);
      expect(code).toBe(1);
      return z.object({ error: z.object({ code: z.string(), fix: z.string() }) }).parse(JSON.parse(out)).error;
    };
    expect(await refused('--config', config)).toMatchObject({
      code: 'run-exists',
      fix: expect.stringContaining('--resume'),
    });
    expect(await refused('--config', invalid)).toMatchObject({ code: 'run-exists' });
    expect(await refused('--resume', '--model', at('nowhere'))).toMatchObject({ code: 'model-missing' });
    expect(await refused('--resume', '--model', TINY_MODEL)).toMatchObject({
      code: 'checkpoint-model',
      fix: expect.stringContaining('parley-mini'),
    });
    expect(contentsOf(whole)).toEqual(before);
  }, 60_000);

  test('exports as one zip of the files of the folder', async () => {
    const out = at('zipped');
    const { path } = await resultOf(
      z.object({ path: z.string() }),
      'export',
      '--checkpoint',
      last.checkpoint,
      '--out',
      out,
      '--format',
      'zip',
    );
    const bytes = readFileSync(path);
    expect(bytes.subarray(0, 4)).toEqual(Buffer.from('PK\u0003\u0004'));
    for (const name of readdirSync(join(whole, 'export'))) expect(bytes.includes(Buffer.from(name)), name).toBe(true);
    expect(readdirSync(out)).toEqual(['run-3.zip']);
  }, 60_000);

  test('exports the best checkpoint by that name', async () => {
    const means = readFileSync(join(whole, 'evaluations.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => Evaluation.extend({ updatesDone: z.int() }).parse(JSON.parse(line)))
      .map(({ updatesDone, points }) => ({ updatesDone, mean: points.mean }));
    const best = means.reduce((champion, next) => (next.mean > champion.mean ? next : champion));
    const Folder = z.looseObject({ path: z.string() });
    const exportOf = async (name: string) => {
      const words = ['--checkpoint', join(whole, 'checkpoints', name), '--out', at(`of-${name}`)];
      return contentsOf((await resultOf(Folder, 'export', ...words)).path);
    };
    expect(await exportOf('best')).toEqual(await exportOf(`run-${best.updatesDone}`));
  }, 60_000);

  test('exports nothing under a model that it does not belong to', async () => {
    const { code, out } = await parley([
      'export',
      '--checkpoint',
      last.checkpoint,
      '--out',
      at('mixed'),
      '--model',
      TINY_MODEL,
      '--json',
    ]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'checkpoint-model' } });
    expect(readdirSync(folder)).not.toContain('mixed');
  }, 30_000);

  test('is evaluated, and the result is written where it was asked for', async () => {
    const file = at('evaluation.json');
    const evaluation = await resultOf(
      Evaluation,
      ...['evaluate', '--strategist', 'trained', '--checkpoint', last.checkpoint, '--episodes', '4'],
      ...['--partner', 'scripted:always-accept', '--split', 'validation', '--out', file],
    );
    expect(evaluation).toMatchObject({
      episodes: 4,
      split: 'validation',
      strategist: 'trained',
      partner: 'scripted:always-accept',
    });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(evaluation);
  }, 120_000);
});

test('forced strategies are measured in any environment', async () => {
  const evaluation = await resultOf(
    Evaluation,
    ...['evaluate', '--environment', 'kuhn-poker', '--strategist', 'forced', '--episodes', '4', ...MINI],
    ...['--transcripts', at('transcripts.jsonl')],
  );
  expect(evaluation).toMatchObject({
    label: 'parley-mini',
    environment: 'kuhn-poker',
    episodes: 4,
    strategist: 'forced',
    partner: 'frozen-base',
    split: 'test',
  });
  // Forced strategies are of the language and apply, whatever the model makes of them.
  expect(evaluation.speech.turns).toBeGreaterThanOrEqual(4);
  expect(evaluation.speech.readableShare?.mean).toBe(1);
  expect(evaluation.speech.applicableShare?.mean).toBe(1);
  const transcripts = readFileSync(at('transcripts.jsonl'), 'utf8').trimEnd().split('\n');
  const Transcript = z.object({
    scenario: z.string(),
    turns: z.array(z.object({ seat: z.int(), utterance: z.string() })),
  });
  expect(transcripts.map((line) => Transcript.parse(JSON.parse(line)))).toHaveLength(4);
}, 120_000);

test('a calibration run needs no pre-trained model; it is measured exactly, and so is its checkpoint', async () => {
  const config = {
    environment: 'kuhn-poker',
    agent: 'script',
    updates: 1,
    episodesPerUpdate: 4,
    episodesPerScenario: 2,
  };
  const words = ['--model', 'tiny:1', '--out', at('kuhn'), '--config', writeJson('kuhn.json', config)];
  const { checkpoint } = await resultOf(z.looseObject({ checkpoint: z.string() }), 'train', ...words);
  const [update = ''] = readFileSync(at('kuhn', 'metrics.jsonl'), 'utf8').split('\n');
  const { measures } = z
    .looseObject({ measures: z.object({ exploitability: z.number(), wordShare: z.number() }) })
    .parse(JSON.parse(update));
  expect(Math.abs(measures.exploitability - 11 / 24)).toBeLessThan(0.06); // it has learned nothing yet
  expect(measures.wordShare).toBeGreaterThan(0.99);
  const evaluation = await resultOf(
    Evaluation,
    ...['evaluate', '--environment', 'kuhn-poker', '--agent', 'script', '--strategist', 'trained'],
    ...['--checkpoint', checkpoint, '--episodes', '4'],
  );
  expect(evaluation).toMatchObject({ environment: 'kuhn-poker', agent: 'script', strategist: 'trained' });
  expect(evaluation.measures?.['exploitability']).not.toBe(measures.exploitability);
  expect(evaluation.speech.followedShare?.mean).toBe(1); // a script carries every word out
}, 120_000);

test('one episode of a shop: the model shops, the shop answers', async () => {
  const { turns } = await resultOf(
    z.looseObject({ turns: z.array(z.looseObject({ seat: z.int(), strategy: z.string().nullable() })) }),
    ...['play', '--environment', 'shop', ...MINI],
  );
  expect(turns.length).toBeGreaterThan(1);
  for (const { seat, strategy } of turns) expect(strategy === null).toBe(seat === 1);
}, 120_000);

test('no command has left anything in the folder for temporary files', () => {
  expect(readdirSync(at('temporary'))).toEqual([]);
});
