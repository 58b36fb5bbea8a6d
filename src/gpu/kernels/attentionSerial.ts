import type { Kernel } from '../plan.ts';
import { ATTENTION_HEADER, headsAtOnce, partsOf, shareOf, type AttentionShape } from './attentionShape.ts';
import { sharersOf, threadsOf, type Neighbours } from './neighbours.ts';
import { unroll } from './unroll.ts';

/**
 * Attention for the `serial` style: a thread keeps the queries (or keys) of a few rows in registers, unrolled, and reads every
 * key and value once for all of them. Positions are taken one by one, oldest first, so that a row's bits are the same in
 * every tile, in training and in decoding.
 */
export interface SerialTile {
  /** Neighbouring rows of a thread. More than one needs the training layout. */
  readonly rows: number;
  /** Query heads of one group that a thread serves. */
  readonly heads: number;
  /** A quad walks through the positions together; it needs the training layout. */
  readonly neighbours: Neighbours;
}

/** Fours in registers: beyond, compiling takes seconds on a CPU adapter (docs/experiments.md, "Attention tiles"). */
const HEAD_LIMIT = 48;
const ROW_LIMIT = 16;

/** Tiles by what they keep per row: `queries` those of several heads, `keys` one key and value. */
export function serialTile(shape: AttentionShape, keeps: 'queries' | 'keys', neighbours: Neighbours): SerialTile {
  const heads = headsAtOnce(shape, HEAD_LIMIT / partsOf(shape));
  const perRow = partsOf(shape) * (keeps === 'queries' ? heads : 1);
  return { rows: Math.min(4, Math.max(1, Math.floor(ROW_LIMIT / perRow))), heads, neighbours };
}

/** The tile that needs no training layout. */
export function decodeTile(shape: AttentionShape, neighbours: Neighbours): SerialTile {
  return { ...serialTile(shape, 'queries', neighbours === 'quad' ? 'four' : neighbours), rows: 1 };
}

/** Rows that a workgroup serves. */
export const serialRows = ({ rows, neighbours }: SerialTile) => threadsOf(neighbours) * rows;

export const serialConstants = ({ rows, heads, neighbours }: SerialTile) => ({
  ROWS: rows,
  AT_ONCE: heads,
  THREADS: threadsOf(neighbours),
  SHARERS: sharersOf(neighbours),
});

/** Forward: the online softmax (arXiv 1805.02867) over the positions of the row's own sequence. */
export function attentionSerial(shape: AttentionShape, tile: SerialTile): Kernel {
  const { parts, perRow, perHead, perPart, dots, directives, read, begin, from, to, isShared } = pieces(shape, tile);
  const seen = (hidden: string, value: string, r: number) =>
    isShared ? `select(${hidden}, ${value}, sees${r})` : value;
  const code = `${directives}${ATTENTION_HEADER}
@group(0) @binding(4) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> stats: array<vec2f>;
${begin('HEADS / AT_ONCE')}
  let firstHead = slice * AT_ONCE;
  let group = firstHead / SHARE;
  ${perRow(
    (r) => `
  let start${r} = info[6u + row${r} * 4u];
  let here${r} = start${r} + info[5u + row${r} * 4u];
  let queryAt${r} = (row${r} * ALL_HEADS + firstHead) * PARTS;
  ${perHead(
    (h) => `
  ${perPart((p) => `let q${r}_${h}_${p} = qkv[queryAt${r} + ${h * parts + p}u] * SCALE; var sum${r}_${h}_${p} = vec4f();`)}
  var largest${r}_${h} = -1e30; var total${r}_${h} = 0.0;`,
  )}`,
  )}
  for (var at = ${isShared ? `info[6u + ${from} * 4u]` : 'start0'}; at <= ${isShared ? to : 'here0'}; at++) {
    let keyAt = (at * GROUPS + group) * PARTS;
    ${perPart((p) => read(`k${p}`, 'keys', `keyAt + ${p}u`) + read(`v${p}`, 'values', `keyAt + ${p}u`))}
    ${perRow(
      (r) => `
    let sees${r} = at >= start${r} && at <= here${r};
    ${perHead(
      (h) => `{
      let score = ${seen(
        '-1e30',
        dots((p) => `q${r}_${h}_${p}, k${p}`),
        r,
      )};
      let gap = score - largest${r}_${h};
      let small = exp(-abs(gap));
      let shrink = select(1.0, small, gap > 0.0);
      let weight = ${seen('0.0', 'select(small, 1.0, gap > 0.0)', r)};
      total${r}_${h} = total${r}_${h} * shrink + weight;
      ${perPart((p) => `sum${r}_${h}_${p} = sum${r}_${h}_${p} * shrink + weight * v${p};`)}
      largest${r}_${h} = max(largest${r}_${h}, score);
    }`,
    )}`,
    )}
  }
  ${perRow(
    (r) => `if (mine + ${r}u < rows) {
    let outAt = (row${r} * HEADS + firstHead) * PARTS;
    ${perHead(
      (h) => `
    ${perPart((p) => `out[outAt + ${h * parts + p}u] = sum${r}_${h}_${p} / total${r}_${h};`)}
    stats[row${r} * HEADS + firstHead + ${h}u].x = largest${r}_${h} + log(total${r}_${h});`,
    )}
  }`,
  )}
}`;
  return { name: 'attention', code };
}

