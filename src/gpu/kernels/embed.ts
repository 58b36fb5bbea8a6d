import type { Kernel } from '../plan.ts';
import { PRECISIONS, type Precision } from '../quantise.ts';
import type { Binding } from './matmulProduct.ts';
import { SHAPE_DECLARATION } from './matmulShape.ts';
import { weightLoader } from './weightLoader.ts';

/** A kernel that reads its sizes from a `MatmulShape` at binding 0; the named buffers follow. */
export interface SizedKernel {
  readonly kernel: Kernel;
  readonly constants: Readonly<Record<string, number>>;
  readonly bindings: readonly Binding[];
}

const MAIN = `fn main(
  @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32
)`;

function sized(
  name: string,
  constants: Readonly<Record<string, number>>,
  bindings: readonly Binding[],
  code: string,
): SizedKernel {
  const declared = bindings.map(
    ({ name: buffer, type, access }, at) => `@group(0) @binding(${at + 1}) var<storage, ${access}> ${buffer}: ${type};`,
  );
  const sizes = `${SHAPE_DECLARATION}\n@group(0) @binding(0) var<uniform> shape: Shape;`;
  return { kernel: { name, code: `${sizes}\n${declared.join('\n')}\n${code}` }, constants, bindings };
}

/** `x[r] = embedding[token(r)]` for the tokens whose row lies in this block of the weights. One thread per four features. */
export function embedKernel(precision: Precision): SizedKernel {
  const loader = weightLoader(precision);
  const codes = loader.codes('row', 'four');
  return sized(
    'embed',
    { PRECISION: PRECISIONS.indexOf(precision) },
    [
      { name: 'info', type: 'array<u32>', access: 'read' },
      ...loader.bindings,
      { name: 'x', type: 'array<vec4f>', access: 'read_write' },
    ],
    `${loader.code}
@compute @workgroup_size(64)
${MAIN} {
  let index = (group.y * groups.x + group.x) * 64u + thread;
  let width = shape.inputs / 4u;
  if (index / width >= info[0]) { return; }
  let token = info[4u + index / width * 4u];
  if (token < shape.first || token >= shape.first + shape.count) { return; }
  let row = token - shape.first;
  let four = index % width;
  x[index] = ${loader.scale ? `${codes} * ${loader.scale('row', 'four / 8u')}` : codes};
}`,
  );
}

/**
 * `gradient[token] += Σ dx[r]` over the rows r that hold the token, added in order to the running sum (no atomics: the same
 * input, the same bits). `uses` = [distinct tokens, then (token, first, end) of each, then row numbers grouped by token]; the
 * host groups them. One thread per token and feature; tokens outside this block of the gradient are left to the others.
 */
export const embedGradientKernel: SizedKernel = sized(
  'embedGradient',
  { BLOCK: 1 },
  [
    { name: 'uses', type: 'array<u32>', access: 'read' },
    { name: 'dx', type: 'array<f32>', access: 'read' },
    { name: 'gradient', type: 'array<f32>', access: 'read_write' },
  ],
  `
@compute @workgroup_size(64)
${MAIN} {
  let index = (group.y * groups.x + group.x) * 64u + thread;
  let width = shape.inputs;
  let entry = 1u + index / width * 3u;
  if (index / width >= uses[0]) { return; }
  let token = uses[entry];
  if (token < shape.first || token >= shape.first + shape.count) { return; }
  let at = (token - shape.first) * width + index % width;
  var sum = gradient[at];
  for (var use_ = uses[entry + 1u]; use_ < uses[entry + 2u]; use_++) { sum += dx[uses[use_] * width + index % width]; }
  gradient[at] = sum;
}`,
);
