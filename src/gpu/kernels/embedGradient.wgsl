// gradient[token] += sum of dx over the rows that hold the token, in row order (no atomics: the same input, the same bits).
// `uses` = [distinct tokens, then (token, first, end) of each, then row numbers grouped by token]; the host groups them.
@group(0) @binding(0) var<storage, read> uses: array<u32>;
@group(0) @binding(1) var<storage, read> dx: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let use_ = id.x / WIDTH;
  if (use_ >= uses[0]) { return; }
  let feature = id.x % WIDTH;
  let token = uses[1u + use_ * 3u];
  var sum = 0.0;
  for (var at = uses[2u + use_ * 3u]; at < uses[3u + use_ * 3u]; at++) {
    sum += dx[uses[at] * WIDTH + feature];
  }
  gradient[token * WIDTH + feature] += sum;
}
