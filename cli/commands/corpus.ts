import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { RandomStream } from '../../src/base/random.ts';
import { playLesson, type Dialogue } from '../../src/environment/lessons.ts';
import { createDealOrNoDealLessons } from '../../src/environment/negotiation/lessons.ts';
import { lessonsOf, type AnyLessons } from '../../src/environment/registry.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_NAMES } from '../../src/record/environmentName.ts';
import type { Split } from '../../src/record/scenario.ts';
import { CorpusStatistics } from '../corpusStatistics.ts';
import { usage, type Command, type Options, type Terminal } from '../arguments.ts';

export const corpusCommand: Command = {
  name: 'corpus',
  summary: 'Writes dialogues of rule-made players, from which the built-in model is pre-trained.',
  options: {
    environment: { value: 'E', help: ENVIRONMENT_NAMES.join(', '), fallback: DEFAULT_ENVIRONMENT },
    mixture: { value: 'M', help: 'weak or strong negotiators (deal-or-no-deal only)', fallback: 'weak' },
    dialogues: { value: 'N', help: 'dialogues', fallback: '1000' },
    split: { value: 'SPLIT', help: 'train, validation or test', fallback: 'train' },
    seed: { value: 'S', help: 'seed', fallback: '0' },
    out: { value: 'FILE', help: 'one context per line: [environment, [[role, text], …]]' },
    show: { value: 'N', help: 'print this many dialogues', fallback: '0' },
  },
  run,
};

async function run(options: Options, terminal: Terminal): Promise<unknown> {
  const plan: CorpusPlan = {
    dialogues: options.integer('dialogues', 1, 10_000_000),
    split: options.choice('split', ['train', 'validation', 'test']),
    seed: options.integer('seed', 0, 2_147_483_647),
    show: options.integer('show', 0, 1000),
    out: options.optional('out'),
  };
  const mixture = options.choice('mixture', ['weak', 'strong']);
  const name = options.choice('environment', ENVIRONMENT_NAMES);
  if (mixture === 'weak') return writeCorpus(lessonsOf(name), plan, terminal);
  if (name === 'deal-or-no-deal') return writeCorpus(createDealOrNoDealLessons('strong'), plan, terminal);
  throw usage('--mixture strong is for deal-or-no-deal.', 'Leave it out for other environments.');
}

interface CorpusPlan {
  readonly dialogues: number;
  readonly split: Split;
  readonly seed: number;
  readonly show: number;
  readonly out: string | null;
}

async function writeCorpus(
  lessons: AnyLessons,
  { dialogues, split, seed, show, out }: CorpusPlan,
  terminal: Terminal,
): Promise<unknown> {
  const { environment } = lessons;
  if (out) await mkdir(dirname(out), { recursive: true });
  const file = out ? createWriteStream(out) : null;
  const statistics = new CorpusStatistics();
  for (let index = 0; index < dialogues; index++) {
    const random = new RandomStream(seed, 'corpus', environment.name, split, index);
    const dialogue = playLesson(lessons, environment.sampleScenario(random, split), random);
    statistics.add(dialogue);
    if (index < show) print(dialogue, terminal);
    const hasRoom = file?.write(linesOf(dialogue)) ?? true;
    if (file && !hasRoom) await once(file, 'drain');
    if (index % 1000 === 999) terminal.progress((index + 1) / dialogues, `${dialogues} dialogues`);
  }
  if (file) {
    file.end();
    await finished(file);
  }
  return { environment: environment.name, split, seed, out, ...statistics.summary() };
}

function linesOf({ environment, contexts }: Dialogue): string {
  return contexts
    .map((context) => `${JSON.stringify([environment, context.map(({ role, text }) => [role, text])])}\n`)
    .join('');
}

function print({ scenarioId, temperaments, contexts, points, endReason }: Dialogue, terminal: Terminal): void {
  terminal.line(`\n${scenarioId} · ${temperaments.join(', ')} · ${endReason} · ${points.join(' : ')}`);
  contexts.forEach((context, seat) => {
    terminal.line(`  seat ${seat}`);
    for (const { role, text } of context) terminal.line(`    ${role.padEnd(14)} ${text}`);
  });
}
