// `rmsNormBackward.wgsl` with a workgroup per row: THREADS threads share its features. `workgroupSum` comes from
// `workgroupReduce.ts`.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> gain: array<vec4f>;
@group(0) @binding(3) var<storage, read> inverse: array<f32>;
@group(0) @binding(4) var<storage, read> dy: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> dx: array<vec4f>;

const DRAW = 8u; // words per draw in `info`
const WIDTH4 = WIDTH / 4u;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32
) {
  let index = group.y * groups.x + group.x;
  if (index >= info[GATHER]) { return; }
  var row = index;
  if (GATHER == 1u) { row = info[info[2] + index * DRAW]; }
  var products = vec4f();
  for (var at = thread; at < WIDTH4; at += THREADS) {
    products += gain[at] * dy[index * WIDTH4 + at] * x[row * WIDTH4 + at];
  }
  let scale = inverse[index];
  let pull = workgroupSum(dot(products, vec4f(1.0)), thread) * scale * scale * scale / f32(WIDTH);
  for (var at = thread; at < WIDTH4; at += THREADS) {
    dx[row * WIDTH4 + at] += gain[at] * dy[index * WIDTH4 + at] * scale - x[row * WIDTH4 + at] * pull;
  }
}
