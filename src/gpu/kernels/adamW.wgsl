// One step of AdamW for one tensor, and its gradient back to zero. The gradient is scaled down so that the norm of all of them
// is at most `maximumNorm`. Where that norm is not finite, parameters and moments stay as they are, bit for bit.
@group(0) @binding(0) var<storage, read> settings: Settings;
@group(0) @binding(1) var<uniform> part: Part;
@group(0) @binding(2) var<storage, read> norm: array<u32>; // bits of the sum of squares and of its root
@group(0) @binding(3) var<storage, read_write> parameter: array<f32>; // this and the others: [part.count]
@group(0) @binding(4) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(5) var<storage, read_write> firstMoment: array<f32>;
@group(0) @binding(6) var<storage, read_write> secondMoment: array<f32>;

// Made of the options in float64: 1 - beta in float32 would be off by 1e-4 for beta = .999.
struct Settings {
  firstKept: f32, // beta1
  firstAdded: f32, // 1 - beta1
  secondKept: f32,
  secondAdded: f32,
  stepSize: f32, // learning rate / (1 - beta1^t)
  secondScale: f32, // 1 / sqrt(1 - beta2^t)
  epsilon: f32,
  decay: f32, // learning rate · weight decay
  maximumNorm: f32,
}
struct Part { count: u32, decays: u32 }

const THREADS = 64u;
const EACH = 4u; // elements of a thread
const EXPONENT = 0x7f800000u; // all of its bits are set in infinities and NaN, which adapters need not tell apart from numbers

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let first = (group.y * groups.x + group.x) * THREADS * EACH + thread;
  let isFinite = (norm[0] & EXPONENT) != EXPONENT;
  let clip = min(1.0, settings.maximumNorm / (bitcast<f32>(norm[1]) + 1e-6));
  let decay = select(0.0, settings.decay, part.decays == 1u);
  for (var index = first; index < min(first + THREADS * EACH, part.count); index += THREADS) {
    let slope = gradient[index] * clip;
    gradient[index] = 0.0;
    if (!isFinite) { continue; }
    let m = settings.firstKept * firstMoment[index] + settings.firstAdded * slope;
    let v = settings.secondKept * secondMoment[index] + settings.secondAdded * slope * slope;
    firstMoment[index] = m;
    secondMoment[index] = v;
    let step = settings.stepSize * m / (sqrt(v) * settings.secondScale + settings.epsilon);
    parameter[index] -= decay * parameter[index] + step;
  }
}
