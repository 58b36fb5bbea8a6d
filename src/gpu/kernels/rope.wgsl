// Rotary positions (rotate-halves, as Hugging Face's Llama): rotates the queries of `qkv` in place, writes rotated keys and
// plain values to the cache at kvStart + position. cos and sin come from the host: WGSL's are too coarse.
// qkv [R, (HEADS + 2 GROUPS) * SIZE]; keys, values [cache rows, GROUPS * SIZE]; one thread per row, head and two pairs.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> angles: array<vec4f>; // (cos, sin) of two pairs
@group(0) @binding(2) var<storage, read_write> qkv: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> keys: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> values: array<vec2f>;

const HALF = SIZE / 4u; // of a head, in twos
const ALL_HEADS = HEADS + 2u * GROUPS;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32
) {
  let index = (group.y * groups.x + group.x) * 64u + thread;
  let row = index / (ALL_HEADS * HALF);
  if (row >= info[0]) { return; }
  let head = index / HALF % ALL_HEADS;
  let pair = index % HALF;
  let position = info[5u + row * 4u];
  let cacheRow = info[6u + row * 4u] + position;
  let from_ = (row * ALL_HEADS + head) * 2u * HALF + pair;
  let low = qkv[from_];
  let high = qkv[from_ + HALF];
  if (head >= HEADS + GROUPS) {
    let to = (cacheRow * GROUPS + head - HEADS - GROUPS) * 2u * HALF + pair;
    values[to] = low;
    values[to + HALF] = high;
    return;
  }
  let angle = angles[position * HALF + pair];
  let rotatedLow = low * angle.xz - high * angle.yw;
  let rotatedHigh = high * angle.xz + low * angle.yw;
  if (head >= HEADS) {
    let to = (cacheRow * GROUPS + head - HEADS) * 2u * HALF + pair;
    keys[to] = rotatedLow;
    keys[to + HALF] = rotatedHigh;
  } else {
    qkv[from_] = rotatedLow;
    qkv[from_ + HALF] = rotatedHigh;
  }
}
