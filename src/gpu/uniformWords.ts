import type { KernelLibrary } from './plan.ts';

const buffersOf = new WeakMap<KernelLibrary, Map<string, GPUBuffer>>();

/**
 * A few integers in a uniform buffer: kernels that differ in sizes alone share one pipeline. One buffer for all plans of a
 * library that need the same words; it goes with the device.
 */
export function uniformWords(library: KernelLibrary, label: string, words: readonly number[]): GPUBuffer {
  const buffers = buffersOf.get(library) ?? new Map<string, GPUBuffer>();
  buffersOf.set(library, buffers);
  const key = words.join(' ');
  const known = buffers.get(key);
  if (known) return known;
  const { device } = library;
  const size = Math.ceil(words.length / 4) * 16;
  const buffer = device.createBuffer({ label, size, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
  device.queue.writeBuffer(buffer, 0, Uint32Array.from(words));
  buffers.set(key, buffer);
  return buffer;
}
