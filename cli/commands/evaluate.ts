import { writeFile } from 'node:fs/promises';
import { SCRIPTED_PARTNERS } from '../../src/agent/scriptedPartner.ts';
import { scriptedPartnersOf } from '../../src/agent/scriptedPartners.ts';
import type { Chats } from '../../src/agent/chat/chat.ts';
import { MemoryReplyCache } from '../../src/base/replyCache.ts';
import { lessonsOf, type AnyLessons } from '../../src/environment/registry.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_NAMES, type EnvironmentName } from '../../src/record/environmentName.ts';
import { AgentKind, defaultRunConfig } from '../../src/record/runConfig.ts';
import { evaluate } from '../../src/training/evaluate.ts';
import type { EvaluationPlan } from '../../src/training/evaluationPlan.ts';
import type { PlayedEpisode } from '../../src/training/rollout.ts';
import { fixedStrategy, thoughtless } from '../../src/training/seatPlan.ts';
import { openBeside } from '../agentModel.ts';
import { usage, type Command, type Options, type Terminal } from '../arguments.ts';
import { KEY_HELP, openChats, serversFrom, SERVER_OPTIONS } from '../chats.ts';
import { CHECKPOINT_HELP, loadStrategist } from '../checkpointWeights.ts';
import { loadModel, MODEL_HELP, openEngine } from '../loadModel.ts';
import { openPack, PACK_OPTION } from '../packEnvironment.ts';
import { ReplyFolder } from '../replyFolder.ts';
import { askRule } from '../ruleThread.ts';

/** There is no browser here, and negotiators are partners: scripted:NAME. */
const AGENTS = AgentKind.exclude(['browser', 'negotiator']).options;
const AGENT_HELP =
  'model, other-model (--agent-model), script (rules carry strategies out to the letter), or chat: the model on --agent-server';

export const evaluateCommand: Command = {
  name: 'evaluate',
  summary: `Plays held-out scenarios; prints points and how well the model speaks, with 95 % intervals. With --judge, SOTOPIA dialogues are also evaluated in its seven dimensions. ${KEY_HELP}`,
  options: {
    model: { value: 'MODEL', help: `${MODEL_HELP}; otherwise the checkpoint’s own` },
    checkpoint: { value: 'DIR', help: `trained strategist: ${CHECKPOINT_HELP}` },
    environment: { value: 'E', help: ENVIRONMENT_NAMES.join(', '), fallback: DEFAULT_ENVIRONMENT },
    split: { value: 'SPLIT', help: 'train, validation or test', fallback: 'test' },
    episodes: { value: 'N', help: 'episodes', fallback: '800' },
    seed: { value: 'S', help: 'seed of dialogues and order', fallback: '1' },
    strategist: {
      value: 'WHO',
      help: 'trained, base, none, react (the agent writes its own), fixed:TEXT, or forced: a random applicable strategy each turn',
      fallback: 'base',
    },
    temperature: { value: 'T', help: 'temperature of the measured strategist; 0 is greedy', fallback: '1' },
    agent: { value: 'WHO', help: AGENT_HELP, fallback: 'model' },
    partner: {
      value: 'WHO',
      help: `frozen-base, self, none, react, fixed:TEXT; negotiations also ${scripts('price-bargaining').join(', ')}; deal-or-no-deal also ${Object.keys(SCRIPTED_PARTNERS).join(', ')} (with scripted: before it)`,
      fallback: 'frozen-base',
    },
    'agent-model': { value: 'MODEL', help: 'where agents are other-model: which; written like --model' },
    'partner-agent': { value: 'WHO', help: `the partner’s agent, if it is another: ${AGENT_HELP}` },
    ...SERVER_OPTIONS,
    pack: PACK_OPTION,
    cache: { value: 'DIR', help: 'keep the replies of chat servers there: what was answered is not asked again' },
    transcripts: { value: 'FILE', help: 'also write every dialogue there, one per line' },
    out: { value: 'FILE', help: 'also write the result there' },
  },
  run,
};

