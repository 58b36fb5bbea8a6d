/**
 * The `info` buffer that every kernel reads, written once per replay: `[rows, draws, offset of draws, adapted rows]`, then per
 * row `[token, position, kvStart, end of its sequence]`, then per draw (or scored token) eight words:
 * `[row, temperature bits, …]`. A scored token goes on with `[target]`, a draw as `drawWords` says (`sampling.ts`). Rows below
 * `adapted rows` use the low-rank adapter, where a plan has one.
 */

/** Where the counts stand that a product's rows may follow. */
export const COUNTERS = { rows: 0, draws: 1, adapted: 3 } as const;
export type Counter = keyof typeof COUNTERS;
