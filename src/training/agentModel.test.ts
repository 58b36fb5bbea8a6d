import { beforeAll, describe, expect, test } from 'vitest';
import { loadBuiltInModel } from '../../tests/builtInModel.ts';
import { reciting, ScriptedDecoder, scriptedEngine } from '../../tests/scriptedDecoder.ts';
import { tinyModelFor } from '../../tests/tinyModelFor.ts';
import { loadTinyModel, newsOf, tinyConfig, trainTiny, type Circumstances } from '../../tests/tinyRun.ts';
import { UnigramEngine } from '../../tests/unigramEngine.ts';
import { dealOrNoDeal } from '../environment/negotiation/dealOrNoDeal.ts';
import type { NegotiationState } from '../environment/negotiation/state.ts';
import type { LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import { runWriters, type Desk } from '../policy/generate.ts';
import type { RunConfig } from '../record/runConfig.ts';
import { agentModelSeat, openAgentModel, type AgentModelPorts } from './agentModel.ts';
import { contextCount, playEpisode, type PlayedEpisode, type Table } from './rollout.ts';
import type { SeatPlan } from './seatPlan.ts';

let mini: LoadedCheckpoint;
beforeAll(async () => {
  mini = await loadBuiltInModel();
});

const LIMITS = { strategyTokenLimit: 8, actionTokenLimit: 6, agentTemperature: 0.5 };
const LINES = ['i take 2 hats', 'you get all the balls and i get the books', 'yes'];

/** What the model says, one line after the other: the second is cut, the third ends. */
function lines(): readonly number[] {
  const { chatFormat } = mini;
  const [first = [], second = [], third = []] = LINES.map((line) => chatFormat.action(line));
  return [...first, ...second.slice(0, LIMITS.actionTokenLimit), ...third];
}

/** Plays with the seat at seat 0, advised by rule, against a script that goes on talking. */
async function play(
  seat: SeatPlan<NegotiationState>['agent'],
  decoder: ScriptedDecoder,
  strategist: SeatPlan<NegotiationState>['strategist'] = { kind: 'script', write: () => 'ask for the hats' },
): Promise<PlayedEpisode> {
  const { tokenizer, chatFormat } = mini;
  const table: Table<NegotiationState> = {
    environment: dealOrNoDeal,
    tokenizer,
    chatFormat,
    contextLength: 512,
    turnLimit: 6,
    ...LIMITS,
  };
  const [scenario] = dealOrNoDeal.scenarios('train');
  if (!scenario) throw new Error('there are scenarios');
  const talker: SeatPlan<NegotiationState> = {
    strategist: null,
    agent: { kind: 'script', speak: () => 'what would you like' },
  };
  const seats = [{ strategist, agent: seat }, talker] as const;
  const plan = { episodeId: 'e', scenario, seats, seed: 1, coordinates: ['e'] };
  const job = { slotCount: contextCount(plan), start: (desk: Desk) => playEpisode(table, plan, desk) };
  for await (const { finished } of runWriters(decoder, [job], new AbortController().signal)) {
    if (finished[0]) return finished[0].outcome;
  }
  throw new Error('the dialogue has no end');
}

async function seated(decoder: ScriptedDecoder, contextLength = 512) {
  const model = { ...mini, config: { ...mini.config, contextLength } };
  const engine = scriptedEngine(model.config, () => decoder);
  const opened = await openAgentModel({ modelName: 'm', model, engine }, { precision: 'f32', slotCount: 1 });
  const act = agentModelSeat<NegotiationState>(dealOrNoDeal, opened, LIMITS);
  return { act, speaker: opened.speaker };
}

/** What was fed before the first draw of each question. */
function promptsOf({ steps }: ScriptedDecoder): number[][] {
  const prompts: number[][] = [];
  for (const rows of steps) {
    if (rows[0]?.position === 0) prompts.push(rows.map(({ tokenId }) => tokenId));
  }
  return prompts;
}

describe('at a seat', () => {
  test('it reads what the base reads there as agent, token by token, however often it is asked', async () => {
    const own = new ScriptedDecoder(1, reciting(lines()));
    const { act, speaker } = await seated(own);
    const nobody = new ScriptedDecoder(1, () => 0);
    const asked = await play({ kind: 'asked', act, thinks: false }, nobody);
    const base = await play({ kind: 'model', speaker, temperature: 0.5 }, new ScriptedDecoder(1, reciting(lines())));
    expect(asked.turns.map(({ utterance }) => utterance)).toEqual(base.turns.map(({ utterance }) => utterance));
    expect(asked.turns[0]?.utterance).toBe(LINES[0]);
    const read = base.turns.flatMap(({ utteranceIndex }) =>
      utteranceIndex === null ? [] : [base.agentContexts[0]?.slice(0, utteranceIndex)],
    );
    expect(read.length).toBeGreaterThan(1);
    expect(promptsOf(own)).toEqual(read);
    expect(nobody.steps).toEqual([]);
  });

  test('asked to think for itself, it writes a strategy first, and remembers it', async () => {
    const { chatFormat } = mini;
    const thought = chatFormat.strategy('be fair');
    const own = new ScriptedDecoder(1, reciting([...thought, ...chatFormat.action('i take 1 hat'), ...thought]));
    const { act } = await seated(own);
    const { turns } = await play({ kind: 'asked', act, thinks: true }, new ScriptedDecoder(1, () => 0), null);
    expect(turns[0]).toMatchObject({ strategy: 'be fair', utterance: 'i take 1 hat' });
    expect(promptsOf(own)[1]?.join()).toContain(thought.join());
  });

  test('a dialogue that it cannot read any longer goes on without its words', async () => {
    const { act } = await seated(new ScriptedDecoder(1, reciting(lines())), 60);
    const { turns } = await play({ kind: 'asked', act, thinks: false }, new ScriptedDecoder(1, () => 0));
    const last = turns.findLast(({ seat }) => seat === 0);
    expect(last).toMatchObject({
      utterance: '',
      action: { kind: 'invalid', reason: expect.stringContaining('longer') },
    });
  });
});

describe('in a run', () => {
  let tiny: LoadedCheckpoint;
  let beside: LoadedCheckpoint;
  beforeAll(async () => {
    tiny = await loadTinyModel();
    beside = await tinyModelFor('deal-or-no-deal', 2);
  });
  const portsOf = (model: LoadedCheckpoint, modelName = 'beside'): AgentModelPorts => ({
    modelName,
    model,
    engine: new UnigramEngine(model.config),
  });
  const run = (config: RunConfig, agentModel: AgentModelPorts | null, circumstances: Circumstances = {}) =>
    trainTiny(new UnigramEngine(tiny.config), tiny, config, { ...circumstances, ...(agentModel && { agentModel }) });
  const wordsOf = ({ tokenizer, config: { vocabularySize } }: LoadedCheckpoint) =>
    new Set(Array.from({ length: vocabularySize }, (_, id) => tokenizer.decode([id])));
  const config = tinyConfig({ agent: 'other-model', updates: 3 });

  test('it speaks in words that the model in training does not know, and the record names it with its hash', async () => {
    const { news, saved, thrown } = await run(config, portsOf(beside));
    expect(thrown).toBeNull();
    const [batch] = newsOf(news, 'batch.recorded');
    const spoken = (batch?.episodes ?? []).flatMap(({ turns }) =>
      turns.flatMap(({ utterance }) => utterance.split(' ')),
    );
    const [own, others] = [wordsOf(beside), wordsOf(tiny)];
    expect(spoken.length).toBeGreaterThan(5);
    expect(spoken.filter((word) => !own.has(word))).toEqual([]);
    expect(spoken.some((word) => !others.has(word))).toBe(true);
    expect(newsOf(news, 'update.finished')[0]?.metrics.tokensTrained).toBeGreaterThan(0);
    expect(saved.at(-1)?.manifest.agentModel).toEqual({
      name: 'beside',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('a run that was cut off goes on to the same bits, from wherever the model is kept now', async () => {
    const whole = await run(config, portsOf(beside));
    const first = await run(config, portsOf(beside), {
      onNews: (item, control) => item.kind === 'update.finished' && control.stop(),
    });
    const cut = first.saved.at(-1);
    expect(cut?.manifest.updatesDone).toBe(1);
    if (!cut) throw new Error('it has saved');
    const rest = await run(config, portsOf(beside, 'elsewhere'), { resumeFrom: cut });
    expect(rest.thrown).toBeNull();
    expect(rest.saved.at(-1)?.tensors).toEqual(whole.saved.at(-1)?.tensors);
    const spoken = (news: typeof whole.news) =>
      newsOf(news, 'batch.recorded').flatMap(({ episodes }) =>
        episodes.map(({ turns }) => turns.map((turn) => turn.utterance)),
      );
    expect([...spoken(first.news), ...spoken(rest.news)]).toEqual(spoken(whole.news));

    const other = await run(config, portsOf(await tinyModelFor('deal-or-no-deal', 3)), { resumeFrom: cut });
    expect(other.thrown).toMatchObject({ code: 'agent-model-changed', why: expect.stringContaining('beside') });
    const nobody = await run(config, null, { resumeFrom: cut });
    expect(nobody.thrown).toMatchObject({ code: 'agent-model-missing' });
  });

  test('it evaluates too, as partner of a trained side; a run without such an agent does not open it', async () => {
    const partnered = tinyConfig({
      trainedSeats: 'alternate',
      partnerAgent: 'other-model',
      partnerStrategist: 'react',
      updatesPerEvaluation: 1,
      evaluationEpisodes: 2,
      updates: 1,
    });
    const { news, thrown } = await run(partnered, portsOf(beside));
    expect(thrown).toBeNull();
    expect(newsOf(news, 'evaluation.finished')).toHaveLength(1);
    const alone = await run(tinyConfig({ updates: 1 }), portsOf(beside));
    expect(alone.saved.at(-1)?.manifest.agentModel).toBeUndefined();
  });
});
