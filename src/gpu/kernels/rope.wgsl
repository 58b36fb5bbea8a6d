// Rotary positions (rotate-halves, as Hugging Face's Llama): rotates the queries of `qkv` in place, writes rotated keys and
// plain values to the cache at kvStart + position. cos and sin come from the host: WGSL's are too coarse.
// qkv [R, (HEADS + 2 GROUPS) * SIZE]; keys, values [cache rows, GROUPS * SIZE]; one thread per row, head and pair.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> angles: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> qkv: array<f32>;
@group(0) @binding(3) var<storage, read_write> keys: array<f32>;
@group(0) @binding(4) var<storage, read_write> values: array<f32>;

const HALF = SIZE / 2u;
const ALL_HEADS = HEADS + 2u * GROUPS;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x / (ALL_HEADS * HALF);
  if (row >= info[0]) { return; }
  let head = id.x / HALF % ALL_HEADS;
  let pair = id.x % HALF;
  let position = info[5u + row * 4u];
  let cacheRow = info[6u + row * 4u] + position;
  let from_ = (row * ALL_HEADS + head) * SIZE + pair;
  let low = qkv[from_];
  let high = qkv[from_ + HALF];
  if (head >= HEADS + GROUPS) {
    let to = cacheRow * GROUPS * SIZE + (head - HEADS - GROUPS) * SIZE + pair;
    values[to] = low;
    values[to + HALF] = high;
    return;
  }
  let angle = angles[position * HALF + pair];
  let rotatedLow = low * angle.x - high * angle.y;
  let rotatedHigh = high * angle.x + low * angle.y;
  if (head >= HEADS) {
    let to = cacheRow * GROUPS * SIZE + (head - HEADS) * SIZE + pair;
    keys[to] = rotatedLow;
    keys[to + HALF] = rotatedHigh;
  } else {
    qkv[from_] = rotatedLow;
    qkv[from_ + HALF] = rotatedHigh;
  }
}