async function run(options: Options, terminal: Terminal): Promise<unknown> {
  const environmentName = options.choice('environment', ENVIRONMENT_NAMES);
  const lessons = lessonsOf(environmentName);
  const strategist = adviserNamed(options.text('strategist'), 'strategist', lessons);
  const defaults = defaultRunConfig();
  const path = options.optional('checkpoint');
  if (strategist === 'trained' && path === null)
    throw usage('--strategist trained needs weights.', 'Add --checkpoint DIR.');
  const split = options.choice('split', ['train', 'validation', 'test']);
  const agent = options.choice('agent', AGENTS);
  const servers = await serversFrom(options, { agent: null, judge: null });
  const cacheFolder = options.optional('cache');
  const chats = openChats(servers, cacheFolder ? new ReplyFolder(cacheFolder) : new MemoryReplyCache(), process.env);
  const packPath = options.optional('pack');
  const pack = packPath === null ? null : await openPack(packPath, environmentName, [split], chats.judge !== null);
  const environment = pack?.environment ?? lessons.environment;
  // Every argument is checked before the model is loaded.
  const order: Omit<EvaluationPlan<unknown>, 'label'> = {
    split,
    episodeCount: options.integer('episodes', 1, 1_000_000),
    seed: options.integer('seed', 0, 2_147_483_647),
    strategist,
    temperature: options.number('temperature', 0, 2),
    agent,
    agentTemperature: defaults.agentTemperature,
    chatTokenLimit: defaults.chatTokenLimit,
    partner: partnerNamed(options, agent, lessons),
    turnLimit: environment.turnLimit,
    strategyTokenLimit: defaults.strategyTokenLimit,
    actionTokenLimit: defaults.actionTokenLimit,
  };
  assertPlayable(order, chats, options.optional('agent-model') !== null);
  const agentModelName = options.optional('agent-model');
  const acting = agentModelName === null ? null : await loadModel(agentModelName, environmentName);
  const { name, model, trained } = await loadStrategist(path, options.optional('model'), environmentName);
  const plan: EvaluationPlan<unknown> = { ...order, label: path ?? name };
  const { engine, beside } = await openEngine(model);
  try {
    const { signal } = new AbortController();
    const progress = evaluate(plan, {
      environment,
      isLeak: (state, given, utterance) => lessons.isLeak(state, given, utterance),
      model,
      engine,
      agentModel: acting && (await openBeside(acting, defaults, beside)),
      trained,
      signal,
      chats,
      isEvaluated: true,
      askRule,
    });
    let step = await progress.next();
    while (!step.done) {
      terminal.progress(step.value, `${plan.episodeCount} episodes`);
      step = await progress.next();
    }
    const { evaluation, episodes } = step.value;
    const out = options.optional('out');
    if (out) await writeFile(out, `${JSON.stringify(evaluation, null, 2)}\n`);
    const transcripts = options.optional('transcripts');
    if (transcripts) await writeFile(transcripts, episodes.map(transcriptOf).join(''));
    return { ...evaluation, ...usageOfAll(chats) };
  } finally {
    engine.dispose();
  }
}

/** One line per episode: what was said, by whom, after which strategy. */
function transcriptOf(episode: PlayedEpisode): string {
  const { scenario, outcome, turns, verdicts } = episode;
  const spoken = turns.map(({ seat, strategy, strategyReading, utterance, action }) => ({
    seat,
    strategy,
    isFollowed: strategyReading?.isFollowed ?? null,
    utterance,
    act: action.kind,
  }));
  const { endReason, points } = outcome;
  const evaluation = verdicts?.evaluation;
  return `${JSON.stringify({ scenario: scenario.id, endReason, points, turns: spoken, ...(evaluation && { evaluation }) })}\n`;
}

/** `base`, `none`, `react`, `fixed:TEXT`, `forced`; with a checkpoint also `trained`. */
function adviserNamed(name: string, option: string, lessons: AnyLessons): EvaluationPlan<unknown>['strategist'] {
  if (name === 'trained' || name === 'base' || name === 'none' || name === 'react') return name;
  // The counterfactual test: drawn at random among those that apply.
  if (name === 'forced') {
    return {
      kind: 'script',
      name,
      write: (state, _seat, random) => lessons.strategyText(lessons.drawStrategy(state, random), random),
    };
  }
  const text = name.replace(/^fixed:/u, '').trim();
  if (text !== name && text !== '') return fixedStrategy(text);
  throw usage(`--${option} is "${name}".`, 'Choose one of: trained, base, none, react, forced, fixed:TEXT.');
}

/** Everything that is missing is told before anything is loaded. */
function assertPlayable(
  { strategist, agent, partner }: Omit<EvaluationPlan<unknown>, 'label'>,
  { agent: chat }: Chats,
  hasAgentModel: boolean,
): void {
  const seats = [{ strategist, agent }, ...(partner.kind === 'advised' ? [partner] : [])];
  for (const seat of seats) {
    if (seat.agent === 'chat' && !chat)
      throw usage('An agent is chat, and no server is named.', 'Add --agent-server MODEL@URL.');
    if (seat.agent === 'other-model' && !hasAgentModel)
      throw usage('An agent is other-model, and no model is named.', 'Add --agent-model MODEL.');
    if (seat.strategist === 'react' && seat.agent === 'script') throw thoughtless();
  }
}

/** What the servers were asked. */
function usageOfAll({ agent, judge }: Chats) {
  return { ...(agent && { agentUsage: agent.usage() }), ...(judge && { judgeUsage: judge.usage() }) };
}

function partnerNamed(options: Options, ownAgent: AgentKind, lessons: AnyLessons): EvaluationPlan<unknown>['partner'] {
  const name = options.text('partner');
  const environment = options.choice('environment', ENVIRONMENT_NAMES);
  const agent = options.optional('partner-agent') === null ? ownAgent : options.choice('partner-agent', AGENTS);
  if (name === 'self') return { kind: name };
  if (name === 'frozen-base') return { kind: 'advised', strategist: 'base', temperature: 1, agent };
  if (name === 'none' || name === 'react' || name.startsWith('fixed:')) {
    const strategist = adviserNamed(name, 'partner', lessons);
    if (strategist !== 'trained') return { kind: 'advised', strategist, temperature: 1, agent };
  }
  const script = name.replace(/^scripted:/, '');
  const speak = name === script ? undefined : scriptedPartnersOf(environment).get(script);
  if (speak) return { kind: 'script', name: script, speak };
  throw usage(
    `--partner is "${name}".`,
    `Choose one of: ${['frozen-base', 'self', 'none', 'react', 'fixed:TEXT', ...scripts(environment)].join(', ')}.`,
  );
}

function scripts(environment: EnvironmentName): string[] {
  return [...scriptedPartnersOf(environment).keys()].map((name) => `scripted:${name}`);
}
