// Gradient of `headNorm`, in place: of query and key heads dx = gain * dy * inverse - x * inverse^3 / SIZE * sum(gain * dy * x);
// gradients of values stay. dQkv [R, (HEADS + 2 GROUPS) * SIZE], the rest as in `headNorm.wgsl`. One thread per row and normed head.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> projected: array<vec4f>;
@group(0) @binding(2) var<storage, read> gains: array<vec4f>;
@group(0) @binding(3) var<storage, read> inverse: array<f32>;
@group(0) @binding(4) var<storage, read_write> dQkv: array<vec4f>;

const SIZE4 = SIZE / 4u;
const NORMED = HEADS + GROUPS;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32
) {
  let index = (group.y * groups.x + group.x) * 64u + thread;
  let row = index / NORMED;
  if (row >= info[0]) { return; }
  let head = index % NORMED;
  let first = (row * (HEADS + 2u * GROUPS) + head) * SIZE4;
  let gain = select(0u, SIZE4, head >= HEADS);
  var products = vec4f();
  for (var at = 0u; at < SIZE4; at++) { products += gains[gain + at] * dQkv[first + at] * projected[first + at]; }
  let scale = inverse[index];
  let pull = dot(products, vec4f(1.0)) * scale * scale * scale / f32(SIZE);
  for (var at = 0u; at < SIZE4; at++) {
    dQkv[first + at] = gains[gain + at] * dQkv[first + at] * scale - projected[first + at] * pull;
  }
}
