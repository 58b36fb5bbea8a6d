import type { Reduction } from '../kernels/workgroupReduce.ts';
import type { Plan } from '../plan.ts';

/** Where a call may use subgroup operations. */
export interface SubgroupUse {
  /** False does without them; by default they are used where the device has them. */
  readonly usesSubgroups?: boolean;
}

/** The smallest subgroup of the plan's device; null where a kernel has to do without. */
function subgroupSize({ library: { device } }: Plan, { usesSubgroups = true }: SubgroupUse): number | null {
  if (!usesSubgroups || !device.features.has('subgroups')) return null;
  return device.adapterInfo.subgroupMinSize ?? null;
}

export function reductionOf(plan: Plan, use: SubgroupUse, threads: number): Reduction {
  const size = subgroupSize(plan, use);
  return { threads, subgroupSize: size === null ? null : Math.min(size, threads) };
}