/** Gradient of the rotated queries, and delta = dOut · out (FlashAttention-2, arXiv 2307.08691), which keys and values need. */
export function attentionQueryGradientSerial(shape: AttentionShape, tile: SerialTile): Kernel {
  const { parts, perRow, perHead, perPart, dots, directives, read, begin, from, to } = pieces(shape, tile);
  const code = `${directives}${ATTENTION_HEADER}
@group(0) @binding(4) var<storage, read> out: array<vec4f>;
@group(0) @binding(5) var<storage, read> dOut: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> stats: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> dQkv: array<vec4f>;
${begin('HEADS / AT_ONCE')}
  let firstHead = slice * AT_ONCE;
  let group = firstHead / SHARE;
  ${perRow(
    (r) => `
  let start${r} = info[6u + row${r} * 4u];
  let queryAt${r} = (row${r} * ALL_HEADS + firstHead) * PARTS;
  let outAt${r} = (row${r} * HEADS + firstHead) * PARTS;
  ${perHead(
    (h) => `
  ${perPart((p) => `let q${r}_${h}_${p} = qkv[queryAt${r} + ${h * parts + p}u] * SCALE; let d${r}_${h}_${p} = dOut[outAt${r} + ${h * parts + p}u]; var g${r}_${h}_${p} = vec4f();`)}
  let delta${r}_${h} = ${dots((p) => `d${r}_${h}_${p}, out[outAt${r} + ${h * parts + p}u]`)};
  let logSum${r}_${h} = stats[row${r} * HEADS + firstHead + ${h}u].x;`,
  )}`,
  )}
  for (var at = info[6u + ${from} * 4u]; at <= ${to}; at++) {
    let keyAt = (at * GROUPS + group) * PARTS;
    ${perPart((p) => read(`k${p}`, 'keys', `keyAt + ${p}u`) + read(`v${p}`, 'values', `keyAt + ${p}u`))}
    ${perRow(
      (r) => `
    let sees${r} = at >= start${r} && at <= row${r};
    ${perHead(
      (h) => `{
      let score = ${dots((p) => `q${r}_${h}_${p}, k${p}`)};
      let dWeight = ${dots((p) => `d${r}_${h}_${p}, v${p}`)};
      let dScore = select(0.0, exp(score - logSum${r}_${h}) * (dWeight - delta${r}_${h}) * SCALE, sees${r});
      ${perPart((p) => `g${r}_${h}_${p} += dScore * k${p};`)}
    }`,
    )}`,
    )}
  }
  ${perRow(
    (r) => `if (mine + ${r}u < rows) {
    ${perHead(
      (h) => `
    stats[row${r} * HEADS + firstHead + ${h}u].y = delta${r}_${h};
    ${perPart((p) => `dQkv[queryAt${r} + ${h * parts + p}u] = g${r}_${h}_${p};`)}`,
    )}
  }`,
  )}
}`;
  return { name: 'attentionQueryGradient', code };
}

