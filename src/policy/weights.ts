/** One tensor in host memory, row-major, float32. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Named tensors with their Hugging Face names and `[out, in]` layout: model weights, gradients, adapter factors and
 * optimizer moments all have this one form on the host.
 */
export type Weights = ReadonlyMap<string, HostTensor>;

/** Number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The tensor of that name. @throws Error when it is absent: loaders check names before anything else runs. */
export function tensorNamed(weights: Weights, name: string): HostTensor {
  const tensor = weights.get(name);
  if (!tensor) throw new Error(`weights hold no tensor named ${name}`);
  return tensor;
}

/** Total size in bytes at float32. */
export function sizeBytes(weights: Weights): number {
  let bytes = 0;
  for (const { data } of weights.values()) bytes += data.byteLength;
  return bytes;
}
