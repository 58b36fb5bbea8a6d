import type { GpuDevice } from '../../device.ts';
import type { KernelStyle } from '../../style.ts';

/** The ways in which a kernel of a sequence can run. */
export interface SequenceVariant {
  readonly name: string;
  readonly style: KernelStyle;
  readonly usesSubgroups: boolean;
}

export const VARIANTS: readonly SequenceVariant[] = [
  { name: 'serial', style: 'serial', usesSubgroups: false },
  { name: 'serial, subgroups', style: 'serial', usesSubgroups: true },
  { name: 'parallel', style: 'parallel', usesSubgroups: false },
  { name: 'parallel, subgroups', style: 'parallel', usesSubgroups: true },
];

/** Without subgroups on the device, a variant that uses them would be another one again. */
export const isDistinct =
  ({ usesSubgroups }: SequenceVariant) =>
  ({ device }: GpuDevice): boolean =>
    !usesSubgroups || device.features.has('subgroups');

/** Of packed sequences of these lengths, as the learner lays them out: what `info` says about each row. */
export function packedRows(lengths: readonly number[]) {
  let start = 0;
  return lengths.flatMap((length) => {
    const first = start;
    start += length;
    return Array.from({ length }, (_, position) => [0, position, first, start] as const);
  });
}
