import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { loadTinyModel, newsOf, tinyConfig, trainTiny, type TinyRun } from '../../tests/tinyRun.ts';
import { UnigramEngine } from '../../tests/unigramEngine.ts';
import { changesKnownTo } from '../../workers/runRecords.ts';
import type { LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import { withKnobChange, type KnobChange, type LiveKnobs } from '../record/knobChange.ts';

let model: LoadedCheckpoint;
beforeAll(async () => {
  model = await loadTinyModel();
});

const CONFIG = tinyConfig({ agent: 'script', updates: 5, updatesPerCheckpoint: 1, evaluationEpisodes: 2 });
/** Turned after update 1 and, three at once, after update 3. */
const ORDERS: Readonly<Record<number, LiveKnobs>> = {
  1: { learningRate: 0.03, updatesPerEvaluation: 2 },
  3: { klPenaltyPerNat: 0.5, strategistTemperature: 0.7, updatesPerCheckpoint: 2 },
};

const train = (circumstances: Parameters<typeof trainTiny>[3]) =>
  trainTiny(new UnigramEngine(model.config), model, CONFIG, circumstances);

/** A person turns knobs while the run goes on; the order comes in mid-update and is obeyed at its end. */
function trainTurning(): Promise<TinyRun> {
  return train({
    onNews: (news, control) => {
      const knobs = news.kind === 'episodes.scored' ? ORDERS[news.updateIndex + 1] : undefined;
      if (knobs) control.give({ kind: 'turn', knobs });
    },
  });
}

const historyOf = ({ news }: TinyRun): KnobChange[] =>
  newsOf(news, 'knobs.turned').reduce<KnobChange[]>(
    (history, { updatesDone, knobs }) => withKnobChange(history, { updatesDone, knobs }),
    [],
  );
const numbersOf = ({ news }: TinyRun) =>
  newsOf(news, 'update.finished').map(({ updateIndex, metrics }) => {
    const { entropy, klToBase, learningRate, loss, gradientNorm, pointsTrained } = metrics;
    return { updateIndex, entropy, klToBase, learningRate, loss, gradientNorm, pointsTrained };
  });
const weightsOf = ({ saved }: TinyRun) =>
  createHash('sha256')
    .update(saved.at(-1)?.tensors ?? '')
    .digest('hex');
const evaluatedIn = ({ news }: TinyRun) => newsOf(news, 'evaluation.finished').map(({ updatesDone }) => updatesDone);

test('knobs hold from the next update on: rates, weights and cadences', async () => {
  const turned = await trainTurning();
  expect(turned.thrown).toBeNull();
  expect(historyOf(turned)).toEqual([
    { updatesDone: 1, knobs: ORDERS[1] },
    { updatesDone: 3, knobs: ORDERS[3] },
  ]);
  expect(numbersOf(turned).map(({ learningRate }) => learningRate)).toEqual([0.01, 0.03, 0.03, 0.03, 0.03]);
  expect(evaluatedIn(turned)).toEqual([2, 4, 5]);
  expect(turned.saved.map(({ manifest }) => manifest.updatesDone)).toEqual([1, 2, 3, 4, 5]);
  const untouched = await train({});
  expect(numbersOf(turned).slice(0, 1)).toEqual(numbersOf(untouched).slice(0, 1));
  expect(weightsOf(turned)).not.toBe(weightsOf(untouched));
});

test('a run that goes on from any checkpoint turns them again, bit for bit', async () => {
  const turned = await trainTurning();
  const changes = historyOf(turned);
  for (const resumeFrom of turned.saved) {
    const { updatesDone } = resumeFrom.manifest;
    const resumed = await train({ resumeFrom, changes });
    expect(resumed.thrown).toBeNull();
    expect(numbersOf(resumed), `from ${updatesDone}`).toEqual(numbersOf(turned).slice(updatesDone));
    expect(evaluatedIn(resumed)).toEqual(evaluatedIn(turned).filter((done) => done > updatesDone));
    if (updatesDone < CONFIG.updates) expect(weightsOf(resumed)).toBe(weightsOf(turned));
  }
  const again = await train({ changes });
  expect(weightsOf(again)).toBe(weightsOf(turned));
});

test('going back to a checkpoint forgets what was turned after it, and keeps what it was saved with', async () => {
  const turned = await train({
    onNews: (news, control) => {
      if (news.kind !== 'update.finished' || news.updateIndex !== 1) return;
      control.give({ kind: 'turn', knobs: { learningRate: 0.02 } });
      control.give({ kind: 'save', label: 'by hand' });
      control.give({ kind: 'turn', knobs: { learningRate: 0.04 } });
    },
  });
  const changes = historyOf(turned);
  expect(changes).toEqual([{ updatesDone: 2, knobs: { learningRate: 0.04 } }]);
  const known = turned.saved.map(({ manifest }) => [
    manifest.label,
    changesKnownTo(manifest, { config: CONFIG, changes }).map(({ knobs }) => knobs.learningRate),
  ]);
  expect(known).toEqual([
    ['update 1', []],
    ['update 2', []],
    ['by hand', [0.02]],
    ['update 3', [0.04]],
    ['update 4', [0.04]],
    ['update 5', [0.04]],
  ]);
});
