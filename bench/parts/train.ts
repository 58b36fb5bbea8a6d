import { monotonicMs } from '../../src/base/clock.ts';
import { takeTurns } from '../timing.ts';
import { TRAIN_ROWS, trainWorkload } from '../workload.ts';
import { openAll, type Setting } from './part.ts';

/** Tokens per second of whole updates: forward under policy and base, backward, clipping and AdamW. */
export async function measureTraining(setting: Setting): Promise<void> {
  const { config, size, recorder, say } = setting;
  say('training');
  const workload = trainWorkload(config.vocabularySize, size.contexts);
  const entrants = await openAll(setting, 'train', async ({ openTrainer }) => {
    const session = await openTrainer?.(workload);
    if (!session) return null;
    if (size.isTuned) await session.tune?.();
    return { session, firstNorm: await session.update() };
  });
  const turns = entrants.map(({ session: { session } }) => async () => {
    const startedAt = monotonicMs();
    await session.update();
    return (1000 * size.contexts * TRAIN_ROWS) / (monotonicMs() - startedAt);
  });
  const results = await takeTurns(turns, size.trainRounds);

  const ours = entrants.find(({ name }) => name === 'ours')?.session.firstNorm;
  entrants.forEach(({ prefix, name, session: { firstNorm } }, index) => {
    recorder.put(`${prefix}train.${name}`, results[index] ?? []);
    // 1 when both found a gradient of the same length in their first update.
    if (name !== 'ours' && ours) recorder.put(`agreement.train.${name}`, [firstNorm / ours]);
  });
  for (const { session } of entrants) await session.session.close();
}
