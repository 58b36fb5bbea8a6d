// What every tile of every draw weighs, for vocabularies of many tiles. One workgroup per tile, after `drawTop`.
@group(0) @binding(3) var<storage, read_write> tiles: array<Tile>; // [N, TILES]

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let at = group.y * groups.x + group.x;
  if (at >= info[1] * TILES) { return; }
  let draw = at / TILES;
  thread = index;
  row = draw * V;
  perNat = bitcast<f32>(info[info[2] + draw * DRAW + 7u]);
  top = tiles[draw * TILES].top;
  for (var tile = 1u; tile < TILES; tile++) { top = max(top, tiles[draw * TILES + tile].top); }
  weigh(at % TILES * TILE, TILE);
  let found = weighed();
  if (thread != 0u) { return; }
  tiles[at].low = found.low;
  tiles[at].high = found.high;
  tiles[at].product = found.product;
}
