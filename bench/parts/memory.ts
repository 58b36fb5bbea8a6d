import { decodeWorkload, trainWorkload } from '../workload.ts';
import type { Setting } from './part.ts';

/**
 * Bytes of WebGPU buffers at the highest point of a first generation at the largest batch, and of a first update. Host memory
 * and wasm's are not counted. tfjs keeps the buffers of the first for the second, which counts only what is new.
 */
export async function measureMemory({ config, main, watch, size, recorder, say }: Setting): Promise<void> {
  const { batches, promptTokens, newTokens, contexts } = size;
  const generation = decodeWorkload(config.vocabularySize, Math.max(...batches), promptTokens, Math.min(4, newTokens));
  const update = trainWorkload(config.vocabularySize, contexts);
  for (const { name, openDecoder, openTrainer } of main) {
    say(`memory of ${name}`);
    const peakOf = (key: string, work: () => Promise<void>) =>
      recorder.attempt(key, async () => {
        const before = watch.liveBytes();
        watch.forgetPeak();
        await work();
        recorder.put(key, [watch.peakBytes() - before]);
      });
    await peakOf(`peakBytes.${name}`, async () => {
      const session = await openDecoder(generation);
      await session.generate();
      await session.close();
    });
    if (!openTrainer) continue;
    await peakOf(`peakBytes.train.${name}`, async () => {
      const session = await openTrainer(update);
      await session.update();
      await session.close();
    });
  }
}
