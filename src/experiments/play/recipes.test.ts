import { beforeAll, describe, expect, test } from 'vitest';
import { tinyModelFor } from '../../../tests/tinyModelFor.ts';
import { UnigramEngine } from '../../../tests/unigramEngine.ts';
import { MemoryArchive } from '../../../tests/memoryArchive.ts';
import type { LoadedCheckpoint } from '../../policy/formats/huggingFace.ts';
import type { Cost, ExperimentOrder } from '../../record/experiment.ts';
import { ExperimentResults } from '../../record/experimentReport.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import { assertStartable } from '../../training/gather/assertGatherable.ts';
import { knownOfStages, readBatches, readFailures, type Archive } from '../archive.ts';
import { changedKnobs } from '../identity.ts';
import { NOTHING_KNOWN } from '../known.ts';
import { costsOf, estimatedSeconds, partId, partsOf, partsOfAll, unitsOf } from '../parts.ts';
import { orderOf, workOf, type Recipe } from '../recipe.ts';
import { RECIPES, recipeNamed } from '../recipes/recipes.ts';
import { htmlOf } from '../report/html.ts';
import { markdownOf } from '../report/markdown.ts';
import { resultsOf } from '../results.ts';
import { runStages, type ExperimentNews } from './runExperiment.ts';

const GAMES = ['kuhn-poker', 'deal-or-no-deal'] as const;
const models = new Map<string, LoadedCheckpoint>();
beforeAll(async () => {
  for (const game of GAMES) models.set(game, await tinyModelFor(game, 1));
}, 120_000);

/** Rules in the place of agents have no strategies of their own, and poker no words for a goal: these want more. */
const NEEDS_TALK = ['collaboration', 'shoot-out'];

/** Two updates of a few games of poker, carried out by rule: an untrained table of words plays them in no time. */
const smallOrder = (recipe: Recipe) =>
  orderOf(recipe, true, {
    models: ['tiny:1'],
    environment: NEEDS_TALK.includes(recipe.name) ? 'deal-or-no-deal' : 'kuhn-poker',
    seeds: [1, 2],
    episodes: 8,
    updates: 2,
    episodesPerUpdate: 4,
    knobs: {
      ...(NEEDS_TALK.includes(recipe.name) ? { turnLimit: 2, actionTokenLimit: 3 } : { agent: 'script' }),
      strategyTokenLimit: 3,
      tokensPerMicroBatch: 512,
      firstUpdates: 1,
      kept: 2,
      rounds: 2,
      iterations: 2,
      valuedDialogues: 4,
    },
  });

async function run(
  recipe: Recipe,
  archive: Archive,
  isEnough: (news: ExperimentNews) => boolean = () => false,
  order = smallOrder(recipe),
) {
  const abort = new AbortController();
  const model = models.get(order.environment);
  if (!model) throw new Error(`no model for ${order.environment}`);
  const open = async () => ({ modelName: 'tiny:1', model, engine: new UnigramEngine(model.config) });
  const told: ExperimentNews[] = [];
  const ports = { archive, open, adapter: 'none', signal: abort.signal };
  try {
    for await (const news of runStages(recipe.stages(order), ports)) {
      told.push(news);
      if (isEnough(news)) abort.abort(new Error('enough'));
    }
  } catch (thrown) {
    if (!abort.signal.aborted) throw thrown;
  }
  const known = await knownOfStages(archive.journals, recipe.stages(order));
  return { told, results: resultsOf(recipe, order, known, await readFailures(archive.journals)) };
}

describe.each(RECIPES.map((recipe) => ({ name: recipe.name, recipe })))('$name', ({ recipe }) => {
  test('its parts are short, its trainings could be ordered, and nothing known is no trouble', () => {
    const order = orderOf(recipe, false);
    const parts = partsOfAll(workOf(recipe, order, NOTHING_KNOWN));
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(estimatedSeconds([part], []) / 60, partId(part)).toBeLessThan(20);
    for (const part of parts) if (part.kind === 'train') assertStartable(part.training.config);
    const { isComplete, report } = resultsOf(recipe, order, NOTHING_KNOWN, []);
    expect(isComplete).toBe(false);
    expect(report.at(-1)).toMatchObject({ kind: 'table', title: 'Exact order' });
  });

  test('runs to its end, says all it promises, and has nothing left to do', { timeout: 120_000 }, async () => {
    const archive = new MemoryArchive();
    const { told, results } = await run(recipe, archive);
    expect(results.failures).toEqual([]);
    expect(results.isComplete).toBe(true);
    expect(ExperimentResults.parse(JSON.parse(JSON.stringify(results)))).toEqual(results);
    expect(results.report.filter(({ kind }) => kind === 'table' || kind === 'comparisons').length).toBeGreaterThan(1);
    for (const written of [markdownOf(recipe.title, results), htmlOf(recipe.title, results)]) {
      expect(written).toContain('Exact order');
      expect(written).not.toMatch(/NaN|undefined/);
    }
    const finished = told.filter(({ kind }) => kind === 'part.finished').length;
    const lines = archive.lineCount;
    const again = await run(recipe, archive);
    expect(again.told.filter(({ kind }) => kind === 'part.finished')).toHaveLength(finished);
    expect(again.told.filter(({ kind }) => kind === 'part.progressed')).toEqual([]);
    expect(archive.lineCount).toBe(lines);
    expect(again.results).toEqual(results);
  });
});

