import { decodeStepBytes, updateFlops } from './shares.ts';
import type { BenchResult } from './runBench.ts';
import { median, spreadOf, type Spread } from './timing.ts';
import { SCORED_TOKENS, TRAIN_ROWS } from './workload.ts';

/** How many times better ours is, as medians; `low` and `high` set the worst of one against the best of the other. */
export interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** A ratio that our engine has to reach on a CPU adapter. */
export interface Floor {
  readonly ratio: string;
  readonly atLeast: number;
  readonly measured: number | null;
  readonly isMet: boolean;
}

/** Figures of which less is better. */
const LESS_IS_BETTER = /^(hostMsPerStep|peakBytes)\b/;

const FLOORS: readonly (readonly [ratio: string, atLeast: number])[] = [
  ['train.tfjs', 8],
  ['decode.b8.tfjs', 12],
  ['decode.b1.transformersjs', 1.3],
];

/** Everything that the bench writes: figures and what follows from them, nested by the parts of their keys. */
export function assembleReport({ adapter, model, size, measurements }: BenchResult, facts: Record<string, unknown>) {
  const spreads = spreadsOf(measurements.samples);
  const ratios = ratiosOf(spreads);
  return {
    adapter,
    ...facts,
    model,
    size,
    ...nested(spreads),
    share: sharesOf({ adapter, model, size, measurements }),
    ratios: nested(ratios),
    floors: floorsOf(ratios),
    unavailable: measurements.unavailable,
  };
}

export function spreadsOf(samples: Readonly<Record<string, readonly number[]>>): Map<string, Spread> {
  const spreads = new Map<string, Spread>();
  for (const [key, values] of Object.entries(samples)) {
    const spread = spreadOf(values);
    if (spread) spreads.set(key, spread);
  }
  return spreads;
}

/** A ratio for every figure of somebody else that stands beside one of ours, also when it stands under `beside.`. */
export function ratiosOf(spreads: ReadonlyMap<string, Spread>): Map<string, Ratio> {
  const ratios = new Map<string, Ratio>();
  for (const [key, theirs] of spreads) {
    const [figure, contestant] = splitKey(key.replace(/^beside\./, ''));
    const ours = spreads.get(`${figure}.ours`);
    if (!ours || contestant === 'ours') continue;
    const [more, less] = LESS_IS_BETTER.test(figure) ? [theirs, ours] : [ours, theirs];
    const ratio = { median: more.median / less.median, low: more.min / less.max, high: more.max / less.min };
    ratios.set(`${figure}.${contestant}`, ratio);
  }
  return ratios;
}

export function floorsOf(ratios: ReadonlyMap<string, Ratio>): Floor[] {
  return FLOORS.map(([ratio, atLeast]) => {
    const measured = ratios.get(ratio)?.median ?? null;
    return { ratio, atLeast, measured, isMet: measured !== null && measured >= atLeast };
  });
}

/**
 * Achieved over possible: the bytes that a decode step at batch 1 must read against the copy, and the operations that an update
 * needs against the better product. Medians of what was achieved, but the best of what is possible: a ceiling is disturbed
 * downwards only. null where one of the two was not measured.
 */
export function sharesOf({ model: { config }, size, measurements: { samples } }: BenchResult) {
  const middle = (key: string) => median(samples[key] ?? []);
  const best = (key: string) => Math.max(...(samples[key] ?? [NaN]));
  const stepsPerSecond = middle('decode.b1.ours');
  const meanLength = size.promptTokens + size.newTokens / 2;
  const updatesPerSecond = middle('train.ours') / (size.contexts * TRAIN_ROWS);
  const readGBs = (decodeStepBytes(config, 1, meanLength) * stepsPerSecond) / 1e9;
  const trainGflops = (updateFlops(config, size.contexts, TRAIN_ROWS, SCORED_TOKENS) * updatesPerSecond) / 1e9;
  return {
    decode: numberOrNull(readGBs / best('ceilings.copyGBs')),
    train: numberOrNull(trainGflops / best('ceilings.matmulGflops')),
  };
}

function numberOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** `{ 'a.b': 1, 'a.c': 2 }` → `{ a: { b: 1, c: 2 } }`. @throws Error when one key is the beginning of another */
export function nested(entries: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  const branches = new Map<string, Record<string, unknown>>([['', root]]);
  const branchAt = (path: string): Record<string, unknown> => {
    const known = branches.get(path);
    if (known) return known;
    const [parent, last] = splitKey(path);
    const branch: Record<string, unknown> = {};
    put(branchAt(parent), last, path, branch);
    branches.set(path, branch);
    return branch;
  };
  const put = (branch: Record<string, unknown>, name: string, key: string, value: unknown) => {
    if (name in branch) throw new Error(`nested: there are two values at ${key}`);
    branch[name] = value;
  };
  for (const [key, value] of entries) {
    const [parent, last] = splitKey(key);
    put(branchAt(parent), last, key, value);
  }
  return root;
}

function splitKey(key: string): [parent: string, last: string] {
  const dot = key.lastIndexOf('.');
  return [key.slice(0, Math.max(0, dot)), key.slice(dot + 1)];
}
