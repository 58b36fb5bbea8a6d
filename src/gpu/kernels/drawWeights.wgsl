// Common to the kernels that draw tokens; `drawWeight.ts` is the same in TypeScript, to the last bit.
// Constants: V, TILE (tokens of the vocabulary that a workgroup weighs at a time: V, or a multiple of 4), THREADS, RUNS (of
// tokens, per thread).
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> logits: array<f32>; // [N, V]
@group(0) @binding(2) var<storage, read> logitVectors: array<vec4f>; // the same

const DRAW = 8u; // words per draw in `info`: row, temperature, key (2), counter, top k, top p, halvings per nat
const TILES = (V + TILE - 1u) / TILE;
const SLOTS = THREADS * RUNS; // runs of tokens that are weighed at a time
const FOUR = vec4u(0u, 1u, 2u, 3u);

// Of one tile of one draw: its largest logit, the lowest id of those, and what its tokens weigh.
struct Tile { top: f32, topAt: u32, low: u32, high: u32, product: f32 }

// 64-bit integers: low word, high word.
fn sum64(a: vec2u, b: vec2u) -> vec2u {
  let low = a.x + b.x;
  return vec2u(low, a.y + b.y + select(0u, 1u, low < b.x));
}
fn isLess64(a: vec2u, b: vec2u) -> bool { return a.y < b.y || (a.y == b.y && a.x < b.x); }

// floor(whole · multiple / 2^24), for multiple < 2^24 and whole < 2^63.
fn share(whole: vec2u, multiple: u32) -> vec2u {
  var part = vec2u();
  for (var bit = 0u; bit < 24u; bit++) {
    if (((multiple >> bit) & 1u) == 1u) { part = sum64(part, whole); }
    part = vec2u((part.x >> 1u) | (part.y << 31u), part.y >> 1u);
  }
  return part;
}

// 2^30 · 2^-halvings. Between a product and a sum stands `trunc`, so that nothing can be fused; conversions to integers and
// back would do the same and take twice as long. 12582912 = 1.5 · 2^23 moves an integer to the lowest bits of a float.
fn drawWeights(halvings: vec4f) -> vec4f {
  let isLikely = halvings < vec4f(31.0);
  let bounded = select(vec4f(31.0), halvings, isLikely);
  let whole = floor(bounded);
  let part = bounded - whole;
  let quarter = part * 0.25;
  var quotient = 5547538.0 - trunc(quarter * 1974310.0);
  quotient = 10304738.0 - trunc(quarter * quotient);
  quotient = 14897961.0 - trunc(quarter * quotient);
  quotient = 16121300.0 - trunc(quarter * quotient);
  quotient = 11629080.0 - trunc(quarter * quotient);
  let mantissa = 16777216.0 - trunc(part * quotient);
  let exponent = 133u - (bitcast<vec4u>(whole + 12582912.0) & vec4u(31u));
  let scale = bitcast<vec4f>(exponent << vec4u(23u)); // 2^(6 - whole)
  return select(vec4f(), trunc(mantissa * scale + 0.5), isLikely);
}

var<private> thread: u32;
var<private> row: u32; // first logit of the draw
var<private> top: f32; // its largest logit
var<private> perNat: f32; // log2(e) / temperature
// The place of the last token that can be drawn. A place is (id, bits of the distance to the top): as 64-bit integers they
// are in order of falling probability, ties by id.
var<private> bound = vec2u(0xffffffffu);

var<workgroup> largest: array<f32, THREADS>;
var<workgroup> largestAt: array<u32, THREADS>;
var<workgroup> mass: array<vec2u, SLOTS>;
var<workgroup> product: array<f32, THREADS>;

// A distance of 0 may be -0.
fn distanceBits(distances: vec4f) -> vec4u { return bitcast<vec4u>(distances) & vec4u(0x7fffffffu); }