test('broken off between and inside parts, it comes to the same bits', { timeout: 120_000 }, async () => {
  const recipe = recipeNamed('self-play-scaling');
  const whole = await run(recipe, new MemoryArchive());
  const archive = new MemoryArchive();
  let interruptions = 0;
  for (let attempt = 0; attempt < 40; attempt++) {
    let seen = 0;
    // Sometimes after a few pieces of news, so inside a part; sometimes as soon as a part is finished.
    const { results } = await run(recipe, archive, (news) =>
      attempt % 2 === 0
        ? (seen += 1) > 1 + (attempt % 3)
        : news.kind === 'part.finished' && news.seconds > 0 && (seen += 1) > 4 * attempt,
    );
    if (results.isComplete) break;
    interruptions += 1;
  }
  const { results } = await run(recipe, archive);
  expect(interruptions).toBeGreaterThan(3);
  expect(JSON.stringify(results)).toBe(JSON.stringify(whole.results));
});

describe('rounds that learn offline, with the pool opposite', { timeout: 120_000 }, () => {
  const recipe = recipeNamed('iterations');
  const orderWith = (knobs: ExperimentOrder['knobs']) => {
    const order = smallOrder(recipe);
    return { ...order, seeds: [1], knobs: { ...order.knobs, ...knobs } };
  };
  const settled = (archive: MemoryArchive, knobs: ExperimentOrder['knobs']) =>
    run(recipe, archive, () => false, orderWith(knobs));

  test('broken off while they play and while they learn, they come to the same bits', async () => {
    const partners = 'rule-player random-legal';
    const knobs = { learn: 'offline', selfPlayShare: 0.5, partners, episodesPerScenario: 1 };
    const whole = await settled(new MemoryArchive(), knobs);
    expect(whole.results).toMatchObject({ isComplete: true, failures: [] });
    const [first, second] = whole.results.trainings;
    expect(second?.playedBy).toEqual({ runId: first?.runId, updates: 6 });
    expect(second?.opponents?.members.map(({ name }) => name)).toEqual([
      'base',
      'script: rule-player',
      'script: random-legal',
    ]);

    const archive = new MemoryArchive();
    let interruptions = 0;
    for (let attempt = 0; attempt < 40; attempt++) {
      let seen = 0;
      const { results } = await run(
        recipe,
        archive,
        ({ kind }) => kind === 'part.progressed' && (seen += 1) > 1 + attempt / 2,
        orderWith(knobs),
      );
      if (results.isComplete) break;
      interruptions += 1;
    }
    const { results } = await settled(archive, knobs);
    expect(interruptions).toBeGreaterThan(3);
    expect(JSON.stringify(results)).toBe(JSON.stringify(whole.results));
    const batches = await readBatches(archive.journals, first?.runId ?? '');
    expect(batches.map(({ batch }) => batch)).toEqual([0, 1]);
    const sides = batches.flatMap(({ dialogues }) => dialogues.map(({ learnedSeats }) => learnedSeats.length));
    expect(new Set(sides)).toEqual(new Set([1, 2]));
  });

  test('every setting makes other weights: what is learned from, where it begins, who sits opposite', async () => {
    const settings = [
      { learn: 'on-policy' },
      { learn: 'on-policy', selfPlayShare: 0 },
      { learn: 'offline' },
      { learn: 'offline', selfPlayShare: 0 },
      { learn: 'offline', start: 'base' },
      { learn: 'offline', epochs: 1 },
    ];
    const lasts = [];
    for (const knobs of settings) {
      const { results } = await settled(new MemoryArchive(), knobs);
      expect(results).toMatchObject({ isComplete: true, failures: [] });
      lasts.push(results.trainings.at(-1)?.milestones.at(-1)?.sha256);
    }
    expect(new Set(lasts).size).toBe(settings.length);
  });
});

