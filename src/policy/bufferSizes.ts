import type { BufferPool } from '../gpu/plan.ts';

/** 32-bit elements of buffers, by name. */
export type Sizes<Name extends string = string> = Readonly<Record<Name, number>>;

/** Makes a buffer of each size: what is estimated is what is made. */
export function createBuffers<Name extends string>(pool: BufferPool, sizes: Sizes<Name>): Record<Name, GPUBuffer> {
  const entries = Object.entries<number>(sizes).map(([name, size]) => [name, pool.create(name, size)] as const);
  return Object.fromEntries(entries) as Record<Name, GPUBuffer>; // one for each name
}

/** Bytes that `createBuffers` takes. */
export function bytesOf(...all: readonly Sizes[]): number {
  return all.flatMap((sizes) => Object.values(sizes)).reduce((sum, size) => sum + Math.max(16, size * 4), 0);
}
