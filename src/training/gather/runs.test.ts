import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { leverConfig, savableLeverStage } from '../../../tests/gathering.ts';
import { newsOf, trainIn, type Circumstances, type TinyRun } from '../../../tests/tinyRun.ts';
import { environmentOf } from '../../environment/registry.ts';
import { Episode } from '../../record/episode.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import { RunEvent } from '../../record/runEvent.ts';

const environment = environmentOf('two-arms');
const trained = async (config: RunConfig, circumstances: Circumstances = {}): Promise<TinyRun> => {
  const { model, engine } = await savableLeverStage();
  return trainIn(environment, engine, model, config, circumstances);
};
const contentsOf = (run: TinyRun) =>
  run.saved.map(({ manifest, tensors }) => ({
    tensors: createHash('sha256').update(tensors).digest('hex'),
    memory: manifest.objectiveMemory,
    updatesDone: manifest.updatesDone,
  }));
const sourcesOf = (run: TinyRun) =>
  newsOf(run.news, 'batch.recorded').map(({ episodes }) => episodes.map(({ source = 'policy' }) => source));
const count = (sources: readonly string[] | undefined, wanted: string) =>
  sources?.filter((source) => source === wanted).length;

/** What the second of three updates plays. */
const EXPECTED = {
  arpo: { policy: 12 },
  polychromic: { policy: 12 },
  xrpo: { policy: 12 },
  icpo: { policy: 10, guided: 2 },
  hpt: { policy: 12, demonstration: 3 },
  sft: { policy: 12, demonstration: 3 },
  aepo: { policy: 12, tempered: 3 },
  igpo: { policy: 12 },
  'critique-grpo': { policy: 9 },
} as const;
const PRESETS = Object.keys(EXPECTED) as (keyof typeof EXPECTED)[]; // keys of the literal above

describe.each(PRESETS)('%s', (preset) => {
  const config = leverConfig({ preset, turnLimit: 6, updates: 3, learningRate: 0.02, curriculum: 'learnable' });

  test('trains: dialogues of the kinds that it wants, real gradients, news that can be sent and stored', async () => {
    const run = await trained(config);
    expect(run.thrown).toBeNull();
    for (const [source, wanted] of Object.entries(EXPECTED[preset])) {
      expect(count(sourcesOf(run)[1], source), source).toBe(wanted);
    }
    for (const { metrics } of newsOf(run.news, 'update.finished')) {
      expect(metrics.gradientNorm).toBeGreaterThan(0);
      expect(metrics.ratioDeviationMax).toBeLessThan(1e-5); // of what the policy sampled as it is trained
      expect(metrics.objective?.['ratio/max']).toBeCloseTo(1, 5);
    }
    for (const item of run.news) if (item.kind !== 'batch.recorded') RunEvent.parse(structuredClone(item));
    for (const { episodes, traces } of newsOf(run.news, 'batch.recorded')) {
      for (const episode of episodes) expect(Episode.parse(JSON.parse(JSON.stringify(episode)))).toEqual(episode);
      // A trace says of every trained token which own turn it belongs to.
      for (const { episodeId, seat, ownTurnIndex, sampledMask, tokenIds } of traces) {
        const episode = episodes.find((candidate) => candidate.episodeId === episodeId);
        const own = episode?.turns.filter((turn) => turn.seat === seat) ?? [];
        expect(tokenIds).toHaveLength(sampledMask.length);
        ownTurnIndex.forEach((turn, at) => {
          expect(sampledMask[at] === 1).toBe(turn >= 0);
          if (turn >= 0) expect(own[turn]).toBeDefined();
        });
      }
    }
  });

  test('resumed after the first update it plays and learns what it would have', async () => {
    const whole = await trained(config);
    const [resumeFrom] = whole.saved;
    if (!resumeFrom) throw new Error('every update is saved');
    const rest = await trained(config, { resumeFrom });
    expect(contentsOf(rest)).toEqual(contentsOf(whole).slice(1));
    const episodesOf = (run: TinyRun) => newsOf(run.news, 'batch.recorded').map(({ episodes }) => episodes);
    expect(episodesOf(rest)).toEqual(episodesOf(whole).slice(1));
  });
});