// Four logits from `id` on; past the vocabulary's end, any. Rows of V logits begin at a vector where V is a multiple of 4.
fn logitsAt(id: u32) -> vec4f {
  if (V % 4u == 0u) { return logitVectors[(row + id) / 4u]; }
  let at = min(vec4u(row + id) + FOUR, vec4u(row + V - 1u));
  return vec4f(logits[at.x], logits[at.y], logits[at.z], logits[at.w]);
}

// The largest logit of the tile that starts at `first`, and the lowest id that has it.
fn topOf(first: u32) -> Tile {
  const LENGTH = (TILE + 4u * THREADS - 1u) / (4u * THREADS) * 4u;
  var highest = vec4f(-3.4028234e38);
  var highestAt = vec4u(first);
  let begin = first + thread * LENGTH;
  let end = min(min(begin + LENGTH, first + TILE), V);
  for (var id = begin; id < end; id += 4u) {
    let ids = vec4u(id) + FOUR;
    let four = logitsAt(id);
    let isHigher = (four > highest) & (ids < vec4u(end));
    highest = select(highest, four, isHigher);
    highestAt = select(highestAt, ids, isHigher);
  }
  var found = Tile(highest.x, highestAt.x, 0u, 0u, 0.0);
  for (var lane = 1u; lane < 4u; lane++) {
    if (highest[lane] > found.top || (highest[lane] == found.top && highestAt[lane] < found.topAt)) {
      found.top = highest[lane];
      found.topAt = highestAt[lane];
    }
  }
  largest[thread] = found.top;
  largestAt[thread] = found.topAt;
  workgroupBarrier();
  for (var other = 0u; other < THREADS; other++) {
    if (other == 0u || largest[other] > found.top) { found.top = largest[other]; found.topAt = largestAt[other]; }
  }
  return found;
}

// Weights of four tokens from `id` on: 0 from `end` on, and for what cannot be drawn.
fn weightsAt(id: u32, end: u32, distances: vec4f) -> vec4f {
  let ids = vec4u(id) + FOUR;
  let bits = distanceBits(distances);
  let isOut = (ids >= vec4u(end)) | (bits > vec4u(bound.y)) | ((bits == vec4u(bound.y)) & (ids > vec4u(bound.x)));
  return select(drawWeights(distances * perNat), vec4f(), isOut);
}

// Tokens of a run, a multiple of 4, when `size` tokens are divided among all slots.
fn runLength(size: u32) -> u32 { return (size + 4u * SLOTS - 1u) / (4u * SLOTS) * 4u; }

// Weighs `size` tokens from `first` on, run by run.
fn weigh(first: u32, size: u32) {
  let length = runLength(size);
  var products = 0.0;
  for (var slot = thread * RUNS; slot < (thread + 1u) * RUNS; slot++) {
    var weights = vec2u();
    var inRun = 0.0; // one sum of many small floats would lose its last digits
    let begin = first + slot * length;
    let end = min(min(begin + length, first + size), V);
    for (var id = begin; id < end; id += 4u) {
      let distances = top - logitsAt(id);
      let four = weightsAt(id, end, distances);
      let integers = vec4u(four); // below 2^31
      weights = sum64(weights, vec2u(integers.x + integers.y, 0u));
      weights = sum64(weights, vec2u(integers.z + integers.w, 0u));
      inRun += dot(four, min(distances * perNat, vec4f(31.0)));
    }
    mass[slot] = weights;
    products += inRun;
  }
  product[thread] = products;
  workgroupBarrier();
}

// The tile that was weighed last. Every thread adds it up.
fn weighed() -> Tile {
  var weights = vec2u();
  var products = 0.0;
  for (var slot = 0u; slot < SLOTS; slot++) { weights = sum64(weights, mass[slot]); }
  for (var other = 0u; other < THREADS; other++) { products += product[other]; }
  return Tile(0.0, 0u, weights.x, weights.y, products);
}
