// gradient[n] += sum of dy[m, n] over the rows, in order. One thread per output.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= N) { return; }
  var sum = gradient[id.x];
  for (var row = 0u; row < info[COUNT_AT]; row++) { sum += dy[row * N + id.x]; }
  gradient[id.x] = sum;
}
