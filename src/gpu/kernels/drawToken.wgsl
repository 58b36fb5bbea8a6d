// Draws one token per drawn row: the first whose cumulative probability, in vocabulary order, exceeds the draw's number
// (`base/counterRandom.ts`). Temperature first, then top k, then top p, ties by id; temperature 0 takes the most likely
// token. Log-prob and entropy are those of the distribution drawn from. `policy/drawToken.ts` finds the same token.
// One workgroup per draw. Where the vocabulary has many tiles, `drawTop` and `drawMass` have weighed them before.
@group(0) @binding(3) var<storage, read> tiles: array<Tile>; // [N, TILES], unused where TILES is 1
@group(0) @binding(4) var<storage, read_write> drawn: array<vec4u>; // token, log-prob bits, entropy bits, 0

const LN_2 = 0.6931471805599453;
const UNIT = 9.313225746154785e-10; // 2^-30, the weight 1 relative to the most likely token

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let draw = group.y * groups.x + group.x;
  if (draw >= info[1]) { return; }
  let request = info[2] + draw * DRAW;
  let isGreedy = (info[request + 1u] & 0x7fffffffu) == 0u;
  let isTopK = !isGreedy && info[request + 5u] != 0u;
  let isTopP = !isGreedy && bitcast<f32>(info[request + 6u]) < 1.0;
  thread = index;
  row = draw * V;
  perNat = bitcast<f32>(info[request + 7u]);

  var found = Tile();
  if (TILES == 1u) { found = topOf(0u); } else { found = joined(draw); }
  top = found.top;
  let topAt = found.topAt;
  if (isTopK) { bound = lastKept(vec2u(min(info[request + 5u], V), 0u), false); }
  if (TILES == 1u || isTopK) { found = weighAll(); }
  if (isTopP) {
    let goal = share(vec2u(found.low, found.high), u32(bitcast<f32>(info[request + 6u]) * 16777216.0));
    bound = lastKept(select(goal, vec2u(1u, 0u), all(goal == vec2u())), true); // one token at the least
    found = weighAll();
  }

  let total = vec2u(found.low, found.high);
  let number = threefry(vec2u(info[request + 2u], info[request + 3u]), vec2u(info[request + 4u], 0u)).x;
  let drawnAt = tokenAt(share(total, (number >> 9u) * 2u + 1u));
  if (thread != 0u) { return; }
  let token = select(drawnAt, topAt, isGreedy);
  let relativeMass = f32(total.y) * 4.0 + f32(total.x) * UNIT;
  let logProb = (logits[row + token] - top) * perNat * LN_2 - log(relativeMass);
  let entropy = log(relativeMass) + LN_2 * (found.product * UNIT / relativeMass);
  drawn[draw] = vec4u(token, bitcast<u32>(logProb), bitcast<u32>(entropy), 0u);
}

var<workgroup> tileMass: array<vec2u, TILES>;

// What `drawTop` and `drawMass` found.
fn joined(draw: u32) -> Tile {
  var all = Tile();
  for (var tile = 0u; tile < TILES; tile++) {
    let found = tiles[draw * TILES + tile];
    if (tile == 0u || found.top > all.top) { all.top = found.top; all.topAt = found.topAt; }
    let weights = sum64(vec2u(all.low, all.high), vec2u(found.low, found.high));
    all.low = weights.x;
    all.high = weights.y;
    all.product += found.product;
    if (thread == 0u) { tileMass[tile] = vec2u(found.low, found.high); }
  }
  workgroupBarrier();
  return all;
}

// Weighs the whole vocabulary.
fn weighAll() -> Tile {
  var all = Tile();
  for (var tile = 0u; tile < TILES; tile++) {
    weigh(tile * TILE, TILE);
    let found = weighed();
    let weights = sum64(vec2u(all.low, all.high), vec2u(found.low, found.high));
    all.low = weights.x;
    all.high = weights.y;
    all.product += found.product;
    if (thread == 0u) { tileMass[tile] = vec2u(found.low, found.high); }
    workgroupBarrier();
  }
  return all;
}