/** Gradient of the rotated keys and the values: the later rows of the sequence and their heads are added up in order. */
export function attentionKeyValueGradientSerial(shape: AttentionShape, tile: SerialTile): Kernel {
  const { perRow, perHead, perPart, dots, directives, read, begin, from, to } = pieces(shape, tile);
  // A loop that runs once costs a CPU adapter as much as one that runs often.
  const allHeads =
    tile.heads === shareOf(shape)
      ? 'let firstHead = slice * SHARE;'
      : 'for (var firstHead = slice * SHARE; firstHead < (slice + 1u) * SHARE; firstHead += AT_ONCE)';
  const code = `${directives}${ATTENTION_HEADER}
@group(0) @binding(4) var<storage, read> dOut: array<vec4f>;
@group(0) @binding(5) var<storage, read> stats: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> dQkv: array<vec4f>;
${begin('GROUPS')}
  ${perRow(
    (r) => `
  let end${r} = info[7u + row${r} * 4u];
  let keyAt${r} = (row${r} * GROUPS + slice) * PARTS;
  ${perPart((p) => `let k${r}_${p} = keys[keyAt${r} + ${p}u] * SCALE; let v${r}_${p} = values[keyAt${r} + ${p}u]; var dk${r}_${p} = vec4f(); var dv${r}_${p} = vec4f();`)}`,
  )}
  let end = info[7u + ${to} * 4u];
  for (var later = ${from}; later < end; later++) {
    ${perRow((r) => `let isSeen${r} = later >= row${r} && later < end${r};`)}
    ${allHeads} {
    ${perHead(
      (h) => `{
      let head = firstHead + ${h}u;
      let queryAt = (later * ALL_HEADS + head) * PARTS;
      let outAt = (later * HEADS + head) * PARTS;
      let stat = stats[later * HEADS + head];
      ${perPart((p) => read(`q${p}`, 'qkv', `queryAt + ${p}u`) + read(`d${p}`, 'dOut', `outAt + ${p}u`))}
      ${perRow(
        (r) => `{
        let weight = select(0.0, exp(${dots((p) => `q${p}, k${r}_${p}`)} - stat.x), isSeen${r});
        let dScore = weight * (${dots((p) => `d${p}, v${r}_${p}`)} - stat.y) * SCALE;
        ${perPart((p) => `dv${r}_${p} += weight * d${p}; dk${r}_${p} += dScore * q${p};`)}
      }`,
      )}
    }`,
    )}
    }
  }
  ${perRow(
    (r) => `if (mine + ${r}u < rows) {
    let toKey = (row${r} * ALL_HEADS + HEADS + slice) * PARTS;
    let toValue = toKey + GROUPS * PARTS;
    ${perPart((p) => `dQkv[toKey + ${p}u] = dk${r}_${p}; dQkv[toValue + ${p}u] = dv${r}_${p};`)}
  }`,
  )}
}`;
  return { name: 'attentionKeyValueGradient', code };
}

/** What the three kernels repeat. `from` and `to` are the first and last row whose sequences a thread walks through. */
function pieces(shape: AttentionShape, { rows, heads, neighbours }: SerialTile) {
  const parts = partsOf(shape);
  const isQuad = neighbours === 'quad';
  const perPart = (line: (p: number) => string) => unroll(parts, line, ' ');
  const perRow = (line: (r: number) => string) => unroll(rows, line);
  return {
    parts,
    perRow,
    perHead: (line: (h: number) => string) => unroll(heads, line),
    perPart,
    dots: (factors: (p: number) => string) => unroll(parts, (p) => `dot(${factors(p)})`, ' + '),
    directives: isQuad ? 'enable subgroups;' : '',
    read: (name: string, buffer: string, at: string) =>
      isQuad
        ? `let ${name}_ = ${buffer}[${at}][lane]; let ${name} = vec4f(${unroll(4, (lane) => `quadBroadcast(${name}_, ${lane}u)`, ', ')});`
        : `let ${name} = ${buffer}[${at}];`,
    begin: (slices: string) => `
@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32
) {
  let rows = info[0];
  let index = id.y * groups.x + id.x;
  let slice = index % (${slices});
  let firstRow = index / (${slices}) * THREADS * ROWS;
  if (firstRow >= rows) { return; }
  let lastRow = min(firstRow + THREADS * ROWS, rows) - 1u;
  let mine = firstRow + lane * ROWS;
  // Rows past the end are computed as the last one, and not stored.
  ${perRow((r) => `let row${r} = min(mine + ${r}u, rows - 1u);`)}`,
    from: isQuad ? 'firstRow' : 'row0',
    to: isQuad ? 'lastRow' : `row${rows - 1}`,
    /** Whether a thread passes positions that not all of its rows see. */
    isShared: isQuad || rows > 1,
  };
}
