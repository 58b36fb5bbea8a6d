import type { SeatIndex } from '../../../record/scenario.ts';

/** What a seat knew when it chose a strategy. */
export interface TurnFeatures {
  readonly seat: SeatIndex;
  /** Mean first return of the other episodes of the scenario and seat. */
  readonly leaveOneOutMean: number;
  /** Own value of the offer on the table, 0–10; null when there was none. */
  readonly offerValue: number | null;
  /** Own value of the seat's standing proposal; null when there was none. */
  readonly proposalValue: number | null;
  /** Own turns left, this one included. */
  readonly turnsLeft: number;
}

/** Length F of a feature vector. */
export const FEATURE_COUNT = 8;
/** Ridge penalty on every coefficient. */
const RIDGE = 0.1;
/** Weight of everything seen so far when a new batch comes: about the last five batches count. */
const DECAY = 0.8;

/**
 * The baseline's memory as plain numbers, for the checkpoint: `[n, XᵀX (F × F, row-major), Xᵀy (F)]`, where `n` is the
 * decayed number of turns seen. Null before the first batch. The coefficients follow from it: `(XᵀX + 0.1·I)⁻¹ Xᵀy`.
 */
export type BaselineState = readonly number[];

/** The eight regressors, all of the order of 1. */
export function featureVector(features: TurnFeatures): number[] {
  const { seat, leaveOneOutMean, offerValue, proposalValue } = features;
  const offer = (offerValue ?? 0) / 10;
  const left = features.turnsLeft / 5;
  return [1, leaveOneOutMean, offer, offerValue === null ? 0 : 1, (proposalValue ?? 0) / 10, left, offer * left, seat];
}

/**
 * Predicts the return-to-go of each turn from what *earlier* batches taught, so that no prediction contains the actions
 * it is compared with. Before the first batch the leave-one-out mean is the prediction.
 *
 * @returns one prediction per turn, in the unit of returns
 */
export function predictReturns(state: BaselineState | null, turns: readonly TurnFeatures[]): number[] {
  if (state === null) return turns.map(({ leaveOneOutMean }) => leaveOneOutMean);
  const coefficients = ridgeCoefficients(state);
  return turns.map((turn) => dot(featureVector(turn), coefficients));
}

/** The memory after one more batch; the given one is left untouched. `returns[i]` belongs to `turns[i]`. */
export function learnReturns(
  state: BaselineState | null,
  turns: readonly TurnFeatures[],
  returns: readonly number[],
): number[] {
  if (turns.length !== returns.length) throw new RangeError('learnReturns: one return per turn is needed');
  const next = state ? asState(state).map((value) => DECAY * value) : new Array<number>(STATE_LENGTH).fill(0);
  const add = (index: number, value: number) => (next[index] = (next[index] ?? 0) + value);
  turns.forEach((turn, index) => {
    const x = featureVector(turn);
    const y = returns[index] ?? 0;
    add(0, 1);
    x.forEach((value, row) => {
      x.forEach((other, column) => add(1 + row * FEATURE_COUNT + column, value * other));
      add(1 + FEATURE_COUNT * FEATURE_COUNT + row, value * y);
    });
  });
  return next;
}

/** Coefficients of the ridge regression: solves `(XᵀX + RIDGE·I) w = Xᵀy`, which is positive definite. Length F. */
export function ridgeCoefficients(state: BaselineState): number[] {
  const rows = Array.from({ length: FEATURE_COUNT }, (_, row) => {
    const start = 1 + row * FEATURE_COUNT;
    const equation = asState(state).slice(start, start + FEATURE_COUNT);
    equation[row] = (equation[row] ?? 0) + RIDGE;
    return [...equation, state[1 + FEATURE_COUNT * FEATURE_COUNT + row] ?? 0];
  });
  return solveByElimination(rows);
}

/**
 * Share of the variance of the returns that the predictions explain, `1 − Var(G − Ĝ) / Var(G)`: 1 is perfect, 0 is no
 * better than a constant, below 0 is worse. 0 when the returns do not vary.
 */
export function explainedVariance(returns: readonly number[], predictions: readonly number[]): number {
  const spread = variance(returns);
  const residuals = returns.map((value, index) => value - (predictions[index] ?? 0));
  return spread > 0 ? 1 - variance(residuals) / spread : 0;
}

const STATE_LENGTH = 1 + FEATURE_COUNT * FEATURE_COUNT + FEATURE_COUNT;

function asState(numbers: readonly number[]): readonly number[] {
  if (numbers.length !== STATE_LENGTH) {
    throw new RangeError(`linear baseline: expected ${STATE_LENGTH} numbers, got ${numbers.length}`);
  }
  return numbers;
}

/** Gauss–Jordan on an augmented, positive definite system; no pivoting is needed for one. */
function solveByElimination(rows: number[][]): number[] {
  rows.forEach((pivotRow, pivot) => {
    const scale = pivotRow[pivot] ?? 0;
    pivotRow.forEach((value, column) => (pivotRow[column] = value / scale));
    rows.forEach((row, index) => {
      if (index === pivot) return;
      const factor = row[pivot] ?? 0;
      row.forEach((value, column) => (row[column] = value - factor * (pivotRow[column] ?? 0)));
    });
  });
  return rows.map((row) => row.at(-1) ?? 0);
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}

function variance(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
