// d/dz of w·logp + h·H + k·KL(π‖base) + f·KL(base‖π) per scored row, z being the policy's logits of one tile of the
// vocabulary; in place of the logits. With p = softmax(z / T): dlogp = δ − p, dH = −p (log p + H),
// dKL(π‖b) = p (log p − log b − KL), dKL(b‖π) = p − b, all / T.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<uniform> tile: Tile;
@group(0) @binding(2) var<storage, read> stats: array<f32>; // [S, 9], as `tokenStats` writes them
@group(0) @binding(3) var<storage, read> coefficients: array<vec4f>; // w, h, k, f
@group(0) @binding(4) var<storage, read> base: array<f32>; // [S, tile.count]
@group(0) @binding(5) var<storage, read_write> policy: array<f32>;

struct Tile { first: u32, count: u32, isLast: u32 }

const DRAW = 8u; // words per draw in `info`
const STAT = 9u; // words per row of `stats`

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let at = (group.y * groups.x + group.x) * 64u + thread;
  let row = at / tile.count;
  if (row >= info[1]) { return; }
  let token = tile.first + at % tile.count;
  let request = info[2] + row * DRAW;
  let scale = 1.0 / bitcast<f32>(info[request + 1u]);
  let stat = row * STAT;
  let logPolicy = policy[at] * scale - stats[stat + 4u];
  let logBase = base[at] * scale - stats[stat + 5u];
  let p = exp(logPolicy);
  let isTarget = select(0.0, 1.0, token == info[request + 2u]);
  let weight = coefficients[row];
  policy[at] = scale * (weight.x * (isTarget - p)
    - weight.y * p * (logPolicy + stats[stat + 1u])
    + weight.z * p * (logPolicy - logBase - stats[stat + 2u])
    + weight.w * (p - exp(logBase)));
}
