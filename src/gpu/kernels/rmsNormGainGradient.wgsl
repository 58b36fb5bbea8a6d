// gradient[feature] += sum over rows of dy[i] * x[row] * inverse[i]. One thread per feature, rows in order.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> inverse: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradient: array<f32>;

const DRAW = 8u; // words per draw in `info`

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let feature = id.x;
  if (feature >= WIDTH) { return; }
  let count = info[GATHER];
  var sum = 0.0;
  for (var at = 0u; at < count; at++) {
    var row = at;
    if (GATHER == 1u) { row = info[info[2] + at * DRAW]; }
    sum += dy[at * WIDTH + feature] * x[row * WIDTH + feature] * inverse[at];
  }
  gradient[feature] += sum;
}
