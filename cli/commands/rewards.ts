import { writeFile } from 'node:fs/promises';
import { MemoryReplyCache } from '../../src/base/replyCache.ts';
import { environmentOf } from '../../src/environment/registry.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_NAMES } from '../../src/record/environmentName.ts';
import { AgentKind, RunConfig } from '../../src/record/runConfig.ts';
import { compareRewards } from '../../src/training/compareRewards.ts';
import { usage, type Command, type Options, type Terminal } from '../arguments.ts';
import { CHECKPOINT_HELP, loadStrategist } from '../checkpointWeights.ts';
import { KEY_HELP, openChats, serversFrom, SERVER_OPTIONS } from '../chats.ts';
import { MODEL_HELP, openEngine } from '../loadModel.ts';
import { openPack, PACK_OPTION } from '../packEnvironment.ts';
import { ReplyFolder } from '../replyFolder.ts';

export const rewardsCommand: Command = {
  name: 'rewards',
  summary: `Compares every turn reward with what the turns truly changed: the mean of dialogues that are played on from before and after each. Prints correlation and F1. ${KEY_HELP}`,
  options: {
    model: { value: 'MODEL', help: `${MODEL_HELP}; otherwise the checkpoint’s own` },
    checkpoint: { value: 'DIR', help: `${CHECKPOINT_HELP}; the base model when absent` },
    environment: { value: 'E', help: ENVIRONMENT_NAMES.join(', '), fallback: DEFAULT_ENVIRONMENT },
    split: { value: 'SPLIT', help: 'train, validation or test', fallback: 'validation' },
    episodes: { value: 'N', help: 'dialogues whose turns are rewarded', fallback: '64' },
    samples: { value: 'K', help: 'dialogues that are played on from before and after each turn; even', fallback: '16' },
    margin: { value: 'POINTS', help: 'how many points a turn must have brought to count as helpful', fallback: '0.5' },
    agent: { value: 'WHO', help: 'model, script, or chat: the model on --agent-server', fallback: 'model' },
    seed: { value: 'S', help: 'seed of dialogues and order', fallback: '1' },
    ...SERVER_OPTIONS,
    pack: PACK_OPTION,
    cache: { value: 'DIR', help: 'keep the replies of chat servers there: what was answered is not asked again' },
    out: { value: 'FILE', help: 'also write the result there' },
  },
  run,
};

async function run(options: Options, terminal: Terminal): Promise<unknown> {
  const environmentName = options.choice('environment', ENVIRONMENT_NAMES);
  const split = options.choice('split', ['train', 'validation', 'test']);
  const samples = options.integer('samples', 2, 1000);
  if (samples % 2 === 1)
    throw usage(`--samples is ${samples}.`, 'Give an even number: each half makes a value of its own.');
  const agent = options.choice('agent', AgentKind.extract(['model', 'script', 'chat']).options);
  const servers = await serversFrom(options, { agent: null, judge: null });
  if (agent === 'chat' && !servers.agent)
    throw usage('The agent is chat, and no server is named.', 'Add --agent-server MODEL@URL.');
  const cacheFolder = options.optional('cache');
  const chats = openChats(servers, cacheFolder ? new ReplyFolder(cacheFolder) : new MemoryReplyCache(), process.env);
  const packPath = options.optional('pack');
  const pack = packPath === null ? null : await openPack(packPath, environmentName, [split], chats.judge !== null);
  const plan = {
    split,
    episodeCount: options.integer('episodes', 1, 100_000),
    samples,
    margin: options.number('margin', 0, 10),
    config: RunConfig.parse({
      environment: environmentName,
      agent,
      seed: options.integer('seed', 0, 2_147_483_647),
      servers,
    }),
  };
  const { model, trained } = await loadStrategist(
    options.optional('checkpoint'),
    options.optional('model'),
    environmentName,
  );
  const { engine } = await openEngine(model);
  try {
    const { signal } = new AbortController();
    const environment = pack?.environment ?? environmentOf(environmentName);
    const comparing = compareRewards(plan, { environment, model, engine, trained, chats, signal });
    let step = await comparing.next();
    for (; !step.done; step = await comparing.next()) terminal.progress(step.value, `${plan.episodeCount} dialogues`);
    const out = options.optional('out');
    if (out) await writeFile(out, `${JSON.stringify(step.value, null, 2)}\n`);
    return step.value;
  } finally {
    engine.dispose();
  }
}
