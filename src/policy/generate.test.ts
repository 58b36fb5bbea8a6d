import { describe, expect, test } from 'vitest';
import { reciting, ScriptedDecoder, silentSpeaker } from '../../tests/scriptedDecoder.ts';
import { drawKey } from '../base/random.ts';
import type { Decoder, DrawKey } from './engine.ts';
import { asked, drawn, runWriters, type Context, type Desk, type Job, type Sample, type SampleRequest, type StepReport, type Writer } from './generate.ts'; // prettier-ignore

const STOP = 5;
const never = new AbortController().signal;
const speaker = silentSpeaker();

const request = (context: Context, changes: Partial<SampleRequest> = {}): SampleRequest => ({
  context,
  stopToken: STOP,
  tokenLimit: 8,
  temperature: 1,
  key: drawKey(1, 'test'),
  ...changes,
});

/** A job with one context. */
const writing = <Outcome>(write: (context: Context) => Writer<Outcome>): Job<Outcome> => ({
  slotCount: 1,
  start: (desk) => write(desk.open(speaker)),
});

/** Says everything in `prompts` in turn, each followed by a sample; ends with its context. */
const converse = (prompts: readonly (readonly number[])[], tokenLimit = 8) =>
  writing(function* (context): Writer<{ samples: Sample[]; context: Context }> {
    const samples: Sample[] = [];
    for (const prompt of prompts) {
      context.append(prompt);
      samples.push(yield* drawn(request(context, { tokenLimit })));
    }
    return { samples, context };
  });

async function run<Outcome>(decoder: Decoder, jobs: readonly Job<Outcome>[], signal = never) {
  const reports: StepReport<Outcome>[] = [];
  for await (const report of runWriters(decoder, jobs, signal)) reports.push(report);
  const outcomes: Outcome[] = [];
  for (const { index, outcome } of reports.flatMap(({ finished }) => finished)) outcomes[index] = outcome;
  return { reports, outcomes };
}

describe('a context only grows', () => {
  test('every token is fed once, at its place; what is drawn last is not fed until something follows it', async () => {
    const decoder = new ScriptedDecoder(1, reciting([7, 8, STOP, 9, STOP]));
    const { outcomes } = await run(decoder, [converse([[1, 2], [3]])]);
    expect(outcomes[0]?.context.tokenIds).toEqual([1, 2, 7, 8, STOP, 3, 9, STOP]);
    expect(decoder.rowsOf(0).map(({ position, tokenId }) => [position, tokenId])).toEqual([
      [0, 1],
      [1, 2],
      [2, 7],
      [3, 8],
      [4, STOP],
      [5, 3],
      [6, 9],
    ]);
    expect(new Set(decoder.rowsOf(0).map((row) => row.speaker))).toEqual(new Set([speaker]));
  });

  test('one token per step is drawn: at the end of what is new', async () => {
    const decoder = new ScriptedDecoder(1, reciting([7, STOP]));
    await run(decoder, [converse([[1, 2, 3]])]);
    expect(decoder.steps.map((rows) => rows.map(({ draw }) => draw !== undefined))).toEqual([
      [false, false, true],
      [true],
    ]);
  });

  test('nothing can follow a context without a token', async () => {
    const decoder = new ScriptedDecoder(1, reciting([STOP]));
    await expect(run(decoder, [converse([[]])])).rejects.toThrow(/must hold a token/);
  });
});

