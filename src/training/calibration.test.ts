import { expect, test } from 'vitest';
import { TabularEngine, tabularModel } from '../../tests/tabularEngine.ts';
import { tinyModelFor } from '../../tests/tinyModelFor.ts';
import { newsOf, trainIn } from '../../tests/tinyRun.ts';
import { environmentOf } from '../environment/registry.ts';
import type { EnvironmentName } from '../record/environmentName.ts';
import type { UpdateMetrics } from '../record/metrics.ts';
import { RunConfig } from '../record/runConfig.ts';

const PATIENCE_MS = 60_000;

/** Trains a table of logits in the bare form, by the default objective; returns what every update reports. */
async function trainTable(environment: EnvironmentName, changes: Partial<RunConfig>): Promise<UpdateMetrics[]> {
  const game = environmentOf(environment);
  const model = tabularModel(await tinyModelFor(environment, 1), game.bareForm?.words ?? []);
  const turnStart = model.tokenizer.tokenId('<turn>') ?? -1;
  // In the number game one row for all: the middle is right whatever the numbers are. Elsewhere the board decides.
  const engine = new TabularEngine(model.config, (ids) =>
    environment === 'guess-the-number' ? 'always' : ids.slice(ids.lastIndexOf(turnStart)).join(' '),
  );
  const config = RunConfig.parse({
    environment,
    agent: 'script',
    strategyTokenLimit: 1,
    learningRate: 0.05,
    gradientClipNorm: 1000,
    updatesPerCheckpoint: 10_000,
    ...changes,
  });
  const { news, thrown } = await trainIn(game, engine, model, config);
  expect(thrown).toBeNull();
  return newsOf(news, 'update.finished').map(({ metrics }) => metrics);
}

test(
  'two arms: both seats learn to pull the better one',
  async () => {
    const curve = await trainTable('two-arms', { updates: 40, episodesPerUpdate: 64, episodesPerScenario: 8 });
    const better = curve.map(({ measures }) => measures?.['better'] ?? NaN);
    expect(better[0]).toBe(0.5);
    expect(better.at(-1)).toBeGreaterThan(0.85);
    expect(curve.at(-1)?.pointsSeat0).toBeGreaterThan(7);
    expect(curve.at(-1)?.pointsSeat1).toBeGreaterThan(7);
  },
  PATIENCE_MS,
);

test(
  'guess the number: the middle is found to be the best guess; the world earns nothing and is not trained',
  async () => {
    const curve = await trainTable('guess-the-number', { updates: 50, episodesPerUpdate: 32, episodesPerScenario: 4 });
    const middle = curve.map(({ measures }) => measures?.['middle'] ?? NaN);
    expect(middle[0]).toBeCloseTo(0.2, 6);
    expect(middle.at(-1)).toBeGreaterThan(0.35);
    const points = curve.map(({ pointsTrained }) => pointsTrained);
    expect(meanOf(points.slice(-10))).toBeGreaterThan(meanOf(points.slice(0, 10)) + 1);
    expect(curve.every(({ pointsSeat1 }) => pointsSeat1 === 0)).toBe(true);
  },
  PATIENCE_MS,
);

test(
  'Kuhn poker: self-play goes from 11/24 towards an equilibrium',
  async () => {
    const curve = await trainTable('kuhn-poker', { updates: 50, episodesPerUpdate: 96, episodesPerScenario: 8 });
    const exploitability = curve.map(({ measures }) => measures?.['exploitability'] ?? NaN);
    expect(exploitability[0]).toBeCloseTo(11 / 24, 6);
    expect(Math.min(...exploitability)).toBeLessThan(0.2);
    expect(curve.every(({ pointsTrained }) => Math.abs(pointsTrained - 5) < 1e-9)).toBe(true); // what one wins the other loses
  },
  PATIENCE_MS,
);

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
