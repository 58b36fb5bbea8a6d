// out = silu(gate) * up. gateUp [R, 2 WIDTH]: gate first, then up; out [R, WIDTH]. One thread per four features.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> gateUp: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32
) {
  let index = (group.y * groups.x + group.x) * 64u + thread;
  let row = index / (WIDTH / 4u);
  if (row >= info[0]) { return; }
  let gate = gateUp[index + row * (WIDTH / 4u)];
  let up = gateUp[index + (row + 1u) * (WIDTH / 4u)];
  // Below -80 the sigmoid is 0 in float32 either way, and exp would overflow.
  out[index] = gate / (1.0 + exp(min(-gate, vec4f(80.0)))) * up;
}
