/**
 * How the threads of a workgroup put together what each of them holds. With subgroup operations one step does most of the
 * work; without them, a tree in shared memory does. Either way the order is fixed by the adapter, and all threads get the
 * result.
 */
export interface Reduction {
  /** Of a workgroup; a power of two. */
  readonly threads: number;
  /** The adapter's smallest subgroup, or null to do without. Consecutive threads form a subgroup on every adapter we know. */
  readonly subgroupSize: number | null;
}

const OPERATIONS = {
  Sum: { zero: '0.0', ofSubgroup: 'subgroupAdd', ofTwo: (a: string, b: string) => `${a} + ${b}` },
  Max: { zero: '-1e30', ofSubgroup: 'subgroupMax', ofTwo: (a: string, b: string) => `max(${a}, ${b})` },
};

/** `enable` directives that the code of a reduction needs in front of everything else. */
export const reductionDirectives = ({ subgroupSize }: Reduction) => (subgroupSize ? 'enable subgroups;\n' : '');

/** What tells the code of two reductions apart in a kernel's constants. */
export const reductionConstants = ({ threads, subgroupSize }: Reduction) => ({
  THREADS: threads,
  SUBGROUP: subgroupSize ?? 0,
});

/** WGSL of `workgroupSum(value, thread)` or `workgroupMax(value, thread)`: called by all threads of a workgroup together. */
export function workgroupReduce(kind: keyof typeof OPERATIONS, { threads, subgroupSize }: Reduction): string {
  const { zero, ofSubgroup, ofTwo } = OPERATIONS[kind];
  const slots = `slots${kind}`;
  const result = subgroupSize
    ? `let part = ${ofSubgroup}(value);
  let isFirst = subgroupElect();
  // A subgroup may be larger than the smallest: its first thread then stands for several slots.
  if (thread % ${subgroupSize}u == 0u) { ${slots}[thread / ${subgroupSize}u] = select(${zero}, part, isFirst); }
  workgroupBarrier();
  var result = ${slots}[0];
  for (var slot = 1u; slot < ${threads / subgroupSize}u; slot++) { result = ${ofTwo('result', `${slots}[slot]`)}; }`
    : `${slots}[thread] = value;
  for (var half = ${threads / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) { ${slots}[thread] = ${ofTwo(`${slots}[thread]`, `${slots}[thread + half]`)}; }
  }
  workgroupBarrier();
  let result = ${slots}[0];`;
  return `
var<workgroup> ${slots}: array<f32, ${subgroupSize ? threads / subgroupSize : threads}>;
fn workgroup${kind}(value: f32, thread: u32) -> f32 {
  ${result}
  workgroupBarrier(); // before the slots are used again
  return result;
}`;
}
