// x[r] = embedding[token(r)]. One thread per four features.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> embedding: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> x: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x / (WIDTH / 4u);
  if (row >= info[0]) { return; }
  let feature = id.x % (WIDTH / 4u);
  x[id.x] = embedding[info[4u + row * 4u] * (WIDTH / 4u) + feature];
}
