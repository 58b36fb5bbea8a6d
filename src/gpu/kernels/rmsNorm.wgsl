// y[i] = x[row] / sqrt(mean(x[row]^2) + EPSILON) * gain; inverse[i] keeps 1 / sqrt(…) for the backward pass.
// GATHER = 0: row = i. GATHER = 1: row = the i-th drawn (or scored) row. One thread per row, ROWS to a workgroup.
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> gain: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> inverse: array<f32>;

const DRAW = 8u; // words per draw in `info`
const WIDTH4 = WIDTH / 4u;

@compute @workgroup_size(ROWS)
fn main(
  @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32
) {
  let index = (group.y * groups.x + group.x) * ROWS + thread;
  if (index >= info[GATHER]) { return; }
  var row = index;
  if (GATHER == 1u) { row = info[info[2] + index * DRAW]; }
  var squares = vec4f();
  for (var at = 0u; at < WIDTH4; at++) {
    let value = x[row * WIDTH4 + at];
    squares += value * value;
  }
  let scale = 1.0 / sqrt(dot(squares, vec4f(1.0)) / f32(WIDTH) + EPSILON);
  for (var at = 0u; at < WIDTH4; at++) {
    y[index * WIDTH4 + at] = x[row * WIDTH4 + at] * scale * gain[at];
  }
  inverse[index] = scale;
}
