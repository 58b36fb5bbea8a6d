import { scriptedPartnersOf } from '../../src/agent/scriptedPartners.ts';
import { RandomStream } from '../../src/base/random.ts';
import { MemoryReplyCache } from '../../src/base/replyCache.ts';
import { environmentOf } from '../../src/environment/registry.ts';
import { runWriters, type Desk } from '../../src/policy/generate.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_NAMES, type EnvironmentName } from '../../src/record/environmentName.ts';
import { defaultRunConfig } from '../../src/record/runConfig.ts';
import { castOf, personIn } from '../../src/training/cast.ts';
import { contextCount, playEpisode, type PlayedEpisode } from '../../src/training/rollout.ts';
import { withRulePoints } from '../../src/training/rulePoints.ts';
import { agentPlan, worldSeat, type SeatPlan } from '../../src/training/seatPlan.ts';
import { usage, type Command, type Options, type Terminal } from '../arguments.ts';
import { openChats, serversFrom, SERVER_OPTIONS } from '../chats.ts';
import { loadStrategist, openStrategist } from '../checkpointWeights.ts';
import { MODEL_HELP, openEngine } from '../loadModel.ts';
import { openPack, PACK_OPTION } from '../packEnvironment.ts';
import { askAtTerminal } from '../person.ts';
import { askRule } from '../ruleThread.ts';

export const playCommand: Command = {
  name: 'play',
  summary: 'Plays one episode; with --json, every prompt of strategist and agent as token ids and as text.',
  options: {
    model: { value: 'MODEL', help: `${MODEL_HELP}; otherwise the checkpoint’s own` },
    checkpoint: { value: 'DIR', help: 'weights of both strategists; the base model when absent' },
    environment: { value: 'E', help: ENVIRONMENT_NAMES.join(', '), fallback: DEFAULT_ENVIRONMENT },
    agent: {
      value: 'WHO',
      help: 'model, script (rules carry strategies out to the letter), or chat: the model on --agent-server',
      fallback: 'model',
    },
    partner: { value: 'WHO', help: 'the other seat: self, or scripted:NAME; see evaluate', fallback: 'self' },
    person: {
      value: 'SEAT',
      help: '0 or 1: sit there yourself, line by line; the strategist of the seat whispers to you',
    },
    split: { value: 'SPLIT', help: 'train, validation or test', fallback: 'validation' },
    seed: { value: 'S', help: 'chooses the scenario and every draw', fallback: '1' },
    temperature: { value: 'T', help: 'temperature of the strategists', fallback: '1' },
    'agent-server': SERVER_OPTIONS['agent-server'],
    pack: PACK_OPTION,
  },
  run,
};

async function run(options: Options, terminal: Terminal): Promise<unknown> {
  const seed = options.integer('seed', 0, 2_147_483_647);
  const split = options.choice('split', ['train', 'validation', 'test']);
  const temperature = options.number('temperature', 0, 2);
  const environmentName = options.choice('environment', ENVIRONMENT_NAMES);
  const agent = options.choice('agent', ['model', 'script', 'chat']);
  const packPath = options.optional('pack');
  const pack = packPath === null ? null : await openPack(packPath, environmentName, [split], true);
  const environment = pack?.environment ?? environmentOf(environmentName);
  const personSeat = options.optional('person') === null ? null : options.integer('person', 0, 1);
  if (personSeat === 1 && environment.worldReply)
    throw usage('Seat 1 is the world here.', 'Sit on seat 0: --person 0.');
  const servers = await serversFrom(options, { agent: null, judge: null });
  if (agent === 'chat' && !servers.agent) {
    throw usage('The agent is chat, and no server is named.', 'Add --agent-server MODEL@URL.');
  }
  const scripted = scriptNamed(options.text('partner'), environmentName);
  const chats = openChats(servers, new MemoryReplyCache(), process.env);
  const { model, trained } = await loadStrategist(
    options.optional('checkpoint'),
    options.optional('model'),
    environmentName,
  );
  const { engine } = await openEngine(model);
  try {
    const { base, strategist } = openStrategist(engine, model, trained);
    const config = defaultRunConfig();
    const own: SeatPlan<unknown> = {
      strategist: { kind: 'model', speaker: strategist, temperature, isTrained: true },
      agent: agentPlan(castOf(environment, config, base, chats.agent), agent),
    };
    using ask = personSeat === null ? null : askAtTerminal();
    const seated: SeatPlan<unknown> = ask
      ? { ...own, agent: { kind: 'asked', act: personIn(environment, ask), thinks: false } }
      : own;
    const other = worldSeat(environment) ?? (scripted ? { strategist: null, agent: scripted } : own);
    const table = {
      environment,
      tokenizer: model.tokenizer,
      chatFormat: model.chatFormat,
      contextLength: model.config.contextLength,
      turnLimit: environment.turnLimit,
      strategyTokenLimit: config.strategyTokenLimit,
      actionTokenLimit: config.actionTokenLimit,
    };
    const scenario = environment.sampleScenario(new RandomStream(seed, 'play'), split);
    const seats = personSeat === 1 ? ([other, seated] as const) : ([seated, other] as const);
    const plan = { episodeId: 'play', scenario, seats, seed, coordinates: ['play'] };
    let episode: PlayedEpisode | undefined;
    const never = new AbortController().signal;
    const slotCount = contextCount(plan);
    using decoder = engine.createDecoder([strategist, base], slotCount);
    const job = { slotCount, start: (desk: Desk) => playEpisode(table, plan, desk) };
    for await (const { finished } of runWriters(decoder, [job], never)) {
      episode = finished[0]?.outcome ?? episode;
    }
    if (!episode) throw new Error('the episode did not end');
    const [played = episode] = await withRulePoints(askRule, [episode], never);
    const prompt = (context: readonly number[] | null, length: number | null) => {
      const ids = (context ?? []).slice(0, length ?? 0);
      return { ids, text: ids.map((id) => model.tokenizer.tokenText(id)).join(' ') };
    };
    const turns = played.turns.map((turn) => ({
      ...turn,
      strategistPrompt: prompt(played.contexts[turn.seat], turn.sample?.firstIndex ?? null),
      agentPrompt: prompt(played.agentContexts[turn.seat], turn.utteranceIndex),
    }));
    if (!terminal.isJson) {
      for (const { seat: speaker, strategy, utterance, action } of turns) {
        terminal.line(`${speaker === 0 ? 'A' : 'B'}  --- ${strategy}\n   ${utterance}   [${action.kind}]`);
      }
    }
    return { scenario, outcome: played.outcome, turns: terminal.isJson ? turns : turns.length };
  } finally {
    engine.dispose();
  }
}

/** null: the seat is played as the other one is. */
function scriptNamed(name: string, environment: EnvironmentName): SeatPlan<unknown>['agent'] | null {
  if (name === 'self') return null;
  const speak = scriptedPartnersOf(environment).get(name.replace(/^scripted:/u, ''));
  if (speak) return { kind: 'script', speak };
  const names = [...scriptedPartnersOf(environment).keys()].map((script) => `scripted:${script}`);
  throw usage(`--partner is "${name}".`, `Choose one of: ${['self', ...names].join(', ')}.`);
}
