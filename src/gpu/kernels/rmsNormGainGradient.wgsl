// gradient[feature] += sum over rows of dy[i] * x[row] * inverse[i]. One thread per four features, rows in order; GATHER as in
// `rmsNorm.wgsl`.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> inverse: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> gradient: array<vec4f>;

const DRAW = 8u; // words per draw in `info`
const WIDTH4 = WIDTH / 4u;

@compute @workgroup_size(4)
fn main(
  @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32
) {
  let feature = (group.y * groups.x + group.x) * 4u + thread;
  if (feature >= WIDTH4) { return; }
  let count = info[GATHER];
  var sum = vec4f();
  for (var index = 0u; index < count; index++) {
    var row = index;
    if (GATHER == 1u) { row = info[info[2] + index * DRAW]; }
    sum += dy[index * WIDTH4 + feature] * x[row * WIDTH4 + feature] * inverse[index];
  }
  gradient[feature] += sum;
}
