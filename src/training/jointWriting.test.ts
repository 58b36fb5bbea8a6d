import { expect, test } from 'vitest';
import { ScriptedDecoder, silentSpeaker } from '../../tests/scriptedDecoder.ts';
import { drawKey } from '../base/random.ts';
import { drawn, type Job } from '../policy/generate.ts';
import { JointWriting } from './jointWriting.ts';

const STOP = 5;
const { signal } = new AbortController();

/** Writes `length` tokens after `prompt`. */
const job = (prompt: number, length: number): Job<readonly number[]> => ({
  slotCount: 1,
  *start(desk) {
    const context = desk.open(silentSpeaker());
    context.append([prompt]);
    const key = drawKey(1, prompt);
    const { tokenIds } = yield* drawn({ context, stopToken: STOP, tokenLimit: length, temperature: 1, key });
    return tokenIds;
  },
});
const echo = () => new ScriptedDecoder(2, (_slot, _nth, { tokenId }) => tokenId);

test('who comes while others are written joins them, and who finds no slot waits for one', async () => {
  const decoder = echo();
  const writing = new JointWriting(decoder);
  const early = writing.write(job(10, 4), signal);
  while (decoder.steps.length < 2) await Promise.resolve();
  const late = [writing.write(job(20, 2), signal), writing.write(job(30, 1), signal)];
  expect(await early).toEqual([10, 10, 10, 10]);
  expect(await Promise.all(late)).toEqual([[20, 20], [30]]);
  const fed = decoder.steps.map((rows) => rows.map(({ tokenId }) => tokenId));
  expect(fed).toEqual([[10], [10], [10, 20], [10, 20], [30]]);
});

test('after a batch the next is written; it does not matter how long ago that was', async () => {
  const writing = new JointWriting(echo());
  expect(await writing.write(job(10, 1), signal)).toEqual([10]);
  expect(await writing.write(job(20, 1), signal)).toEqual([20]);
  await new Promise((resolve) => setTimeout(resolve, 1));
  expect(await writing.write(job(30, 1), signal)).toEqual([30]);
});

test('who leaves takes the batch along; whoever comes afterwards is served', async () => {
  const decoder = echo();
  const writing = new JointWriting(decoder);
  const abort = new AbortController();
  const both = [writing.write(job(10, 50), signal), writing.write(job(20, 50), abort.signal)];
  const ended = Promise.allSettled(both);
  while (decoder.steps.length < 2) await Promise.resolve();
  abort.abort(new Error('enough'));
  for (const result of await ended) expect(result).toMatchObject({ status: 'rejected', reason: new Error('enough') });
  expect(decoder.steps.length).toBeLessThan(10);
  expect(await writing.write(job(30, 1), signal)).toEqual([30]);
  await expect(writing.write(job(40, 1), AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
});

test('what the decoder throws reaches everybody who waits', async () => {
  const writing = new JointWriting(
    new ScriptedDecoder(2, () => {
      throw new Error('the device is gone');
    }),
  );
  const both = await Promise.allSettled([writing.write(job(10, 1), signal), writing.write(job(20, 1), signal)]);
  for (const result of both)
    expect(result).toMatchObject({ status: 'rejected', reason: new Error('the device is gone') });
});
