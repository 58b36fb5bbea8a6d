/**
 * The threads of a workgroup in the `serial` style, as many as the adapter computes at once. `four` and `eight` each read all
 * that they need. A `quad` shares: each of the four reads a quarter of what all need and gets the rest by quad operations,
 * which cost next to nothing where a load costs a dozen instructions (docs/experiments.md, "Matmul tiles").
 */
export type Neighbours = 'quad' | 'four' | 'eight';

export const threadsOf = (neighbours: Neighbours): 4 | 8 => (neighbours === 'eight' ? 8 : 4);

/** Threads that share what they read. */
export const sharersOf = (neighbours: Neighbours): 1 | 4 => (neighbours === 'quad' ? 4 : 1);

/** A quad needs `subgroups`, and four neighbours of a workgroup must be one: known of SwiftShader, whose subgroups are four wide. */
export function neighboursOn(info: GPUAdapterInfo, features: GPUSupportedFeatures): Neighbours {
  const { architecture, subgroupMinSize, subgroupMaxSize } = info;
  const isWide = (threads: number) => subgroupMinSize === threads && subgroupMaxSize === threads;
  if (architecture === 'swiftshader' && features.has('subgroups') && isWide(4)) return 'quad';
  return isWide(8) ? 'eight' : 'four';
}
