import { describe, expect, test } from 'vitest';
import { reciting, ScriptedDecoder } from '../../tests/scriptedDecoder.ts';
import { RandomStream } from '../base/random.ts';
import type { Decoder } from './engine.ts';
import { Context, runWriters, type Sample, type SampleRequest, type StepReport, type Writer } from './generate.ts';

const STOP = 5;
const never = new AbortController().signal;

const request = (context: Context, changes: Partial<SampleRequest> = {}): SampleRequest => ({
  context,
  stopToken: STOP,
  tokenLimit: 8,
  temperature: 1,
  random: new RandomStream(1, 'test', context.slot),
  ...changes,
});

/** Says everything in `prompts` in turn, each followed by a sample. */
function* converse(context: Context, prompts: readonly (readonly number[])[], tokenLimit = 8): Writer<Sample[]> {
  const samples: Sample[] = [];
  for (const prompt of prompts) {
    context.append(prompt);
    samples.push(yield request(context, { tokenLimit }));
  }
  return samples;
}

async function run<Outcome>(writers: readonly Writer<Outcome>[], signal = never) {
  const reports: StepReport<Outcome>[] = [];
  for await (const report of runWriters(writers, signal)) reports.push(report);
  const outcomes: Outcome[] = [];
  for (const { index, outcome } of reports.flatMap(({ finished }) => finished)) outcomes[index] = outcome;
  return { reports, outcomes };
}

describe('a context only grows', () => {
  test('every token is fed once, at its place; what is drawn last is not fed until something follows it', async () => {
    const decoder = new ScriptedDecoder(1, reciting([7, 8, STOP, 9, STOP]));
    const context = new Context(decoder, 0);
    await run([converse(context, [[1, 2], [3]])]);
    expect(context.tokenIds).toEqual([1, 2, 7, 8, STOP, 3, 9, STOP]);
    expect(decoder.rowsOf(0).map(({ position, tokenId }) => [position, tokenId])).toEqual([
      [0, 1],
      [1, 2],
      [2, 7],
      [3, 8],
      [4, STOP],
      [5, 3],
      [6, 9],
    ]);
  });

  test('one token per step is drawn: at the end of what is new', async () => {
    const decoder = new ScriptedDecoder(1, reciting([7, STOP]));
    await run([converse(new Context(decoder, 0), [[1, 2, 3]])]);
    expect(decoder.steps.map((rows) => rows.map(({ draw }) => draw !== undefined))).toEqual([
      [false, false, true],
      [true],
    ]);
  });

  test('nothing can follow a context without a token', async () => {
    const decoder = new ScriptedDecoder(1, reciting([STOP]));
    await expect(run([converse(new Context(decoder, 0), [[]])])).rejects.toThrow(/must hold a token/);
  });
});

describe('the end of a sample', () => {
  const sampleOf = async (tokenLimit: number) => {
    const context = new Context(new ScriptedDecoder(1, reciting([7, 8, STOP])), 0);
    const { outcomes } = await run([converse(context, [[1]], tokenLimit)]);
    return { sample: outcomes[0]?.[0], context: context.tokenIds };
  };

  test('is the stop token, which counts as sampled', async () => {
    const { sample, context } = await sampleOf(8);
    expect(sample).toEqual({
      tokenIds: [7, 8, STOP],
      logProbs: [-1, -1.01, -1.02],
      entropies: [0, 0.01, 0.02],
      isComplete: true,
    });
    expect(context).toEqual([1, 7, 8, STOP]);
  });

  test('is not invented where the limit cuts', async () => {
    const { sample, context } = await sampleOf(2);
    expect(sample).toMatchObject({ tokenIds: [7, 8], isComplete: false });
    expect(context).toEqual([1, 7, 8]);
  });

  test('is complete when the stop token is the last that the limit allows', async () => {
    expect((await sampleOf(3)).sample).toMatchObject({ tokenIds: [7, 8, STOP], isComplete: true });
  });
});

