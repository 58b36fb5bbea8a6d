"""Kernels that work on the rows of a sequence: norms, rotary positions, attention, the gated activation.

Sizes and inputs are repeated by `src/gpu/checks/sequence/`.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

from common import check_input

Outputs = dict[str, torch.Tensor]

ELEMENT_SIZES = ((1, 4), (3, 20), (17, 132), (129, 1000))
EPSILON = 1e-5

# head size, query heads, key/value heads, lengths of the sequences
ATTENTION_SIZES = (
    (4, 2, 1, (1,)),
    (12, 3, 3, (1, 3, 17)),
    (16, 4, 2, (33, 1, 64, 31)),
    (16, 2, 2, (127, 129)),
    (4, 1, 1, (1000,)),
    (8, 5, 1, (17, 40)),
    (64, 2, 1, (35, 7)),
    (128, 2, 1, (3, 37)),
)
# head size, query heads, key/value heads, (slot, positions of its rows) in the order of the rows
DECODE_SIZES = (
    (4, 2, 1, ((0, (0,)),)),
    (12, 3, 3, ((2, (16,)), (0, (0, 1, 2)), (1, (129,)))),
    (16, 4, 2, ((1, (126,)), (0, (127, 128)), (2, (3,)))),
    (64, 9, 3, ((0, (16,)), (1, (140,)))),
    (128, 16, 1, ((1, (130,)), (0, (2,)))),
    (4, 1, 1, ((0, (999,)),)),
)
# head size, query heads, key/value heads, rows
HEAD_NORM_SIZES = ((4, 1, 1, 1), (12, 3, 1, 17), (16, 4, 2, 129), (128, 2, 1, 3))
# head size, query heads, key/value heads
ROPE_SIZES = ((4, 1, 1), (12, 3, 1), (16, 4, 2), (64, 9, 3), (128, 2, 1))
ROPE_LENGTHS = (1, 17, 3)


def swiglu(rows: int, width: int) -> Outputs:
    """The gate comes first, then up, as in `gateUp` [R, 2 width]; gates reach from -8 to 8."""
    gate_up = check_input(f"swiglu {rows} {width}", rows, 2 * width) * 8
    gate_up.requires_grad_()
    gate, up = gate_up.chunk(2, dim=1)
    out = F.silu(gate) * up
    out.backward(check_input(f"swiglu dOut {rows} {width}", rows, width))
    return {"out": out, "dGateUp": gate_up.grad}


def rms_norm(rows: int, width: int, is_drawn: bool) -> Outputs:
    """Rows differ in size, down to where epsilon counts. Drawn: every other row, last one first."""
    name = f"rmsNorm {rows} {width}"
    sizes = torch.tensor([1 / 256, 1.0, 16.0])[torch.arange(rows) % 3, None]
    x = (check_input(f"{name} x", rows, width) * sizes).requires_grad_()
    gain = (check_input(f"{name} gain", width) + 1).requires_grad_()
    drawn = torch.arange(rows - 1, -1, -2) if is_drawn else torch.arange(rows)
    y = F.rms_norm(x[drawn], (width,), gain, EPSILON)
    y.backward(check_input(f"{name} dy", len(drawn), width))
    inverse = torch.rsqrt(x[drawn].square().mean(1) + EPSILON)
    dx = check_input(f"{name} dx", rows, width) + x.grad
    return {"y": y, "inverse": inverse, "dx": dx, "dGain": check_input(f"{name} dGain", width) + gain.grad}


def head_norm(size: int, heads: int, groups: int, rows: int) -> Outputs:
    """Heads differ in size, down to where epsilon counts; values pass."""
    name = f"headNorm {size} {heads} {groups} {rows}"
    all_heads, normed = heads + 2 * groups, heads + groups
    sizes = torch.tensor([1 / 256, 1.0, 16.0])[torch.arange(rows * all_heads) % 3].reshape(rows, all_heads, 1)
    x = (check_input(f"{name} x", rows, all_heads, size) * sizes).requires_grad_()
    gains = (check_input(f"{name} gains", 2, size) + 1).requires_grad_()
    query = F.rms_norm(x[:, :heads], (size,), gains[0], EPSILON)
    key = F.rms_norm(x[:, heads:normed], (size,), gains[1], EPSILON)
    qkv = torch.cat((query, key, x[:, normed:]), dim=1)
    qkv.backward(check_input(f"{name} dQkv", rows, all_heads, size))
    return {
        "qkv": qkv.flatten(1),
        "inverse": torch.rsqrt(x[:, :normed].square().mean(2) + EPSILON),
        "dQkv": x.grad.flatten(1),
        "dGains": check_input(f"{name} dGains", 2, size) + gains.grad,
    }


def rotate_half(x: torch.Tensor) -> torch.Tensor:
    low, high = x.chunk(2, dim=-1)
    return torch.cat((-high, low), dim=-1)


def rope(size: int, heads: int, groups: int) -> Outputs:
    """Sequences lie in the cache in reverse order."""
    name = f"rope {size} {heads} {groups}"
    rows = sum(ROPE_LENGTHS)
    qkv = check_input(f"{name} qkv", rows, heads + 2 * groups, size).requires_grad_()
    position = torch.cat([torch.arange(length) for length in ROPE_LENGTHS])
    angle = position[:, None].double() * 10000.0 ** (-torch.arange(size // 2).double() / (size // 2))
    cos, sin = (torch.cat((part, part), dim=-1)[:, None] for part in (angle.cos(), angle.sin()))
    rotated = qkv * cos + rotate_half(qkv) * sin
    query, key, value = rotated[:, :heads], rotated[:, heads : heads + groups], qkv[:, heads + groups :]
    gradient = check_input(f"{name} dQkv", rows, heads + 2 * groups, size)
    torch.cat((query, key, value), dim=1).backward(gradient)
    order = torch.cat([part for part in reversed(torch.arange(rows).split(ROPE_LENGTHS))])
    return {
        "qkv": torch.cat((query, qkv[:, heads:]), dim=1).flatten(1),
        "keys": key[order].flatten(1),
        "values": value[order].flatten(1),
        "dQkv": qkv.grad.flatten(1),
    }


def attention(size: int, heads: int, groups: int, lengths: tuple[int, ...], scale: float) -> Outputs:
    """@param scale of queries and keys: scores grow with its square"""
    name = f"attention {size} {heads} {groups} {sum(lengths)}"
    rows = sum(lengths)
    qkv = check_input(f"{name} qkv", rows, heads + 2 * groups, size)
    qkv[:, : heads + groups] *= scale
    qkv.requires_grad_()
    outs, log_sums = [], []
    for part in qkv.split(lengths):
        query, key, value = (x.transpose(0, 1) for x in part.split((heads, groups, groups), dim=1))
        outs.append(F.scaled_dot_product_attention(query, key, value, is_causal=True, enable_gqa=True).transpose(0, 1))
        scores = query @ key.repeat_interleave(heads // groups, dim=0).transpose(1, 2) / size**0.5
        hidden = torch.ones(len(part), len(part), dtype=torch.bool).triu(1)
        log_sums.append(scores.masked_fill(hidden, -torch.inf).logsumexp(-1).T)
    out = torch.cat(outs)
    d_out = check_input(f"{name} dOut", rows, heads, size)
    out.backward(d_out)
    return {
        "out": out.flatten(1),
        "logSums": torch.cat(log_sums),
        "deltas": (out * d_out).sum(-1),
        "dQueries": qkv.grad[:, :heads].flatten(1),
        "dKeys": qkv.grad[:, heads : heads + groups].flatten(1),
        "dValues": qkv.grad[:, heads + groups :].flatten(1),
    }


def decode(size: int, heads: int, groups: int, slots: tuple[tuple[int, tuple[int, ...]], ...]) -> Outputs:
    """Each slot holds as many cache rows as its last position needs; slots lie in order of their number."""
    lengths = {slot: positions[-1] + 1 for slot, positions in slots}
    cache_rows = sum(lengths.values())
    rows = [(slot, position) for slot, positions in slots for position in positions]
    name = f"decode {size} {heads} {groups} {cache_rows}"
    query = check_input(f"{name} qkv", len(rows), heads + 2 * groups, size)[:, :heads] * 4
    keys = check_input(f"{name} keys", cache_rows, groups, size) * 4
    values = check_input(f"{name} values", cache_rows, groups, size)
    starts = {slot: sum(lengths[other] for other in lengths if other < slot) for slot in lengths}
    outs = []
    for row, (slot, position) in enumerate(rows):
        seen = slice(starts[slot], starts[slot] + position + 1)
        key, value = keys[seen].transpose(0, 1), values[seen].transpose(0, 1)
        outs.append(F.scaled_dot_product_attention(query[row, :, None], key, value, enable_gqa=True))
    return {"out": torch.stack(outs).flatten(1)}


def goldens() -> dict[str, Outputs]:
    entries = {}
    for rows, width in ELEMENT_SIZES:
        outputs = swiglu(rows, width)
        entries[f"swiglu {rows} {width}"] = {"out": outputs["out"]}
        entries[f"swigluBackward {rows} {width}"] = {"dGateUp": outputs["dGateUp"]}
        entries[f"rmsNorm {rows} {width}"] = rms_norm(rows, width, is_drawn=False)
        entries[f"rmsNorm {rows} {width} drawn"] = rms_norm(rows, width, is_drawn=True)
    for sizes in HEAD_NORM_SIZES:
        entries["headNorm " + " ".join(map(str, sizes))] = head_norm(*sizes)
    for size, heads, groups in ROPE_SIZES:
        entries[f"rope {size} {heads} {groups}"] = rope(size, heads, groups)
    for size, heads, groups, lengths in ATTENTION_SIZES:
        entries[f"attention {size} {heads} {groups} {sum(lengths)}"] = attention(size, heads, groups, lengths, 2)
    entries["attention 16 4 2 129 large"] = attention(16, 4, 2, (33, 1, 64, 31), 64)
    for size, heads, groups, slots in DECODE_SIZES:
        entries[f"decode {size} {heads} {groups}"] = decode(size, heads, groups, slots)
    return entries
