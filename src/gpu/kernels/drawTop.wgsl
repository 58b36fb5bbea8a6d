// The largest logit of every tile of every draw, for vocabularies of many tiles. One workgroup per tile.
@group(0) @binding(3) var<storage, read_write> tiles: array<Tile>; // [N, TILES]

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let at = group.y * groups.x + group.x;
  if (at >= info[1] * TILES) { return; }
  thread = index;
  row = at / TILES * V;
  let found = topOf(at % TILES * TILE);
  if (thread == 0u) { tiles[at] = found; }
}
