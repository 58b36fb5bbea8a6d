import { RandomStream } from '../../src/base/random.ts';
import { environmentOf } from '../../src/environment/registry.ts';
import { runWriters, type Desk } from '../../src/policy/generate.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_NAMES } from '../../src/record/environmentName.ts';
import { defaultRunConfig } from '../../src/record/runConfig.ts';
import { castOf } from '../../src/training/cast.ts';
import { contextCount, playEpisode, type PlayedEpisode } from '../../src/training/rollout.ts';
import { agentPlan, worldSeat, type SeatPlan } from '../../src/training/seatPlan.ts';
import type { Command, Options, Terminal } from '../arguments.ts';
import { loadStrategist, openStrategist } from '../checkpointWeights.ts';
import { MODEL_HELP, openEngine } from '../loadModel.ts';

export const playCommand: Command = {
  name: 'play',
  summary: 'Plays one episode; with --json, every prompt of strategist and agent as token ids and as text.',
  options: {
    model: { value: 'MODEL', help: `${MODEL_HELP}; otherwise the checkpoint’s own` },
    checkpoint: { value: 'DIR', help: 'weights of both strategists; the base model when absent' },
    environment: { value: 'E', help: ENVIRONMENT_NAMES.join(', '), fallback: DEFAULT_ENVIRONMENT },
    agent: { value: 'WHO', help: 'model, or script: rules carry strategies out to the letter', fallback: 'model' },
    split: { value: 'SPLIT', help: 'train, validation or test', fallback: 'validation' },
    seed: { value: 'S', help: 'chooses the scenario and every draw', fallback: '1' },
    temperature: { value: 'T', help: 'temperature of the strategists', fallback: '1' },
  },
  run,
};

async function run(options: Options, terminal: Terminal): Promise<unknown> {
  const seed = options.integer('seed', 0, 2_147_483_647);
  const split = options.choice('split', ['train', 'validation', 'test']);
  const temperature = options.number('temperature', 0, 2);
  const environmentName = options.choice('environment', ENVIRONMENT_NAMES);
  const environment = environmentOf(environmentName);
  const agent = options.choice('agent', ['model', 'script']);
  const { model, trained } = await loadStrategist(
    options.optional('checkpoint'),
    options.optional('model'),
    environmentName,
  );
  const { engine } = await openEngine(model);
  try {
    const { base, strategist } = openStrategist(engine, model, trained);
    const config = defaultRunConfig();
    const seat: SeatPlan<unknown> = {
      strategist: { kind: 'model', speaker: strategist, temperature, isTrained: true },
      agent: agentPlan(castOf(environment, config, base, null), agent),
    };
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
    const seats = [seat, worldSeat(environment) ?? seat] as const;
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
    const played = episode;
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
    return { scenario, outcome: episode.outcome, turns: terminal.isJson ? turns : turns.length };
  } finally {
    engine.dispose();
  }
}
