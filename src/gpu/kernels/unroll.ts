/**
 * Repeats a line of WGSL for 0 … count − 1. Unrolled code keeps its values in registers: an array indexed by a loop
 * variable lives in memory on every adapter that we measured (docs/experiments.md, "Unrolling").
 */
export function unroll(count: number, line: (index: number) => string, separator = '\n'): string {
  return Array.from({ length: count }, (_, index) => line(index)).join(separator);
}