test('what could not be trained is told, and so is what needs it; the rest is done', async () => {
  const recipe = recipeNamed('ablations');
  const broken: Recipe = {
    ...recipe,
    stages: (order) =>
      recipe.stages(order).map(
        (stage) => (known) =>
          stage(known).map((work) =>
            work.kind === 'train' && work.training.config.advantage === 'group-normalised'
              ? {
                  ...work,
                  training: { ...work.training, config: { ...work.training.config, episodesPerScenario: 1 } },
                }
              : work,
          ),
      ),
  };
  const { told, results } = await run(broken, new MemoryArchive());
  expect(results.isComplete).toBe(false);
  expect(told.filter(({ kind }) => kind === 'part.failed')).toHaveLength(4); // two seeds: a training and a cell each
  expect(results.failures.map(({ why }) => why).join()).toMatch(/whose training failed/);
  expect(results.trainings.filter(({ milestones }) => milestones.length === 0)).toHaveLength(2);
}, 120_000);

test('sizes are exact: a part has as many units as it says', () => {
  const recipe = recipeNamed('controls');
  const work = workOf(recipe, orderOf(recipe, false), NOTHING_KNOWN);
  for (const one of work) {
    const units = partsOf(one).reduce((sum, part) => sum + unitsOf(part), 0);
    expect(units).toBe(one.kind === 'train' ? one.updates : one.episodes);
  }
});

test('what a recipe took is the time of its own parts, in whatever stretches they were done, and of no other recipe’s', () => {
  const partsOfRecipe = (name: string) => {
    const recipe = recipeNamed(name);
    return partsOfAll(workOf(recipe, orderOf(recipe, false, { seeds: [1], updates: 3 }), NOTHING_KNOWN));
  };
  const [own, others] = [partsOfRecipe('process-rewards'), partsOfRecipe('iterations')];
  const took = (part: string): Cost => ({ part, adapter: 'a', model: 'm', kind: 'train', units: 1, seconds: 1 });
  const [first] = own.map(partId);
  const stretches = first?.replace(/\d+-\d+$/, '0-1') ?? '';
  const costs = [...own.map(partId), stretches, ...others.map(partId)].map(took);
  expect(costsOf(own, costs).map(({ part }) => part)).toEqual([...own.map(partId), stretches]);
});

test('of an order, imitation takes the optimizer and leaves the weight of the KL penalty to the trained strategist', () => {
  const recipe = recipeNamed('controls');
  const order = orderOf(recipe, false, { seeds: [1], knobs: { klPenaltyPerNat: 0.02, schedule: 'cosine' } });
  const configs = workOf(recipe, order, NOTHING_KNOWN).flatMap((work) =>
    work.kind === 'train' ? [work.training.config] : [],
  );
  expect(configs.map(({ preset, klPenaltyPerNat, schedule }) => [preset, klPenaltyPerNat, schedule])).toEqual([
    ['default', 0.02, 'cosine'],
    ['sft', 'preset', 'cosine'],
  ]);
});

test('training with rollout values, which costs more than all else, can be left out of the comparison of turn rewards', () => {
  const recipe = recipeNamed('process-rewards');
  const rewardsOf = (knobs: ExperimentOrder['knobs']) =>
    workOf(recipe, orderOf(recipe, false, { seeds: [1], knobs }), NOTHING_KNOWN).flatMap((work) =>
      work.kind === 'train' ? [work.training.config.turnReward] : [],
    );
  expect(rewardsOf({})).toContain('rollout-value');
  expect(rewardsOf({ rolloutTraining: 'no' })).toEqual(rewardsOf({}).filter((reward) => reward !== 'rollout-value'));
});

test('a training that several recipes ask for is one run: the default objective', () => {
  const sizes = { seeds: [1], updates: 3, episodesPerUpdate: 4 };
  const defaults = ['controls', 'self-play-scaling', 'process-rewards', 'equation-5', 'ablations', 'shoot-out'].map(
    (name) => {
      const recipe = recipeNamed(name);
      const work = workOf(recipe, orderOf(recipe, false, sizes), NOTHING_KNOWN);
      const runs = work.flatMap((one) =>
        one.kind === 'train' && changedKnobsBut(SIZES, one.training.config).length === 0 ? [one.training.runId] : [],
      );
      return [...new Set(runs)];
    },
  );
  expect(defaults[0]).toHaveLength(1);
  for (const runs of defaults) expect(runs).toEqual(defaults[0]);
});

const SIZES = ['seed', 'updates', 'episodesPerUpdate', 'updatesPerCheckpoint'];
const changedKnobsBut = (names: readonly string[], config: RunConfig) =>
  Object.keys(changedKnobs(config)).filter((knob) => !names.includes(knob));
