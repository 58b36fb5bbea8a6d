import { MemoryReplyCache } from '../../src/base/replyCache.ts';
import { isSamePlayer } from '../../src/experiments/identity.ts';
import { describePlayer, scriptedNames } from '../../src/experiments/players.ts';
import type { Recipe } from '../../src/experiments/recipe.ts';
import { orderOf } from '../../src/experiments/recipe.ts';
import { BENCHMARK_SEED, conditionsOf, playing, type Pool } from '../../src/experiments/recipes/conditions.ts';
import { dimensionTable, heading, pointsDots, pointsTable } from '../../src/experiments/report/tables.ts';
import { compareWith } from '../../src/experiments/summarise.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_NAMES, type EnvironmentName } from '../../src/record/environmentName.ts';
import type { Cell, Milestone, Player } from '../../src/record/experiment.ts';
import { AgentKind, defaultRunConfig } from '../../src/record/runConfig.ts';
import { checkpointIdOf } from '../../src/experiments/play/trainPart.ts';
import { usage, type Command, type Options, type Terminal } from '../arguments.ts';
import { KEY_HELP, openChats, serversFrom, SERVER_OPTIONS } from '../chats.ts';
import { CHECKPOINT_HELP, loadTrained } from '../checkpointWeights.ts';
import { experiment } from '../experiments.ts';
import { ExperimentFolder } from '../experimentFolder.ts';
import { MODEL_HELP } from '../loadModel.ts';
import { ReplyFolder } from '../replyFolder.ts';

const PLAYER_HELP = 'base@T, none, react, fixed:TEXT, script:NAME, or trained:CHECKPOINT@T';

export const benchmarkCommand: Command = {
  name: 'benchmark',
  summary: `Plays players against a partner on the same scenarios with the same random numbers, one cached episode after the other; paired tests with Holm's correction. Run it again to go on. ${KEY_HELP}`,
  options: {
    out: { value: 'DIR', help: 'where episodes and the report live', isRequired: true },
    players: {
      value: 'PLAYERS',
      help: `with semicolons; the first is compared with the others: ${PLAYER_HELP} (${CHECKPOINT_HELP})`,
      fallback: 'base@1;none;base@0.5;base@0',
    },
    partner: { value: 'PLAYER', help: `who sits opposite, or self: ${PLAYER_HELP}`, fallback: 'base@1' },
    model: { value: 'MODEL', help: MODEL_HELP, fallback: 'parley-mini' },
    environment: { value: 'E', help: ENVIRONMENT_NAMES.join(', '), fallback: DEFAULT_ENVIRONMENT },
    split: { value: 'SPLIT', help: 'train, validation or test', fallback: 'test' },
    episodes: { value: 'N', help: 'episodes of each player', fallback: '800' },
    trials: { value: 'N', help: 'times that every scenario comes again with other random numbers', fallback: '1' },
    agent: { value: 'WHO', help: 'who carries strategies out: model, script or chat', fallback: 'model' },
    ...SERVER_OPTIONS,
    cache: { value: 'DIR', help: 'keep the replies of chat servers there' },
    minutes: { value: 'M', help: 'stop after so many minutes; the same command goes on' },
    estimate: { help: 'say what it would take, and do nothing' },
  },
  run,
};

