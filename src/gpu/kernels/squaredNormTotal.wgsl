// Adds up what `squaredNorm` left of all tensors: the sum of squares and its root. One workgroup.
@group(0) @binding(0) var<uniform> part: Part;
@group(0) @binding(1) var<storage, read> partial: array<f32>; // [part.count]
@group(0) @binding(2) var<storage, read_write> norm: array<f32>; // sum of squares, norm

struct Part { count: u32, first: u32 }

const THREADS = 64u;
const RUN = 32u;
var<workgroup> sums: array<f32, THREADS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(local_invocation_index) thread: u32) {
  var sum = 0.0;
  for (var first = thread; first < part.count; first += THREADS * RUN) {
    var inRun = 0.0;
    for (var index = first; index < min(first + THREADS * RUN, part.count); index += THREADS) { inRun += partial[index]; }
    sum += inRun;
  }
  sums[thread] = sum;
  workgroupBarrier();
  if (thread != 0u) { return; }
  var total = 0.0;
  for (var first = 0u; first < THREADS; first += 8u) {
    var inRun = 0.0;
    for (var other = first; other < first + 8u; other++) { inRun += sums[other]; }
    total += inRun;
  }
  norm[0] = total;
  norm[1] = sqrt(total);
}
