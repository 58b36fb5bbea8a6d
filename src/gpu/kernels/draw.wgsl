// Draws one token per drawn row: the first token whose cumulative probability, in vocabulary order, exceeds the uniform
// number that the host sent. The host can replay it. Temperature 0: the most likely token (the lowest id on a tie).
// One workgroup per draw; every thread owns a contiguous chunk of the vocabulary.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read_write> drawn: array<vec4u>; // token, log-prob bits, entropy bits, unused

const DRAW = 8u; // words per draw in `info`

const THREADS = 64u;
const CHUNK = (V + THREADS - 1u) / THREADS;
var<workgroup> largest: array<f32, THREADS>;
var<workgroup> largestAt: array<u32, THREADS>;
var<workgroup> mass: array<f32, THREADS>;
var<workgroup> weighted: array<f32, THREADS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let request = info[2] + group.x * DRAW;
  let temperature = bitcast<f32>(info[request + 1u]);
  let isGreedy = temperature == 0.0;
  let scale = select(1.0 / max(temperature, 1e-6), 1.0, isGreedy);
  let base = group.x * V;
  let first = min(thread * CHUNK, V);
  let end = min(first + CHUNK, V);

  var top = -3.4e38;
  var topAt = 0u;
  for (var v = first; v < end; v++) {
    if (logits[base + v] > top) { top = logits[base + v]; topAt = v; }
  }
  largest[thread] = top;
  largestAt[thread] = topAt;
  workgroupBarrier();
  for (var other = 0u; other < THREADS; other++) {
    if (other == 0u || largest[other] > top) { top = largest[other]; topAt = largestAt[other]; }
  }

  var sum = 0.0;
  var product = 0.0;
  for (var v = first; v < end; v++) {
    let logit = (logits[base + v] - top) * scale;
    let weight = exp(logit);
    sum += weight;
    product += weight * logit;
  }
  mass[thread] = sum;
  weighted[thread] = product;
  workgroupBarrier();
  if (thread != 0u) { return; }

  var total = 0.0;
  var totalProduct = 0.0;
  for (var other = 0u; other < THREADS; other++) { total += mass[other]; totalProduct += weighted[other]; }
  let logTotal = log(total);
  var token = topAt;
  if (!isGreedy) { token = pick(base, top, scale, bitcast<f32>(info[request + 2u]) * total, topAt); }
  let logProb = (logits[base + token] - top) * scale - logTotal;
  let entropy = logTotal - totalProduct / total;
  drawn[group.x] = vec4u(token, bitcast<u32>(logProb), bitcast<u32>(entropy), 0u);
}

// The token at `target` on the cumulative mass; `fallback` where rounding leaves none.
fn pick(base: u32, top: f32, scale: f32, goal: f32, fallback: u32) -> u32 {
  var reached = 0.0;
  for (var other = 0u; other < THREADS; other++) {
    if (reached + mass[other] > goal) {
      var inner = reached;
      let first = other * CHUNK;
      for (var v = first; v < min(first + CHUNK, V); v++) {
        inner += exp((logits[base + v] - top) * scale);
        if (inner > goal) { return v; }
      }
    }
    reached += mass[other];
  }
  return fallback;
}
