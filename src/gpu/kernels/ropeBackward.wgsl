// Gradient of `rope`: turns the gradients of rotated queries and keys back by the same angle, in place.
// dQkv [R, (HEADS + 2 GROUPS) * SIZE]; one thread per row, query or key head, and two pairs.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> angles: array<vec4f>; // (cos, sin) of two pairs
@group(0) @binding(2) var<storage, read_write> dQkv: array<vec2f>;

const HALF = SIZE / 4u; // of a head, in twos
const ROTATED = HEADS + GROUPS;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32
) {
  let index = (group.y * groups.x + group.x) * 64u + thread;
  let row = index / (ROTATED * HALF);
  if (row >= info[0]) { return; }
  let head = index / HALF % ROTATED;
  let pair = index % HALF;
  let angle = angles[info[5u + row * 4u] * HALF + pair];
  let at = (row * (HEADS + 2u * GROUPS) + head) * 2u * HALF + pair;
  let low = dQkv[at];
  let high = dQkv[at + HALF];
  dQkv[at] = low * angle.xz + high * angle.yw;
  dQkv[at + HALF] = high * angle.xz - low * angle.yw;
}
