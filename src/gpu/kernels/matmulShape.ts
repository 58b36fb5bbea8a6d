import type { KernelLibrary } from '../plan.ts';
import { uniformWords } from '../uniformWords.ts';

/**
 * The sizes of one product, in a small uniform buffer: kernels that differ in sizes alone share one compiled pipeline.
 * `rows` are rows of activations, as `info[counter]` says at each replay.
 */
export interface MatmulShape {
  readonly counter: number;
  /** Outputs of the whole layer, the stride of y and dy; and its inputs, the stride of x. */
  readonly outputs: number;
  readonly inputs: number;
  /** Rows of the weights that this dispatch sees: first, …, first + count - 1. */
  readonly first: number;
  readonly count: number;
  /** Groups that share a scale, per row of quantised weights. */
  readonly groups: number;
  /** Low-rank factors: rank, and the rows at which each of the modules ends; without factors, no module. */
  readonly rank: number;
  readonly moduleEnds: readonly number[];
  /** Multiplies the low-rank part, or the gradients that are read. */
  readonly scale: number;
  /** Of gradients: the columns that are written, and where they begin in a row of the right factor and of the result. */
  readonly width: number;
  readonly inStride: number;
  readonly inOffset: number;
  readonly outStride: number;
  readonly outOffset: number;
}

export const MODULE_LIMIT = 4;

export const SHAPE_DECLARATION = `
struct Shape {
  moduleEnds: vec4u,
  counter: u32, outputs: u32, inputs: u32, first: u32,
  count: u32, groups: u32, rank: u32, modules: u32,
  width: u32, inStride: u32, inOffset: u32, outStride: u32,
  outOffset: u32, scale: f32,
}`;

/** A buffer with these sizes, shared by all plans of a library that need the same. */
export function shapeBuffer(library: KernelLibrary, shape: MatmulShape): GPUBuffer {
  const { moduleEnds } = shape;
  if (moduleEnds.length > MODULE_LIMIT) throw new Error(`more than ${MODULE_LIMIT} modules in one matrix`);
  const [scaleBits = 0] = new Uint32Array(Float32Array.of(shape.scale).buffer);
  return uniformWords(library, 'shape', [
    ...Array.from({ length: MODULE_LIMIT }, (_, index) => moduleEnds[index] ?? 0),
    ...[shape.counter, shape.outputs, shape.inputs, shape.first],
    ...[shape.count, shape.groups, shape.rank, moduleEnds.length],
    ...[shape.width, shape.inStride, shape.inOffset, shape.outStride],
    ...[shape.outOffset, scaleBits],
  ]);
}