describe('the end of a sample', () => {
  const sampleOf = async (tokenLimit: number) => {
    const { outcomes } = await run(new ScriptedDecoder(1, reciting([7, 8, STOP])), [converse([[1]], tokenLimit)]);
    return { sample: outcomes[0]?.samples[0], context: outcomes[0]?.context.tokenIds };
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

/** What is drawn depends on the token before it, on the key and on the counter, as on a real device. */
const pseudoRandom = (slotCount: number) =>
  new ScriptedDecoder(slotCount, (_slot, _nth, { tokenId, draw }) => {
    const [high, low] = draw?.key ?? [0, 0];
    return (tokenId + ((high ^ low) >>> 7) + 31 * (draw?.counter ?? 0)) % 11;
  });

describe('many writers', () => {
  test('share each step, and leave when they are done', async () => {
    const decoder = new ScriptedDecoder(3, reciting([STOP], [7, STOP], [7, 8, STOP]));
    const { reports } = await run(
      decoder,
      [0, 1, 2].map(() => converse([[1, 2]])),
    );
    expect(decoder.steps.map((rows) => rows.length)).toEqual([6, 2, 1]);
    expect(reports.map(({ tokensFed, tokensDrawn }) => [tokensFed, tokensDrawn])).toEqual([
      [0, 0],
      [6, 3],
      [2, 2],
      [1, 1],
    ]);
    expect(reports.map(({ finished }) => finished.map(({ index }) => index))).toEqual([[], [0], [1], [2]]);
  });

  const named = (name: string, names: readonly string[]) =>
    writing(function* (context): Writer<readonly [string, readonly number[]]> {
      context.append([10 + names.indexOf(name)]);
      const sample = yield* drawn(request(context, { key: drawKey(1, name) }));
      context.append([2]);
      const more = yield* drawn(request(context, { key: drawKey(2, name) }));
      return [name, [...sample.tokenIds, ...more.tokenIds]];
    });

  test('get the same text alone, together and in any order', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const written = async (order: readonly string[]) => {
      const jobs = order.map((name) => named(name, names));
      return Object.fromEntries((await run(pseudoRandom(order.length), jobs)).outcomes);
    };
    const together = await written(names);
    expect(new Set(Object.values(together).map(String)).size).toBe(5);
    expect(await written(names.toReversed())).toEqual(together);
    for (const name of names) expect((await written([name]))[name]).toEqual(together[name]);
  });

  test('get the same text with 3 slots as with 100, and keep the 3 busy', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `writer ${index}`);
    const jobs = names.map((name) => named(name, names));
    const [few, many] = [pseudoRandom(3), pseudoRandom(100)];
    const withFew = await run(few, jobs);
    const withMany = await run(many, jobs);
    expect(withFew.outcomes).toEqual(withMany.outcomes);
    expect(new Set(withFew.outcomes.map(String)).size).toBeGreaterThan(10);
    const drawsPerStep = (decoder: ScriptedDecoder) =>
      decoder.steps.map((rows) => rows.filter(({ draw }) => draw).length);
    // The third slot is empty only when nobody waits any more.
    const thinning = drawsPerStep(few).findIndex((draws) => draws < 3);
    const lastStart = few.steps.findLastIndex((rows) => rows.some(({ position }) => position === 0));
    expect(thinning).toBeGreaterThan(lastStart);
    expect(Math.max(...drawsPerStep(few))).toBe(3);
    expect(drawsPerStep(many)[0]).toBe(20);
  });

  test('start in order, each as soon as there are slots enough for it', async () => {
    const started: string[] = [];
    const job = (name: string, slotCount: number, tokenLimit: number): Job<string> => ({
      slotCount,
      *start(desk) {
        started.push(name);
        const contexts = Array.from({ length: slotCount }, () => desk.open(speaker));
        for (const context of contexts) {
          context.append([1]);
          yield request(context, { tokenLimit });
        }
        return name;
      },
    });
    const decoder = new ScriptedDecoder(3, () => 7);
    const { reports } = await run(decoder, [
      job('long', 1, 4),
      job('pair', 2, 1),
      job('whole', 3, 1),
      job('last', 1, 1),
    ]);
    expect(started).toEqual(['long', 'pair', 'whole', 'last']); // 'last' would have fitted earlier: nobody overtakes
    expect(reports.map(({ finished }) => finished.map(({ outcome }) => outcome).join())).toEqual(
      ['', '', 'pair', '', 'long', '', '', 'whole', 'last'], // prettier-ignore
    );
    await expect(run(decoder, [job('too large', 4, 1)])).rejects.toThrow(/needs 4 cache slots; there are 3/);
  });

  test('cannot open more contexts than their job has slots', async () => {
    const greedy: Job<void> = {
      slotCount: 1,
      *start(desk) {
        desk.open(speaker);
        desk.open(speaker);
      },
    };
    await expect(run(new ScriptedDecoder(2, () => 7), [greedy])).rejects.toThrow(/more contexts than its job/);
  });

  test('that want no text end before the first step, and make room at once', async () => {
    const silent: Job<string> = {
      slotCount: 1,

      *start() {
        return 'nothing to say';
      },
    };
    const { reports } = await run(new ScriptedDecoder(1, () => 7), [silent, silent]);
    expect(reports).toEqual([
      {
        tokensFed: 0,
        tokensDrawn: 0,
        finished: [0, 1].map((index) => ({ index, outcome: 'nothing to say' })),
      },
    ]);
  });
});

