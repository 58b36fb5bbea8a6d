import { join } from 'node:path';
import { z } from 'zod';
import { orderFrom } from '../../src/experiments/orderLink.ts';
import { recipeNamed, RECIPES } from '../../src/experiments/recipes/recipes.ts';
import { usage, type Command, type Options, type Terminal } from '../arguments.ts';
import { KEY_HELP, openChats, serversFrom, SERVER_OPTIONS } from '../chats.ts';
import { experiment } from '../experiments.ts';
import { ExperimentFolder } from '../experimentFolder.ts';
import { ReplyFolder } from '../replyFolder.ts';

/** Options that change an order, named as in a link. */
const ORDER_OPTIONS = {
  models: { value: 'MODELS', help: 'base models, with commas' },
  environment: { value: 'E', help: 'environment' },
  seeds: { value: 'SEEDS', help: 'seeds of the trainings, with commas; all are reported' },
  episodes: { value: 'N', help: 'episodes of each cell' },
  updates: { value: 'N', help: 'updates of each training' },
  'episodes-per-update': { value: 'N', help: 'dialogues of each update' },
} as const;

export const recipeCommand: Command = {
  name: 'recipe',
  summary: `Runs one of the comparisons, part after part, and writes its report: ${RECIPES.map(({ name }) => name).join(', ')}. Run it again to go on. ${KEY_HELP}`,
  first: 'name',
  options: {
    name: { value: 'NAME', help: 'which one', isRequired: true },
    out: { value: 'DIR', help: 'where its parts and reports live; recipes may share it', isRequired: true },
    quick: { help: 'a look in minutes: one seed, few dialogues' },
    ...ORDER_OPTIONS,
    knobs: { value: 'JSON', help: 'knobs of every training, and settings of the recipe: {"learningRate": 0.0005}' },
    ...SERVER_OPTIONS,
    minutes: { value: 'M', help: 'stop after so many minutes; the same command goes on' },
    estimate: { help: 'say what it would take, and do nothing' },
  },
  run,
};

async function run(options: Options, terminal: Terminal): Promise<unknown> {
  const recipe = recipeNamed(options.text('name'));
  const changes: Record<string, string> = {};
  for (const name of Object.keys(ORDER_OPTIONS)) {
    const text = options.optional(name);
    if (text !== null) changes[name === 'episodes-per-update' ? 'episodesPerUpdate' : name] = text;
  }
  for (const [knob, value] of Object.entries(knobsFrom(options))) changes[`.${knob}`] = String(value);
  const order = orderFrom(recipe, options.isSet('quick'), changes);
  if (!order.success) {
    throw usage(z.prettifyError(order.error).replaceAll('\n', ' '), 'See --help for what each setting takes.');
  }
  const servers = await serversFrom(options, order.data.servers);
  const out = options.text('out');
  return experiment(
    {
      recipe,
      order: { ...order.data, servers },
      folder: new ExperimentFolder(out),
      chats: openChats(servers, new ReplyFolder(join(out, 'replies')), process.env),
      minutes: options.optional('minutes') === null ? null : options.number('minutes', 0.01, 10_000),
      isEstimate: options.isSet('estimate'),
    },
    terminal,
  );
}

export function knobsFrom(options: Options): Record<string, string | number> {
  const text = options.optional('knobs');
  if (text === null) return {};
  try {
    return z.record(z.string(), z.union([z.string(), z.number()])).parse(JSON.parse(text));
  } catch (cause) {
    throw usage(
      `--knobs is not readable: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Give JSON such as {"learningRate": 0.0005}.',
    );
  }
}
