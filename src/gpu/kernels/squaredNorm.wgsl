// Sums of squares of one tensor: each thread adds 256 elements, 16 sums of 16. The order depends on the tensor's size alone.
@group(0) @binding(0) var<uniform> part: Part;
@group(0) @binding(1) var<storage, read> values: array<f32>; // [part.count]
@group(0) @binding(2) var<storage, read_write> partial: array<f32>; // 64 per workgroup, from part.first on

struct Part { count: u32, first: u32 }

const THREADS = 64u;
const RUN = 16u;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let block = group.y * groups.x + group.x;
  let begin = block * THREADS * RUN * RUN;
  if (begin >= part.count) { return; }
  var sum = 0.0;
  for (var run = 0u; run < RUN; run++) {
    var inRun = 0.0;
    let first = begin + run * THREADS * RUN + thread;
    for (var index = first; index < min(first + THREADS * RUN, part.count); index += THREADS) {
      inRun += values[index] * values[index];
    }
    sum += inRun;
  }
  partial[part.first + block * THREADS + thread] = sum;
}