async function run(options: Options, terminal: Terminal): Promise<unknown> {
  const environment = options.choice('environment', ENVIRONMENT_NAMES);
  const folder = new ExperimentFolder(options.text('out'));
  const servers = await serversFrom(options, { agent: null, judge: null });
  const cacheFolder = options.optional('cache');
  const chats = openChats(servers, cacheFolder ? new ReplyFolder(cacheFolder) : new MemoryReplyCache(), process.env);
  const model = options.text('model');
  const players: Player[] = [];
  for (const text of options.text('players').split(';')) {
    players.push(await playerFrom(text.trim(), environment, model, folder));
  }
  const partnerText = options.text('partner');
  const partner = partnerText === 'self' ? null : await playerFrom(partnerText, environment, model, folder);
  const { agentTemperature, strategyTokenLimit, actionTokenLimit } = defaultRunConfig();
  const cellOf = (measured: Player, trial: number): Cell => ({
    model,
    environment,
    split: options.choice('split', ['train', 'validation', 'test']),
    measured,
    partner: partner ?? measured,
    agent: options.choice('agent', AgentKind.exclude(['other-model']).options),
    agentTemperature,
    turnLimit: 0,
    strategyTokenLimit,
    actionTokenLimit,
    seed: BENCHMARK_SEED + trial,
    asked: [servers.agent, servers.judge].flatMap((server) => (server ? [`${server.model}@${server.baseUrl}`] : [])),
  });
  const trials = options.integer('trials', 1, 100);
  const pools = players.map((player, place): Pool => ({
    label:
      players.findIndex((other) => isSamePlayer(player, other)) === place
        ? describePlayer(player)
        : `player ${place + 1}`,
    cells: Array.from({ length: trials }, (_, trial) => cellOf(player, trial)),
    episodes: options.integer('episodes', 2, 100_000),
  }));
  const recipe = benchmarkOf(pools);
  return experiment(
    {
      recipe,
      order: orderOf(recipe, false, {
        models: [model],
        environment,
        episodes: options.integer('episodes', 2, 100_000),
      }),
      folder,
      minutes: options.optional('minutes') === null ? null : options.number('minutes', 0.01, 10_000),
      isEstimate: options.isSet('estimate'),
      chats,
    },
    terminal,
  );
}

/** Cells of somebody's own as a recipe of one stage. */
function benchmarkOf(pools: readonly Pool[]): Recipe {
  return {
    name: 'benchmark',
    title: 'Benchmark',
    question: 'Who earns more on the same scenarios?',
    defaults: {},
    stages: () => [() => playing(pools)],
    report(_order, known) {
      const conditions = conditionsOf(pools, known);
      const [first, ...others] = conditions;
      return [
        heading('Players'),
        pointsDots('Points of the measured seat', conditions),
        pointsTable('Players', conditions),
        ...dimensionTable(conditions),
        ...(first
          ? [{ kind: 'comparisons' as const, title: `${first.label} minus each`, rows: compareWith(first, others) }]
          : []),
      ];
    },
  };
}

/** A checkpoint from elsewhere is copied into the folder: a benchmark is a function of its folder and its order. */
async function playerFrom(
  text: string,
  environment: EnvironmentName,
  model: string,
  folder: ExperimentFolder,
): Promise<Player> {
  if (text === 'none' || text === 'react') return { kind: text };
  const [, kind, rest = ''] = /^(fixed|script|trained):(.+)$/u.exec(text) ?? [];
  if (kind === 'fixed') return { kind, text: rest };
  if (kind === 'script' && scriptedNames(environment).includes(rest)) return { kind, name: rest };
  const [, base, digits] = /^(.*?)(?:@(\d*\.?\d+))?$/u.exec(kind === 'trained' ? rest : text) ?? [];
  const temperature = digits === undefined ? 1 : Number(digits);
  if (text.startsWith('base') && base === 'base' && temperature <= 2) return { kind: 'base', temperature };
  if (kind === 'trained' && base && temperature <= 2) {
    const { runId, updates } = await adopt(base, model, folder);
    return { kind, runId, updates, temperature };
  }
  throw usage(
    `"${text}" is no player.`,
    `Write ${PLAYER_HELP}. Scripts in ${environment}: ${scriptedNames(environment).join(', ')}.`,
  );
}

async function adopt(
  path: string,
  model: string,
  folder: ExperimentFolder,
): Promise<Pick<Milestone, 'runId' | 'updates'>> {
  const { checkpoint } = await loadTrained(path, model);
  const { manifest } = checkpoint;
  const runId = `adopted-${await digestOf(checkpoint.tensors)}`;
  const checkpointId = checkpointIdOf(runId, manifest.updatesDone);
  await folder.checkpoints(runId).save({ ...checkpoint, manifest: { ...manifest, runId, checkpointId, isKept: true } });
  return { runId, updates: manifest.updatesDone };
}

async function digestOf(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes));
  return Buffer.from(digest).toString('hex').slice(0, 12);
}
