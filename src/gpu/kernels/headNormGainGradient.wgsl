// gradient[feature] += sum over rows and heads of dy * x * inverse; gradient [2, SIZE], that of queries' gains first. Before
// `headNormBackward`, which overwrites dy. A workgroup per feature: its threads share the rows (row i goes to thread i mod 64),
// and their sums are added in order.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> projected: array<f32>;
@group(0) @binding(2) var<storage, read> inverse: array<f32>;
@group(0) @binding(3) var<storage, read> dQkv: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradient: array<f32>;

const NORMED = HEADS + GROUPS;
const THREADS = 64u;

var<workgroup> sums: array<f32, THREADS>;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32
) {
  let feature = group.y * groups.x + group.x;
  let isOfKeys = feature >= SIZE;
  let firstHead = select(0u, HEADS, isOfKeys);
  let endHead = select(HEADS, NORMED, isOfKeys);
  var sum = 0.0;
  if (feature < 2u * SIZE) {
    for (var row = thread; row < info[0]; row += THREADS) {
      for (var head = firstHead; head < endHead; head++) {
        let at = (row * (HEADS + 2u * GROUPS) + head) * SIZE + feature % SIZE;
        sum += dQkv[at] * projected[at] * inverse[row * NORMED + head];
      }
    }
  }
  sums[thread] = sum;
  workgroupBarrier();
  if (thread > 0u || feature >= 2u * SIZE) { return; }
  for (var other = 1u; other < THREADS; other++) { sum += sums[other]; }
  gradient[feature] += sum;
}