// The token at `goal` on the cumulative mass: its tile, its run in the tile, its run in the run, …, its place among four.
fn tokenAt(goal: vec2u) -> u32 {
  var reached = vec2u();
  var first = 0u;
  for (var tile = 0u; tile < TILES; tile++) {
    let next = sum64(reached, tileMass[tile]);
    if (isLess64(goal, next)) { first = tile * TILE; break; }
    reached = next;
  }
  for (var size = TILE; size > 4u; size = runLength(size)) {
    // The only tile has just been weighed.
    if (TILES > 1u || size < TILE) { weigh(first, size); }
    for (var slot = 0u; slot < SLOTS; slot++) {
      let next = sum64(reached, mass[slot]);
      if (isLess64(goal, next)) { first += slot * runLength(size); break; }
      reached = next;
    }
    workgroupBarrier();
  }
  let weights = vec4u(weightsAt(first, V, top - logitsAt(first)));
  for (var lane = 0u; lane < 3u; lane++) {
    reached = sum64(reached, vec2u(weights[lane], 0u));
    if (isLess64(goal, reached)) { return first + lane; }
  }
  return first + 3u;
}

const ID_DIGITS = select(select(3u, 2u, V <= 65536u), 1u, V <= 256u);
const DIGITS = 4u + ID_DIGITS; // of a place, to base 256
var<workgroup> low: array<atomic<u32>, 256>;
var<workgroup> high: array<atomic<u32>, 256>;

// The first place, in order of falling probability, where the tokens up to it are `goal` many (or weigh as much). Digit by
// digit from the highest: tokens that share the digits known so far are sorted into bins by the next one. Sums are of
// integers, so that the order in which atomics arrive changes nothing.
fn lastKept(goal: vec2u, isMass: bool) -> vec2u {
  var place = vec2u();
  var reached = vec2u();
  for (var digit = 0u; digit < DIGITS; digit++) {
    let shift = 8u * (select(DIGITS - 1u, 3u, digit < 4u) - digit);
    for (var bin = thread; bin < 256u; bin += THREADS) {
      atomicStore(&low[bin], 0u);
      atomicStore(&high[bin], 0u);
    }
    workgroupBarrier();
    for (var id = thread * 4u; id < V; id += THREADS * 4u) {
      let distances = top - logitsAt(id);
      let places = distanceBits(distances);
      let amounts = select(vec4u(1u), vec4u(drawWeights(distances * perNat)), isMass);
      for (var lane = 0u; lane < min(4u, V - id); lane++) {
        let at = vec2u(id + lane, places[lane]);
        let bin = select(at.x ^ place.x, at.y ^ place.y, digit < 4u) >> shift;
        if (bin > 255u || (digit >= 4u && at.y != place.y) || isLess64(bound, at)) { continue; }
        let before = atomicAdd(&low[bin], amounts[lane]);
        if (before + amounts[lane] < before) { atomicAdd(&high[bin], 1u); }
      }
    }
    workgroupBarrier();
    var bin = 0u;
    for (; bin < 255u; bin++) {
      let next = sum64(reached, vec2u(atomicLoad(&low[bin]), atomicLoad(&high[bin])));
      if (!isLess64(next, goal)) { break; }
      reached = next;
    }
    if (digit < 4u) { place.y |= bin << shift; } else { place.x |= bin << shift; }
    workgroupBarrier();
  }
  return place;
}

// Threefry-2x32 with 20 rounds.
fn threefry(key: vec2u, counter: vec2u) -> vec2u {
  const ROTATIONS = array(13u, 15u, 26u, 6u, 17u, 29u, 16u, 24u);
  let schedule = array(key.x, key.y, key.x ^ key.y ^ 0x1bd11bdau);
  var words = counter + key;
  for (var round = 0u; round < 20u; round++) {
    let rotation = ROTATIONS[round % 8u];
    words.x += words.y;
    words.y = ((words.y << rotation) | (words.y >> (32u - rotation))) ^ words.x;
    if (round % 4u == 3u) {
      let injection = round / 4u + 1u;
      words += vec2u(schedule[injection % 3u], schedule[(injection + 1u) % 3u] + injection);
    }
  }
  return words;
}
