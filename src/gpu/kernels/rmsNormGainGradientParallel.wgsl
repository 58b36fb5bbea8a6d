// `rmsNormGainGradient.wgsl` with a workgroup per 16 features: 16 threads of each share the rows (row i goes to thread i mod
// 16), and their sums are added in order.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> inverse: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradient: array<f32>;

const DRAW = 8u; // words per draw in `info`
const SIDE = 16u;

var<workgroup> sums: array<f32, SIDE * SIDE>;

@compute @workgroup_size(SIDE, SIDE)
fn main(
  @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) thread: vec3u
) {
  let feature = (group.y * groups.x + group.x) * SIDE + thread.x;
  let count = info[GATHER];
  var sum = 0.0;
  if (feature < WIDTH) {
    for (var index = thread.y; index < count; index += SIDE) {
      var row = index;
      if (GATHER == 1u) { row = info[info[2] + index * DRAW]; }
      sum += dy[index * WIDTH + feature] * x[row * WIDTH + feature] * inverse[index];
    }
  }
  sums[thread.y * SIDE + thread.x] = sum;
  workgroupBarrier();
  if (thread.y > 0u || feature >= WIDTH) { return; }
  for (var other = 1u; other < SIDE; other++) { sum += sums[other * SIDE + thread.x]; }
  gradient[feature] += sum;
}
