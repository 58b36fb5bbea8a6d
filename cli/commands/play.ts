import { RandomStream } from '../../src/base/random.ts';
import { dealOrNoDeal } from '../../src/environment/negotiation/dealOrNoDeal.ts';
import { runWriters } from '../../src/policy/generate.ts';
import { defaultRunConfig } from '../../src/record/runConfig.ts';
import { playEpisode, SlotCounter, type PlayedEpisode } from '../../src/training/rollout.ts';
import type { Command, Options, Terminal } from '../arguments.ts';
import { loadWeights } from '../checkpointWeights.ts';
import { MODEL_HELP, openEngine } from '../loadModel.ts';

export const playCommand: Command = {
  name: 'play',
  summary: 'Plays one episode; with --json, every prompt of strategist and agent as token ids and as text.',
  options: {
    model: { value: 'MODEL', help: `${MODEL_HELP}; otherwise the checkpoint’s own` },
    checkpoint: { value: 'DIR', help: 'weights of both strategists; the base model when absent' },
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
  const { model, weights } = await loadWeights(options.optional('checkpoint'), options.optional('model'));
  const { engine } = await openEngine(model);
  try {
    using strategists = engine.createDecoder(engine.createWeightSet(weights), 2);
    using agents = engine.createDecoder(engine.createWeightSet(model.weights), 2);
    const config = defaultRunConfig();
    const seat = {
      strategist: { kind: 'model', decoder: strategists, temperature, isTrained: true },
      agent: { kind: 'model', decoder: agents, temperature: config.agentTemperature },
    } as const;
    const table = {
      environment: dealOrNoDeal,
      tokenizer: model.tokenizer,
      chatFormat: model.chatFormat,
      contextLength: model.config.contextLength,
      turnLimit: config.turnLimit,
      strategyTokenLimit: config.strategyTokenLimit,
      actionTokenLimit: config.actionTokenLimit,
    };
    const scenario = dealOrNoDeal.sampleScenario(new RandomStream(seed, 'play'), split);
    const plan = { episodeId: 'play', scenario, seats: [seat, seat], seed, coordinates: ['play'] } as const;
    let episode: PlayedEpisode | undefined;
    const never = new AbortController().signal;
    for await (const { finished } of runWriters([playEpisode(table, plan, new SlotCounter())], never)) {
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
