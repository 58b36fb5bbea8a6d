// Gradient of `swiglu`: dGate = dOut * up * s * (1 + gate * (1 - s)) with s = sigmoid(gate); dUp = dOut * gate * s.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> gateUp: array<vec4f>;
@group(0) @binding(2) var<storage, read> dOut: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dGateUp: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x / (WIDTH / 4u);
  if (row >= info[0]) { return; }
  let gateAt = id.x + row * (WIDTH / 4u);
  let upAt = id.x + (row + 1u) * (WIDTH / 4u);
  let gate = gateUp[gateAt];
  let sigmoid = 1.0 / (1.0 + exp(-gate));
  dGateUp[gateAt] = dOut[id.x] * gateUp[upAt] * sigmoid * (1.0 + gate * (1.0 - sigmoid));
  dGateUp[upAt] = dOut[id.x] * gate * sigmoid;
}
