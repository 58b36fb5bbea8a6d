import { expect, test } from 'vitest';
import { gather, leverConfig, leverStage } from '../../../tests/gathering.ts';
import { EMPTY_MEMORY } from '../../record/objectiveMemory.ts';

const AEPO = leverConfig({ preset: 'aepo', turnLimit: 2 });
/** Log-prob of the red lever where it leads by 6 in logits. */
const redAt = (temperature: number) => -Math.log(1 + Math.exp(-6 / temperature));

test.each([
  ['hotter', 0.1, 1.2],
  ['colder', 2, 0.8],
])('a fourth of the dialogues again, %s where the entropy was %d (AEPO)', async (_, entropy, temperature) => {
  const memory = { ...EMPTY_MEMORY, entropy };
  const { batch } = await gather(await leverStage([1]), { config: AEPO, memory });
  expect(batch.episodes.map(({ source }) => source)).toEqual([
    ...Array(12).fill('policy'),
    ...Array(3).fill('tempered'),
  ]);
  const logProbsOf = (source: string) =>
    batch.episodes.flatMap((episode) =>
      episode.source === source
        ? episode.turns.flatMap(({ sample, strategy }) => (strategy === 'red' ? (sample?.logProbs ?? []) : []))
        : [],
    );
  expect(logProbsOf('tempered').length).toBeGreaterThan(0);
  for (const logProb of logProbsOf('tempered')) expect(logProb).toBeCloseTo(redAt(temperature), 5);
  for (const logProb of logProbsOf('policy')) expect(logProb).toBeCloseTo(redAt(1), 5);
});

test('before anybody has measured an entropy, nothing is tempered', async () => {
  const { batch } = await gather(await leverStage(), { config: AEPO });
  expect(batch.episodes).toHaveLength(12);
});