describe('a fork', () => {
  /** Writes, forks after `length` tokens, and goes on in both. */
  const forking = (length: number | undefined): Job<Context[]> => ({
    slotCount: 2,
    *start(desk: Desk) {
      const trunk = desk.open(speaker);
      trunk.append([1, 2]);
      yield request(trunk, { tokenLimit: 2 });
      const branch = trunk.fork(length);
      branch.append([3]);
      yield request(branch, { tokenLimit: 1 });
      trunk.append([4]);
      yield request(trunk, { tokenLimit: 1 });
      return [trunk, branch];
    },
  });

  test('begins with the same tokens; what was fed is copied, not fed again', async () => {
    const decoder = new ScriptedDecoder(2, reciting([7, 8, 9], [10]));
    const { outcomes } = await run(decoder, [forking(undefined)]);
    expect(outcomes[0]?.map(({ tokenIds }) => tokenIds)).toEqual([
      [1, 2, 7, 8, 4, 9],
      [1, 2, 7, 8, 3, 10],
    ]);
    expect(decoder.forks).toEqual([{ from: 0, to: 1, length: 3 }]); // the last drawn token has not been fed
    expect(decoder.rowsOf(1).map(({ position, tokenId }) => [position, tokenId])).toEqual([
      [3, 8],
      [4, 3],
    ]);
    expect(decoder.fedTo(0)).toEqual([1, 2, 7, 8, 4]);
  });

  test('may begin earlier', async () => {
    const decoder = new ScriptedDecoder(2, reciting([7, 8, 9], [10]));
    const { outcomes } = await run(decoder, [forking(1)]);
    expect(outcomes[0]?.[1]?.tokenIds).toEqual([1, 3, 10]);
    expect(decoder.forks).toEqual([{ from: 0, to: 1, length: 1 }]);
    await expect(run(decoder, [forking(5)])).rejects.toThrow(/4 tokens, not 5/);
  });

  test('of an empty context copies nothing, and a closed one gives its slot to the next', async () => {
    const decoder = new ScriptedDecoder(2, () => 7);
    const job: Job<number[]> = {
      slotCount: 2,
      *start(desk) {
        const first = desk.open(speaker);
        const slots: number[] = [];
        for (let branch = 0; branch < 3; branch++) {
          const copy = first.fork();
          copy.append([branch]);
          yield request(copy, { tokenLimit: 1 });
          slots.push(copy.slot);
          copy.close();
        }
        return slots;
      },
    };
    const { outcomes } = await run(decoder, [job]);
    expect(outcomes[0]).toEqual([1, 1, 1]);
    expect(decoder.forks).toEqual([]);
  });
});

