/** When to stop repeating. */
export interface PlateauRule {
  /** So many rounds in a row without progress end it. */
  readonly patience: number;
  /** What counts as progress: so much more than the best before. */
  readonly minimumGain: number;
}

/** Whether the last `patience` values brought no progress over the best before them. */
export function isPlateau(values: readonly number[], { patience, minimumGain }: PlateauRule): boolean {
  let best = -Infinity;
  let without = 0;
  for (const value of values) {
    const isProgress = value >= best + minimumGain && value > best;
    without = isProgress ? 0 : without + 1;
    best = Math.max(best, value);
  }
  return without >= patience;
}
