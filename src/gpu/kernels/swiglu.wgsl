// out = silu(gate) * up. gateUp [R, 2 WIDTH]: gate first, then up; out [R, WIDTH].
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> gateUp: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x / (WIDTH / 4u);
  if (row >= info[0]) { return; }
  let gate = gateUp[id.x + row * (WIDTH / 4u)];
  let up = gateUp[id.x + (row + 1u) * (WIDTH / 4u)];
  out[id.x] = gate / (1.0 + exp(-gate)) * up;
}
