// qkv[head] = projected[head] / sqrt(mean(projected[head]^2) + EPSILON) * gain for query and key heads; values are copied.
// `inverse` keeps 1 / sqrt(…) for the backward pass. projected, qkv [R, (HEADS + 2 GROUPS) * SIZE]; inverse [R, HEADS + GROUPS];
// gains [2, SIZE], those of queries first. One thread per row and head.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> projected: array<vec4f>;
@group(0) @binding(2) var<storage, read> gains: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> qkv: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> inverse: array<f32>;

const SIZE4 = SIZE / 4u;
const NORMED = HEADS + GROUPS;
const ALL_HEADS = HEADS + 2u * GROUPS;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32
) {
  let index = (group.y * groups.x + group.x) * 64u + thread;
  let row = index / ALL_HEADS;
  if (row >= info[0]) { return; }
  let head = index % ALL_HEADS;
  let first = index * SIZE4;
  if (head >= NORMED) {
    for (var at = 0u; at < SIZE4; at++) { qkv[first + at] = projected[first + at]; }
    return;
  }
  var squares = vec4f();
  for (var at = 0u; at < SIZE4; at++) {
    let value = projected[first + at];
    squares += value * value;
  }
  let scale = 1.0 / sqrt(dot(squares, vec4f(1.0)) / f32(SIZE) + EPSILON);
  let gain = select(0u, SIZE4, head >= HEADS);
  for (var at = 0u; at < SIZE4; at++) { qkv[first + at] = projected[first + at] * scale * gains[gain + at]; }
  inverse[row * NORMED + head] = scale;
}