describe('many writers', () => {
  test('share each step of a decoder, and leave when they are done', async () => {
    const decoder = new ScriptedDecoder(3, reciting([STOP], [7, STOP], [7, 8, STOP]));
    const { reports } = await run([0, 1, 2].map((slot) => converse(new Context(decoder, slot), [[1, 2]])));
    expect(decoder.steps.map((rows) => rows.length)).toEqual([6, 2, 1]);
    expect(reports.map(({ tokensFed, tokensDrawn }) => [tokensFed, tokensDrawn])).toEqual([
      [0, 0],
      [6, 3],
      [2, 2],
      [1, 1],
    ]);
    expect(reports.map(({ finished }) => finished.map(({ index }) => index))).toEqual([[], [0], [1], [2]]);
  });

  test('on several decoders take one step of each at the same time', async () => {
    // Neither step ends before both have begun: one after the other would wait for ever.
    const begun: (() => void)[] = [];
    const both = (inner: ScriptedDecoder): Decoder => ({
      slotCount: 1,
      step: async (rows) => {
        await new Promise<void>((resolve) => {
          begun.push(resolve);
          if (begun.length === 2) for (const begin of begun.splice(0)) begin();
        });
        return inner.step(rows);
      },
      [Symbol.dispose]: () => undefined,
    });
    const decoders = [7, 8].map((token) => new ScriptedDecoder(1, reciting([token, STOP])));
    const { outcomes } = await run(decoders.map((decoder) => converse(new Context(both(decoder), 0), [[1]])));
    expect(outcomes.map(([sample]) => sample?.tokenIds)).toEqual([
      [7, STOP],
      [8, STOP],
    ]);
    expect(decoders.map(({ steps }) => steps.length)).toEqual([2, 2]);
  });

  test('get the same text alone, together and in any order', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    function* write(name: string, context: Context): Writer<readonly [string, readonly number[]]> {
      context.append([10 + names.indexOf(name)]);
      const sample = yield request(context, { random: new RandomStream(1, name) });
      context.append([2]);
      const more = yield request(context, { random: new RandomStream(2, name) });
      return [name, [...sample.tokenIds, ...more.tokenIds]];
    }
    const written = async (order: readonly string[]) => {
      // What is drawn depends on the token before it and on the writer's own random numbers.
      const decoder = new ScriptedDecoder(
        order.length,
        (_slot, _nth, { tokenId, draw }) => (tokenId + Math.floor((draw?.uniform ?? 0) * 97)) % 11,
      );
      const { outcomes } = await run(order.map((name, slot) => write(name, new Context(decoder, slot))));
      return Object.fromEntries(outcomes);
    };
    const together = await written(names);
    expect(new Set(Object.values(together).map(String)).size).toBe(5);
    expect(await written(names.toReversed())).toEqual(together);
    for (const name of names) expect((await written([name]))[name]).toEqual(together[name]);
  });

  test('that want no text end before the first step', async () => {
    const silent = (function* (): Writer<string> {
      return 'nothing to say';
    })();
    const { reports } = await run([silent]);
    expect(reports).toEqual([{ tokensFed: 0, tokensDrawn: 0, finished: [{ index: 0, outcome: 'nothing to say' }] }]);
  });
});

test('an abort is heard between two steps, with its reason', async () => {
  const controller = new AbortController();
  const decoder = new ScriptedDecoder(1, (_slot, nth) => {
    if (nth === 1) controller.abort(new Error('enough'));
    return 7;
  });
  const context = new Context(decoder, 0);
  await expect(run([converse(context, [[1]])], controller.signal)).rejects.toThrow('enough');
  expect(decoder.steps).toHaveLength(2);
  expect(context.tokenIds).toEqual([1, 7, 7]); // the step under way was finished
});

test('whoever listens hears the ids so far after each token', async () => {
  const heard: number[][] = [];
  const context = new Context(new ScriptedDecoder(1, reciting([7, 8, STOP])), 0);
  function* write(): Writer<void> {
    context.append([1]);
    yield request(context, { onToken: (tokenIds) => heard.push([...tokenIds]) });
  }
  await run([write()]);
  expect(heard).toEqual([[7], [7, 8], [7, 8, STOP]]);
});

test('the decoder gets the uniform number and temperature of the request', async () => {
  const decoder = new ScriptedDecoder(1, reciting([7, STOP]));
  const context = new Context(decoder, 0);
  function* write(): Writer<void> {
    context.append([1]);
    yield request(context, { random: new RandomStream(4, 'draws'), temperature: 0.7 });
  }
  await run([write()]);
  const expected = new RandomStream(4, 'draws');
  expect(decoder.rowsOf(0).map(({ draw }) => draw)).toEqual([
    { uniform: expected.uniform(), temperature: 0.7 },
    { uniform: expected.uniform(), temperature: 0.7 },
  ]);
});

test('a decoder that forgets a draw is found out', async () => {
  const forgetful: Decoder = { slotCount: 1, step: async () => [], [Symbol.dispose]: () => undefined };
  await expect(run([converse(new Context(forgetful, 0), [[1]])])).rejects.toThrow(/fewer tokens than were asked for/);
});
