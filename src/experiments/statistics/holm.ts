/**
 * Holm's step-down correction (Holm 1979): with the p-values in ascending order, `p̃_(i) = max_{j ≤ i} min(1, (m − j + 1) p_(j))`.
 * Refusing every hypothesis with `p̃ ≤ α` keeps the chance of a single wrong refusal at α, whatever depends on what.
 *
 * @returns corrected p-values, in the order of the given ones
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((one, two) => (pValues[one] ?? 0) - (pValues[two] ?? 0));
  const corrected = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  order.forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * (pValues[index] ?? 1)));
    corrected[index] = largest;
  });
  return corrected;
}
