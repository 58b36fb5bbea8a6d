import { setMaxListeners } from 'node:events';
import { z } from 'zod';
import { explain } from '../src/base/errors.ts';
import { helpOf, parseOptions, usage, type Command } from './arguments.ts';
import { benchmarkCommand } from './commands/benchmark.ts';
import { corpusCommand } from './commands/corpus.ts';
import { dataCommand } from './commands/data.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { exportCommand } from './commands/export.ts';
import { ggufCommand } from './commands/gguf.ts';
import { describeCommand, logprobsCommand } from './commands/inspectModel.ts';
import { iterateCommand } from './commands/iterate.ts';
import { playCommand } from './commands/play.ts';
import { rewardsCommand } from './commands/rewards.ts';
import { recipeCommand } from './commands/recipe.ts';
import { scenariosCommand } from './commands/scenarios.ts';
import { selfTestCommand } from './commands/selfTest.ts';
import { tokenizeCommand } from './commands/tokenize.ts';
import { trainCommand } from './commands/train.ts';
import { weightsCommand } from './commands/weights.ts';
import { createTerminal } from './terminal.ts';

const COMMANDS: readonly Command[] = [
  trainCommand,
  evaluateCommand,
  playCommand,
  rewardsCommand,
  corpusCommand,
  scenariosCommand,
  logprobsCommand,
  tokenizeCommand,
  exportCommand,
  ggufCommand,
  dataCommand,
  describeCommand,
  selfTestCommand,
  weightsCommand,
  benchmarkCommand,
  iterateCommand,
  recipeCommand,
];

// One signal ends everything, however many questions wait for it at once; Node takes more than ten for a leak.
setMaxListeners(0);

const words = z.array(z.string()).parse(JSON.parse(process.env['PARLEY_ARGUMENTS'] ?? '[]'));
const isJson = words.includes('--json');

try {
  await runCommand();
} catch (thrown) {
  const { code, what, why, fix } = explain(thrown);
  if (isJson) process.stdout.write(`${JSON.stringify({ error: { code, what, why, fix } })}\n`);
  else process.stderr.write(`\nerror: ${what}\n  why: ${why}\n  fix: ${fix}\n`);
  if (code === 'unexpected' && thrown instanceof Error) process.stderr.write(`${thrown.stack}\n`);
  process.exitCode = code === 'bad-arguments' ? 2 : 1;
}
// Dawn keeps a thread for its device; the process must not wait for it.
process.exit();

async function runCommand(): Promise<void> {
  const [name, ...rest] = words;
  if (name === undefined || name === '--help') {
    const list = COMMANDS.map((command) => `  ${command.name.padEnd(10)} ${command.summary}`);
    process.stdout.write(
      `npm run parley -- COMMAND [options]\n\n${list.join('\n')}\n\nEvery command takes --help and --json.\n`,
    );
    return;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (!command)
    throw usage(`There is no command "${name}".`, `Choose one of: ${COMMANDS.map((known) => known.name).join(', ')}.`);
  if (rest.includes('--help')) {
    process.stdout.write(`${helpOf(command)}\n`);
    return;
  }
  const result = await command.run(parseOptions(command, rest), createTerminal(isJson));
  process.stdout.write(`${JSON.stringify(result, null, isJson ? 0 : 2)}\n`);
}
