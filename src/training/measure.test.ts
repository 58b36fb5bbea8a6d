import { describe, expect, test } from 'vitest';
import { RecordingLearner, writtenExample } from '../../tests/trainingExamples.ts';
import type { Learner, TrainingSequence } from '../policy/engine.ts';
import { EMPTY_MEMORY, type ObjectiveMemory } from '../record/objectiveMemory.ts';
import { PRESET_NAMES } from '../record/objectivePreset.ts';
import { measureBatch, wantsMeasuring, type Measurement } from './measure.ts';
import { needsOf } from './objective/needs.ts';
import type { Objective } from './objective/parts.ts';
import { copg } from './objective/presets/copg.ts';
import { dcpo } from './objective/presets/dcpo.ts';
import { grpo } from './objective/presets/grpo.ts';
import { ppo } from './objective/presets/ppo.ts';
import { PRESET_OBJECTIVES } from './objective/presets/presetObjectives.ts';
import { rloo } from './objective/presets/rloo.ts';
import { zeroValueHead } from './valueHead.ts';

const EXAMPLES = [2, 3, 4].map((tokens) => ({ ...writtenExample([[tokens, 1]]), hiddenIndices: Int32Array.of(1) }));
const never = new AbortController().signal;
const CONFIG = { strategistTemperature: 0.8 };

async function measure(
  objective: Objective,
  learner: Pick<Learner, 'forward' | 'tokenLimit'>,
  known: Partial<{ memory: ObjectiveMemory }> & { valueHead?: ReturnType<typeof zeroValueHead> } = {},
): Promise<readonly Measurement[] | null> {
  const { memory = EMPTY_MEMORY, valueHead = null } = known;
  const passing = measureBatch(CONFIG, objective, learner, EXAMPLES, { valueHead, memory }, never);
  let step = await passing.next();
  while (!step.done) step = await passing.next();
  return step.value;
}

/** Says the temperature it was asked at as every log-prob. */
function thermometer(tokenLimit: number): { learner: RecordingLearner; temperatures: number[] } {
  const learner = new RecordingLearner(tokenLimit);
  const temperatures: number[] = [];
  const { forward } = learner;
  learner.forward = async (sequences: readonly TrainingSequence[], temperature: number) => {
    temperatures.push(temperature);
    const stats = await forward(sequences, temperature);
    return { ...stats, logProbs: stats.logProbs.fill(temperature) };
  };
  return { learner, temperatures };
}

describe('measuring before planning', () => {
  test('costs nothing where the objective does without', async () => {
    const learner = new RecordingLearner(100);
    expect(await measure(grpo, learner)).toBeNull();
    expect(learner.passes).toEqual([]);
    expect(wantsMeasuring(PRESET_OBJECTIVES.default)).toBe(false);
  });

  test('happens for every preset that could not be planned else', () => {
    const early = ['base-log-probs-at-sampling', 'tempered-log-probs', 'values'] as const;
    const measured = PRESET_NAMES.filter((name) => wantsMeasuring(PRESET_OBJECTIVES[name]));
    expect(measured).toEqual(['reinforce-plus-plus', 'rloo', 'ppo', 'copg', 't-ppo', 'dcpo']);
    for (const name of PRESET_NAMES) {
      const needs = needsOf(PRESET_OBJECTIVES[name]);
      if (early.some((need) => needs.has(need))) expect(measured).toContain(name);
    }
  });

  test.each([100, 8])(
    'gives every example its own numbers, in micro-batches of at most %d tokens',
    async (tokenLimit) => {
      const learner = new RecordingLearner(tokenLimit);
      const measured = (await measure(rloo, learner)) ?? [];
      expect(measured.map(({ stats }) => [...stats.baseLogProbs])).toEqual(EXAMPLES.map(({ scoredIndices }) => [...scoredIndices].map(() => -1.5))); // prettier-ignore
      expect(measured.map(({ values, temperedLogProbs }) => [values, temperedLogProbs])).toEqual(EXAMPLES.map(() => [null, null])); // prettier-ignore
      expect(learner.passes.every(({ coefficients }) => coefficients === null)).toBe(true); // nothing is differentiated
      expect((await measure(copg, learner))?.length).toBe(3);
    },
  );

  test('asks the value head about the state before each turn', async () => {
    const head = zeroValueHead(2);
    head.parameters.get('weight')?.data.set([2, 3]);
    const measured = await measure(ppo, new RecordingLearner(8), { valueHead: head });
    expect(measured?.map(({ values }) => values)).toEqual([[5], [5], [5]]); // the recorded states are ones
  });

  test('passes the batch at a second temperature: hot while entropy was below the target, else cold', async () => {
    const { rule } = dcpo.regularisers.find((regulariser) => regulariser.kind === 'tempered-reinforce') ?? {};
    if (!rule) throw new Error('DCPO has a tempered term');
    const temperatureFor = async (entropy: number | null) => {
      const { learner, temperatures } = thermometer(100);
      const measured = await measure(dcpo, learner, { memory: { ...EMPTY_MEMORY, entropy } });
      expect(temperatures).toHaveLength(2);
      expect(temperatures[0]).toBe(0.8);
      expect(measured?.[1]?.stats.logProbs[0]).toBeCloseTo(0.8);
      return measured?.[1]?.temperedLogProbs?.[0];
    };
    expect(await temperatureFor(rule.targetEntropy - 0.1)).toBeCloseTo(rule.below);
    expect(await temperatureFor(rule.targetEntropy + 0.1)).toBeCloseTo(rule.above);
    expect(await temperatureFor(null)).toBeCloseTo(0.8); // nothing is known yet: the run's own
  });

  test('stops between micro-batches when it is asked to', async () => {
    const controller = new AbortController();
    const learner = new RecordingLearner(8, () => controller.abort(new Error('stop')));
    const known = { valueHead: null, memory: EMPTY_MEMORY };
    const passing = measureBatch(CONFIG, rloo, learner, EXAMPLES, known, controller.signal);
    await passing.next();
    await expect(passing.next()).rejects.toThrow('stop');
    expect(learner.passes).toHaveLength(1);
  });
});