describe('contexts that hold the same', () => {
  const long = Array.from({ length: 12 }, (_, index) => 20 + index);

  test('are fed once, but for the token that each draws after', async () => {
    const decoder = new ScriptedDecoder(3, reciting([7, STOP], [8, STOP], [9, STOP]));
    const other = [...long.slice(0, -2), 1, 2]; // differs before its last token
    const { outcomes, reports } = await run(decoder, [converse([long]), converse([other]), converse([long])]);
    expect(outcomes.map(({ context }) => context.tokenIds)).toEqual([
      [...long, 7, STOP],
      [...other, 8, STOP],
      [...long, 9, STOP],
    ]);
    expect(decoder.forks).toEqual([{ from: 0, to: 2, length: 11 }]);
    expect(decoder.fedTo(0)).toEqual([...long, 7]);
    expect(decoder.rowsOf(2).map(({ position, tokenId }) => [position, tokenId])).toEqual([
      [11, 31],
      [12, 9],
    ]);
    expect(reports[1]).toMatchObject({ tokensFed: 11 + 1 + 12 + 1, tokensDrawn: 3 });
  });

  test('also later, as long as they were told and drew the same', async () => {
    const decoder = new ScriptedDecoder(3, reciting([7, STOP, STOP], [7, STOP, STOP], [8, STOP, STOP]));
    await run(decoder, [converse([[1], long]), converse([[1], long]), converse([[1], long])]);
    expect(decoder.forks).toEqual([{ from: 0, to: 1, length: 1 + 2 + 11 }]);
  });

  test('are fed apart where little is new, or other weights read it', async () => {
    const decoder = new ScriptedDecoder(2, () => STOP);
    await run(decoder, [converse([long.slice(0, 8)]), converse([long.slice(0, 8)])]);
    const writing = (reader: typeof speaker): Job<Sample> => ({
      slotCount: 1,
      *start(desk) {
        const context = desk.open(reader);
        context.append(long);
        return yield* drawn(request(context));
      },
    });
    await run(decoder, [writing(speaker), writing(silentSpeaker())]);
    expect(decoder.forks).toEqual([]);
  });
});

test('an abort is heard between two steps, with its reason', async () => {
  const controller = new AbortController();
  const decoder = new ScriptedDecoder(1, (_slot, nth) => {
    if (nth === 1) controller.abort(new Error('enough'));
    return 7;
  });
  let heard: readonly number[] = [];
  const job = writing(function* (context) {
    context.append([1]);
    yield request(context, { onToken: () => (heard = context.tokenIds) });
  });
  await expect(run(decoder, [job], controller.signal)).rejects.toThrow('enough');
  expect(decoder.steps).toHaveLength(2);
  expect(heard).toEqual([1, 7, 7]); // the step under way was finished
});

test('whoever listens hears the ids so far after each token', async () => {
  const heard: number[][] = [];
  const job = writing(function* (context): Writer<void> {
    context.append([1]);
    yield request(context, { onToken: (tokenIds) => heard.push([...tokenIds]) });
  });
  await run(new ScriptedDecoder(1, reciting([7, 8, STOP])), [job]);
  expect(heard).toEqual([[7], [7, 8], [7, 8, STOP]]);
});

test('the decoder gets key, counter, temperature and limits of the request', async () => {
  const decoder = new ScriptedDecoder(1, reciting([7, STOP, STOP]));
  const keys: DrawKey[] = [drawKey(4, 'draws'), drawKey(4, 'others')];
  const job = writing(function* (context): Writer<void> {
    context.append([1]);
    yield request(context, { key: keys[0] ?? [0, 0], temperature: 0.7 });
    context.append([2]);
    yield request(context, { key: keys[1] ?? [0, 0], topK: 5, topP: 0.9 });
  });
  await run(decoder, [job]);
  const draws = decoder.rowsOf(0).flatMap(({ draw }) => draw ?? []);
  expect(draws).toEqual([
    { key: keys[0], counter: 0, temperature: 0.7, topK: 0, topP: 1 },
    { key: keys[0], counter: 1, temperature: 0.7, topK: 0, topP: 1 },
    { key: keys[1], counter: 0, temperature: 1, topK: 5, topP: 0.9 },
  ]);
  expect(keys[0]).not.toEqual(keys[1]);
});

test('a decoder that forgets a draw is found out', async () => {
  const forgetful: Decoder = { slotCount: 1, step: async () => [], fork() {}, [Symbol.dispose]: () => undefined };
  await expect(run(forgetful, [converse([[1]])])).rejects.toThrow(/fewer tokens than were asked for/);
});

