import type { DecodeSession, Generation } from '../contestant.ts';
import type { GpuWatch } from '../gpuWatch.ts';
import { PREFILL_BATCH } from '../size.ts';
import { takeTurns } from '../timing.ts';
import { decodeWorkload } from '../workload.ts';
import { openAll, type Setting } from './part.ts';

/** Tokens per second after the first of each sequence; at one batch also the prompts', and the host's share of a step. */
export async function measureDecoding(setting: Setting, batch: number): Promise<void> {
  const { config, watch, size, recorder, say } = setting;
  const { promptTokens, newTokens, isTuned, decodeRounds } = size;
  say(`decoding, batch ${batch}`);
  const workload = decodeWorkload(config.vocabularySize, batch, promptTokens, newTokens);
  const entrants = await openAll(setting, `decode.b${batch}`, async ({ openDecoder }) => {
    const session = await openDecoder(workload);
    await session.generate();
    if (isTuned && session.tune) {
      await session.tune();
      await session.generate();
    }
    return session;
  });
  const turns = entrants.map(
    ({ session }) =>
      () =>
        timedGeneration(session, watch),
  );
  const results = await takeTurns(turns, decodeRounds);

  const reference = results[entrants.findIndex(({ name }) => name === 'ours')]?.[0];
  entrants.forEach(({ prefix, name }, index) => {
    const runs = results[index] ?? [];
    const put = (figure: string, of: (run: TimedGeneration) => number) =>
      recorder.put(`${prefix}${figure}.${name}`, runs.map(of));
    put(`decode.b${batch}`, ({ restMs }) => (1000 * batch * (newTokens - 1)) / restMs);
    if (batch === PREFILL_BATCH) {
      put('prefill', ({ firstMs }) => (1000 * batch * promptTokens) / firstMs);
      put('hostMsPerStep', ({ hostMs }) => hostMs / newTokens);
    }
    const [first] = runs;
    if (name === 'ours' || !first || !reference) return;
    recorder.put(`agreement.decode.b${batch}.${name}`, [agreement(reference.tokenIds, first.tokenIds)]);
  });
  for (const { session } of entrants) await session.close();
}

interface TimedGeneration extends Generation {
  /** Time in which nobody waited for the device. */
  readonly hostMs: number;
}

async function timedGeneration(session: DecodeSession, watch: GpuWatch): Promise<TimedGeneration> {
  const waitedBefore = watch.waitedMs();
  const generation = await session.generate();
  const { firstMs, restMs } = generation;
  return { ...generation, hostMs: firstMs + restMs - (watch.waitedMs() - waitedBefore) };
}

/**
 * Share of tokens before a sequence's first difference, over all sequences. Not always 1 between sound contestants: where two
 * tokens are almost equally likely, rounding decides, and all that follows differs.
 */
export function agreement(reference: Generation['tokenIds'], other: Generation['tokenIds']): number {
  let same = 0;
  let total = 0;
  reference.forEach((tokens, sequence) => {
    const difference = tokens.findIndex((token, index) => other[sequence]?.[index] !== token);
    same += difference < 0 ? tokens.length : difference;
    total += tokens.length;
  });
  return same / total;
}
