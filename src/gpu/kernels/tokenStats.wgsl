// Per scored row, at the given temperature: log-prob of the target under policy and base, entropy, KL(policy‖base) and
// KL(base‖policy), and what `logitGradient` needs again (both log Σ exp). The vocabulary comes in one tile or several. One
// workgroup per row.
// With a = z − max z of the policy, b likewise of the base, and p = exp a, q = exp b, not normalised, stats [S, 9] holds
// between the tiles max z (2), Σp, Σq, Σpa, Σp(a − b), Σq(b − a), and both z of the target. After the last one it holds log-prob,
//   H = log Σp − Σpa / Σp,  KL(policy‖base) = Σp(a − b) / Σp − log(Σp / Σq),  KL(base‖policy) = Σq(b − a) / Σq + log(Σp / Σq),
// log-sum of the policy, log-sum of the base, log-prob under the base, unused, unused. What cancels in a KL are means of a − b, and logs below log V,
// whatever the offsets of the logits: its error is a few 2^-24 · (log V + mean of |a| + |b|), 7e-7 at most where we measured
// (V to 32,000, logits of standard deviation 3 and offset 100, KL from 5e-9 to .7).
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<uniform> tile: Tile;
@group(0) @binding(2) var<storage, read> policy: array<f32>; // [S, tile.count]
@group(0) @binding(3) var<storage, read> base: array<f32>;
@group(0) @binding(4) var<storage, read_write> stats: array<f32>;

struct Tile { first: u32, count: u32, isLast: u32 }

const DRAW = 8u; // words per draw in `info`
const STAT = 9u; // words per row of `stats`
const RUN = 32u; // terms that a thread adds before it adds their sum

// Sums over some tokens, relative to their largest logits.
struct Sums {
  top: vec2f, // policy, base
  mass: vec2f,
  own: f32, // Σ p a
  cross: vec2f, // Σ p (a − b), Σ q (b − a)
}

var<workgroup> tops: array<vec2f, THREADS>;
var<workgroup> sums: array<Sums, THREADS>;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= info[1]) { return; }
  let request = info[2] + row * DRAW;
  let scale = 1.0 / bitcast<f32>(info[request + 1u]);
  let at = row * tile.count;

  var top = vec2f(-3.4e38);
  for (var v = thread; v < tile.count; v += THREADS) { top = max(top, vec2f(policy[at + v], base[at + v]) * scale); }
  tops[thread] = top;
  workgroupBarrier();
  for (var other = 0u; other < THREADS; other++) { top = max(top, tops[other]); }

  var found = Sums(top, vec2f(), 0.0, vec2f());
  for (var first = thread; first < tile.count; first += THREADS * RUN) {
    var run = Sums();
    for (var v = first; v < min(first + THREADS * RUN, tile.count); v += THREADS) {
      let logits = vec2f(policy[at + v], base[at + v]) * scale - top;
      let weights = exp(logits);
      run.mass += weights;
      run.own += weights.x * logits.x;
      run.cross += weights * vec2f(logits.x - logits.y, logits.y - logits.x);
    }
    found = added(found, run);
  }
  sums[thread] = found;
  workgroupBarrier();
  if (thread != 0u) { return; }
  for (var other = 1u; other < THREADS; other++) { found = added(found, sums[other]); }

  let to = row * STAT;
  let goal = info[request + 2u] - tile.first; // wraps around, and is too large, for a target before this tile
  var chosen = vec2f();
  if (tile.first > 0u) {
    found = merged(
      Sums(
        vec2f(stats[to], stats[to + 1u]),
        vec2f(stats[to + 2u], stats[to + 3u]),
        stats[to + 4u],
        vec2f(stats[to + 5u], stats[to + 6u]),
      ),
      found,
    );
    chosen = vec2f(stats[to + 7u], stats[to + 8u]);
  }
  if (goal < tile.count) { chosen = vec2f(policy[at + goal], base[at + goal]) * scale; }
  if (tile.isLast == 0u) {
    stats[to] = found.top.x;
    stats[to + 1u] = found.top.y;
    stats[to + 2u] = found.mass.x;
    stats[to + 3u] = found.mass.y;
    stats[to + 4u] = found.own;
    stats[to + 5u] = found.cross.x;
    stats[to + 6u] = found.cross.y;
    stats[to + 7u] = chosen.x;
    stats[to + 8u] = chosen.y;
    return;
  }
  let logs = log(found.mass);
  stats[to] = chosen.x - found.top.x - logs.x;
  stats[to + 1u] = logs.x - found.own / found.mass.x;
  stats[to + 2u] = found.cross.x / found.mass.x - (logs.x - logs.y);
  stats[to + 3u] = found.cross.y / found.mass.y + (logs.x - logs.y);
  stats[to + 4u] = found.top.x + logs.x;
  stats[to + 5u] = found.top.y + logs.y;
  stats[to + 6u] = chosen.y - found.top.y - logs.y;
}

// Of two sets of tokens whose sums are relative to the same logits.
fn added(one: Sums, other: Sums) -> Sums {
  return Sums(one.top, one.mass + other.mass, one.own + other.own, one.cross + other.cross);
}

fn merged(one: Sums, other: Sums) -> Sums {
  let top = max(one.top, other.top);
  return added(relativeTo(top, one), relativeTo(top, other));
}

// a becomes a + (old top − new top), and p becomes p · exp(old top − new top).
fn relativeTo(top: vec2f, old: Sums) -> Sums {
  let shift = old.top - top;
  let factor = exp(shift);
  return Sums(
    top,
    old.mass * factor,
    (old.own + old.mass.x * shift.x) * factor.x,
    (old.cross + old.mass * vec2f(shift.x - shift.y, shift.y - shift.x)) * factor,
  );
}