describe('writers that wait for somebody outside', () => {
  const later = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  /** Draws, asks, and draws again what depends on the answer. */
  const asking = (index: number, work: (signal: AbortSignal) => Promise<number>) =>
    writing(function* (context): Writer<readonly number[]> {
      context.append([index]);
      yield* drawn(request(context, { key: drawKey(1, index), tokenLimit: 3 }));
      context.append([yield* asked(work)]);
      yield* drawn(request(context, { key: drawKey(2, index), tokenLimit: 3 }));
      return context.tokenIds;
    });

  test('let the others go on decoding', async () => {
    let answer: (value: number) => void = () => undefined;
    const decoder = new ScriptedDecoder(2, reciting([7, STOP], [8, STOP]));
    const patient = writing(function* (context): Writer<readonly number[]> {
      context.append([yield* asked(() => new Promise<number>((resolve) => (answer = resolve)))]);
      yield* drawn(request(context));
      return context.tokenIds;
    });
    // The first has its answer only when the second is through.
    const busy = writing(function* (context): Writer<readonly number[]> {
      context.append([2]);
      yield* drawn(request(context));
      answer(3);
      return context.tokenIds;
    });
    const { outcomes } = await run(decoder, [patient, busy]);
    expect(outcomes).toEqual([
      [3, 7, STOP],
      [2, 8, STOP],
    ]);
    expect(decoder.steps.map((rows) => rows.map(({ slot }) => slot))).toEqual([[1], [1], [0], [0]]);
  });

  test('come to the same whoever is answered first, however few slots there are', async () => {
    const outcomesWith = async (slotCount: number, delayOf: (index: number) => number) => {
      const jobs = Array.from({ length: 6 }, (_, index) =>
        asking(index, async () => {
          await later(delayOf(index));
          return index + 1;
        }),
      );
      return (await run(pseudoRandom(slotCount), jobs)).outcomes;
    };
    const expected = await outcomesWith(6, () => 0);
    expect(expected).toHaveLength(6);
    expect(await outcomesWith(6, (index) => 6 * (6 - index))).toEqual(expected);
    expect(await outcomesWith(2, (index) => 7 * ((index * 5) % 6))).toEqual(expected);
  });

  test('may be many at once, and need no slot', async () => {
    let [open, most] = [0, 0];
    const jobs = Array.from({ length: 20 }, (_, index): Job<number> => ({
      slotCount: 0,
      start: function* (): Writer<number> {
        return yield* asked(async () => {
          most = Math.max(most, ++open);
          await later(2);
          open -= 1;
          return index;
        });
      },
    }));
    const { outcomes } = await run(new ScriptedDecoder(1, reciting([STOP])), jobs);
    expect(outcomes).toEqual(jobs.map((_, index) => index));
    expect(most).toBe(20);
  });

  test('end with what an ask throws; the others are told that nobody waits', async () => {
    let isAborted = false;
    const waitsForever = asking(1, (signal) => {
      signal.addEventListener('abort', () => (isAborted = true));
      return new Promise<number>(() => undefined);
    });
    const fails = asking(0, async () => {
      await later(3);
      throw new Error('gone');
    });
    await expect(run(pseudoRandom(2), [waitsForever, fails])).rejects.toThrow('gone');
    expect(isAborted).toBe(true);
  });

  test('a failure is not missed while nobody reads the news', async () => {
    const fails = writing(function* (): Writer<void> {
      yield* asked(() => Promise.reject(new Error('gone')));
    });
    const reading = async () => {
      for await (const report of runWriters(new ScriptedDecoder(1, reciting([STOP])), [fails], never)) {
        await later(report.finished.length + 3);
      }
    };
    await expect(reading()).rejects.toThrow('gone');
  });

  test('stop at once when all of them wait', async () => {
    const abort = new AbortController();
    const heard: unknown[] = [];
    const waits = asking(0, (signal) => {
      signal.addEventListener('abort', () => heard.push(signal.reason));
      setTimeout(() => abort.abort(new Error('stopped')), 3);
      return new Promise<number>(() => undefined);
    });
    await expect(run(pseudoRandom(1), [waits], abort.signal)).rejects.toThrow('stopped');
    expect(heard).toEqual([new Error('stopped')]);
  });
});
