// Gradient of `swiglu`: dGate = dOut * up * s * (1 + gate * (1 - s)) with s = sigmoid(gate); dUp = dOut * gate * s.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> gateUp: array<vec4f>;
@group(0) @binding(2) var<storage, read> dOut: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dGateUp: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32
) {
  let index = (group.y * groups.x + group.x) * 64u + thread;
  let row = index / (WIDTH / 4u);
  if (row >= info[0]) { return; }
  let gateAt = index + row * (WIDTH / 4u);
  let upAt = index + (row + 1u) * (WIDTH / 4u);
  let gate = gateUp[gateAt];
  let sigmoid = 1.0 / (1.0 + exp(min(-gate, vec4f(80.0)))); // as in `swiglu.wgsl`
  dGateUp[gateAt] = dOut[index] * gateUp[upAt] * sigmoid * (1.0 + gate * (1.0 - sigmoid));
  dGateUp[upAt] = dOut[index] * gate * sigmoid;
}
