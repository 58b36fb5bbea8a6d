// Per scored row, over the whole vocabulary at the given temperature: log-prob of the target, entropy, KL(policy‖base) and
// KL(base‖policy), and what `logitGradient` needs again (both log Σ exp). One workgroup per row.
// stats [S, 8]: log-prob, entropy, KL to base, KL from base, log-sum of the policy, log-sum of the base, unused, unused.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> policy: array<f32>;
@group(0) @binding(2) var<storage, read> base: array<f32>;
@group(0) @binding(3) var<storage, read_write> stats: array<f32>;

const DRAW = 8u; // words per draw in `info`

const THREADS = 64u;
var<workgroup> partial: array<vec4f, THREADS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let request = info[2] + group.x * DRAW;
  let goal = info[request + 2u];
  let scale = 1.0 / bitcast<f32>(info[request + 1u]);
  let at = group.x * V;

  var top = vec2f(-3.4e38);
  for (var v = thread; v < V; v += THREADS) { top = max(top, vec2f(policy[at + v], base[at + v]) * scale); }
  partial[thread] = vec4f(top, 0.0, 0.0);
  workgroupBarrier();
  for (var other = 0u; other < THREADS; other++) { top = max(top, partial[other].xy); }
  workgroupBarrier();

  var mass = vec2f();
  for (var v = thread; v < V; v += THREADS) { mass += exp(vec2f(policy[at + v], base[at + v]) * scale - top); }
  partial[thread] = vec4f(mass, 0.0, 0.0);
  workgroupBarrier();
  mass = vec2f();
  for (var other = 0u; other < THREADS; other++) { mass += partial[other].xy; }
  let logSum = top + log(mass);
  workgroupBarrier();

  var sums = vec3f(); // entropy, KL to base, KL from base
  for (var v = thread; v < V; v += THREADS) {
    let logs = vec2f(policy[at + v], base[at + v]) * scale - logSum;
    let probabilities = exp(logs);
    sums += vec3f(-probabilities.x * logs.x, probabilities.x * (logs.x - logs.y), probabilities.y * (logs.y - logs.x));
  }
  partial[thread] = vec4f(sums, 0.0);
  workgroupBarrier();
  if (thread != 0u) { return; }
  sums = vec3f();
  for (var other = 0u; other < THREADS; other++) { sums += partial[other].xyz; }
  let to = group.x * 8u;
  stats[to] = policy[at + goal] * scale - logSum.x;
  stats[to + 1u] = sums.x;
  stats[to + 2u] = sums.y;
  stats[to + 3u] = sums.z;
  stats[to + 4u] = logSum.x;
  stats[to + 5u] = logSum.y;
}
