// Gradient of `rope`: turns the gradients of rotated queries and keys back by the same angle, in place.
// dQkv [R, (HEADS + 2 GROUPS) * SIZE]; one thread per row, query or key head, and pair.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> angles: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> dQkv: array<f32>;

const HALF = SIZE / 2u;
const ROTATED = HEADS + GROUPS;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x / (ROTATED * HALF);
  if (row >= info[0]) { return; }
  let head = id.x / HALF % ROTATED;
  let pair = id.x % HALF;
  let angle = angles[info[5u + row * 4u] * HALF + pair];
  let at = (row * (HEADS + 2u * GROUPS) + head) * SIZE + pair;
  let low = dQkv[at];
  let high = dQkv[at + HALF];
  dQkv[at] = low * angle.x + high * angle.y;
  dQkv[at + HALF] = high * angle.x - low * angle.y;
}
