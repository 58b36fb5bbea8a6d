import { beforeAll, describe, expect, test } from 'vitest';
import { TabularEngine, tabularModel } from '../../tests/tabularEngine.ts';
import { tinyModelFor } from '../../tests/tinyModelFor.ts';
import { newsOf, trainIn, type Circumstances } from '../../tests/tinyRun.ts';
import { environmentOf } from '../environment/registry.ts';
import type { LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import { tensorNamed } from '../policy/weights.ts';
import { OBJECTIVE_PRESETS, PRESET_NAMES, type PresetName } from '../record/objectivePreset.ts';
import { RunConfig } from '../record/runConfig.ts';
import { PRESET_OBJECTIVES } from './objective/presets/presetObjectives.ts';

const GAME = environmentOf('two-arms');
const LEVERS = GAME.bareForm?.words ?? [];
const [BETTER = ''] = LEVERS;

const configOf = (preset: PresetName, changes: Partial<RunConfig> = {}) =>
  RunConfig.parse({
    environment: 'two-arms',
    preset,
    ...OBJECTIVE_PRESETS.find(({ name }) => name === preset)?.knobs,
    agent: 'script',
    strategyTokenLimit: 1,
    episodesPerUpdate: 32,
    episodesPerScenario: 8,
    learningRate: 0.1,
    gradientClipNorm: 1000,
    updates: 8,
    updatesPerCheckpoint: 10_000,
    ...changes,
  });

const withRatio = PRESET_NAMES.filter((name) => {
  const objective = PRESET_OBJECTIVES[name];
  return objective.kind === 'policy-gradient' && objective.likelihood.kind === 'ratio';
});

/** EPO's normalisation forgets how much a dialogue earned: with 2 points as good as 8, the poor ones must be left out. */
const SPECIAL: Partial<Record<PresetName, Partial<RunConfig>>> = { epo: { minimumPoints: 5 } };

let model: LoadedCheckpoint;
beforeAll(async () => {
  model = await tinyModelFor('two-arms', 1);
});

/** Two levers, equally likely at first in every situation; `lean` makes the better one likelier from the start. */
async function play(
  config: RunConfig,
  { lean = 0, ...circumstances }: Circumstances & { readonly lean?: number } = {},
) {
  const table = tabularModel(model, LEVERS);
  const { shape, data } = tensorNamed(table.weights, 'table');
  const better = model.tokenizer.tokenId(BETTER);
  const columns = shape[1] ?? 1;
  const leaning = data.map((logit, index) => logit + (index % columns === better ? lean : 0));
  const turnStart = model.tokenizer.tokenId('<turn>') ?? -1;
  const engine = new TabularEngine(model.config, (ids) => ids.slice(ids.lastIndexOf(turnStart)).join(' '));
  const weights = new Map([['table', { shape, data: leaning }]]);
  const run = await trainIn(GAME, engine, { ...table, weights }, config, circumstances);
  return { ...run, metrics: newsOf(run.news, 'update.finished').map((news) => news.metrics) };
}

describe('through the whole trainer, the better of two levers becomes likelier', { timeout: 60_000 }, () => {
  test.each(PRESET_NAMES)('%s', async (name) => {
    // EMPO has no rewards: it strengthens what most dialogues did.
    const { metrics, thrown } = await play(configOf(name, SPECIAL[name]), { lean: name === 'empo' ? 0.7 : 0 });
    expect(thrown).toBeNull();
    const better = metrics.map(({ measures }) => measures?.['better'] ?? NaN);
    expect((better.at(-1) ?? NaN) - (better[0] ?? NaN)).toBeGreaterThan(0.08);
  });

  test.each(withRatio)('%s, with two epochs of two steps', async (name) => {
    const config = configOf(name, { epochsPerBatch: 2, stepsPerEpoch: 2, learningRate: 0.05 });
    const { metrics, thrown, saved } = await play(config, { lean: name === 'empo' ? 0.7 : 0 });
    expect(thrown).toBeNull();
    const better = metrics.map(({ measures }) => measures?.['better'] ?? NaN);
    expect((better.at(-1) ?? NaN) - (better[0] ?? NaN)).toBeGreaterThan(0.08);
    expect(saved.at(-1)?.manifest.optimizerStep).toBe(8 * 4);
    const first = metrics[0]?.objective ?? {};
    expect(first['ratio/max']).toBeGreaterThan(1.001); // there is something to correct
    expect(first['staleness/steps']).toBe(3);
    expect(metrics[0]?.ratioDeviationMax).toBeLessThan(1e-5); // but not before the first step
  });
});

describe('PPO', { timeout: 60_000 }, () => {
  const config = configOf('ppo', { epochsPerBatch: 2, stepsPerEpoch: 2, updates: 6, updatesPerCheckpoint: 1 });
  const explained = (metrics: readonly { readonly objective?: Readonly<Record<string, number>> | undefined }[]) =>
    metrics.map(({ objective }) => objective?.['critic/vf_explained_var'] ?? NaN);

  test('its value head learns what turns are worth', async () => {
    // The levers stay as likely as they are, so that there is one truth to learn.
    const still = { ...config, updates: 20, episodesPerUpdate: 96, learningRate: 1e-5, valueLearningRate: 0.01 };
    const { metrics } = await play(still);
    const variances = explained(metrics);
    expect(variances[0]).toBeCloseTo(0, 9); // it predicts 0 of everything
    // Nothing tells what the first pull will be, but what was pulled before is part of what the dialogue will have earned:
    // 0.47 of 3 times the variance of a pull, by the numbers of rounds.
    const late = variances.slice(-10).reduce((sum, value) => sum + value, 0) / 10;
    expect(late).toBeGreaterThan(0.05);
    expect(late).toBeLessThan(0.25);
    const losses = metrics.map(({ objective }) => objective?.['critic/vf_loss'] ?? NaN);
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? NaN) / 2);
  });

  test('a limit on the KL of a batch takes fewer steps than were allowed', async () => {
    const { metrics, saved } = await play({ ...config, epochsPerBatch: 8, sampleKlLimit: 2e-3 });
    const steps = metrics.map(({ objective }) => objective?.['update/optimizer_steps'] ?? NaN);
    expect(Math.min(...steps)).toBeLessThan(16);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(1);
    expect(saved.at(-1)?.manifest.optimizerStep).toBe(steps.reduce((sum, count) => sum + count, 0));
  });
});
