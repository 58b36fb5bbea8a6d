import {
  readGoldenAdapter,
  readGoldenModel,
  readTensors,
  type GoldenAdapter,
  type GoldenFolder,
  type GoldenModel,
} from '../src/policy/selfTest/goldenModel.ts';
import type { Weights } from '../src/policy/weights.ts';
import { readFixture } from './fixtureFiles.ts';

export { GOLDEN_FOLDERS, type GoldenModel } from '../src/policy/selfTest/goldenModel.ts';

export const loadGoldenModel = (folder: GoldenFolder): Promise<GoldenModel> => readGoldenModel(readFixture, folder);

export const loadGoldenAdapter = (): Promise<GoldenAdapter> => readGoldenAdapter(readFixture);

/** All tensors of a file below tests/fixtures. */
export const fixtureTensors = (path: string): Promise<Weights> => readTensors(readFixture, path);

/** Largest absolute difference. NaN when the lengths differ or a number is missing, so that no bound holds. */
export function largestDifference(left: ArrayLike<number>, right: ArrayLike<number>): number {
  if (left.length !== right.length) return NaN;
  let largest = 0;
  for (let index = 0; index < left.length; index++) {
    const difference = Math.abs((left[index] ?? NaN) - (right[index] ?? NaN));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}
