"""Linear layers in every weight format, with bias, residual and low-rank factors; and the embedding."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from common import check_input, check_integers

PRECISIONS = ("f32", "f16", "int8", "int4")
GROUP = 32

PLAIN = [(1, 1, 4), (3, 17, 12), (17, 3, 64), (127, 129, 132), (129, 127, 576), (1000, 17, 64), (17, 1000, 132)]
"""Rows, outputs, inputs."""
PLAIN_STORED = [(3, 17, 12), (129, 127, 576), (17, 1000, 132)]
"""Of these, with weights that are not float32."""
FULL = [
    (3, 17, 12, 2, (5, 5, 7), 2),
    (17, 129, 576, 3, (65, 64), 17),
    (129, 127, 132, 8, (64, 31, 32), 100),
    (33, 1000, 64, 4, (1000,), 33),
]
"""Rows, outputs, inputs, rank, modules, rows that use the adapter."""
SCALE = 0.75
EMBED = [(1, 1, 4), (17, 129, 12), (129, 1000, 64)]
"""Rows, vocabulary, width."""


def stored(weights: torch.Tensor, precision: str) -> torch.Tensor:
    """The numbers that a format keeps of float32 weights; float64."""
    exact = weights.to(torch.float32)
    if precision == "f32":
        return exact.double()
    if precision == "f16":
        return exact.half().double()
    columns = exact.shape[1]
    groups = F.pad(exact, (0, -columns % GROUP)).reshape(exact.shape[0], -1, GROUP).numpy()
    magnitudes = np.abs(groups)
    if precision == "int8":
        scale = magnitudes.max(-1, keepdims=True) / np.float32(127)
        exact_codes = groups * (np.float32(1) / scale)
        codes = np.sign(exact_codes) * np.floor(np.abs(exact_codes) + np.float32(0.5))
    else:
        scale = np.take_along_axis(groups, magnitudes.argmax(-1, keepdims=True), -1) / np.float32(-8)
        inverse = np.float32(1) / scale
        codes = np.minimum(np.trunc(groups.astype(np.float64) * inverse.astype(np.float64) + 8.5), 15) - 8
    kept = codes.astype(np.float32) * scale
    return torch.from_numpy(kept.reshape(exact.shape[0], -1)[:, :columns].astype(np.float64))


def plain(precision: str, rows: int, outputs: int, inputs: int) -> dict[str, torch.Tensor]:
    x = check_input(f"linear x {rows} {inputs}", rows, inputs)
    weights = stored(check_input(f"linear w {outputs} {inputs}", outputs, inputs), precision)
    return {"y": F.linear(x, weights)}


def full(precision: str, rows: int, outputs: int, inputs: int, rank: int, parts: tuple[int, ...], adapted: int):
    """`y` of everything at once, and what autograd says about it; sums go on from what was there."""
    name = f"linear full {rows} {outputs} {inputs}"

    def leaf(part: str, *shape: int) -> torch.Tensor:
        return check_input(f"{name} {part}", *shape).requires_grad_()

    def total(part: str, gradient: torch.Tensor) -> torch.Tensor:
        return check_input(f"{name} {part} sum", *gradient.shape) + gradient

    x, bias = leaf("x", rows, inputs), leaf("bias", outputs)
    weights = stored(check_input(f"{name} w", outputs, inputs), precision).requires_grad_()
    a, b = leaf("a", len(parts) * rank, inputs), leaf("b", outputs, rank)
    deltas = [b_part @ a_part for b_part, a_part in zip(b.split(parts), a.split(rank))]
    uses_adapter = (torch.arange(rows) < adapted).double().unsqueeze(1)
    y = F.linear(x, weights, bias) + uses_adapter * SCALE * F.linear(x, torch.cat(deltas))
    y.backward(check_input(f"{name} dy", rows, outputs))
    forward = {"y": y + check_input(f"{name} residual", rows, outputs)}
    backward = {
        "dx": x.grad,
        "aGradient": total("a", a.grad),
        "bGradient": total("b", b.grad),
    }
    if precision == "f32":
        backward |= {"weightGradient": total("w", weights.grad), "biasGradient": total("bias", bias.grad)}
    return forward, backward


def embed(precision: str, rows: int, vocabulary: int, width: int) -> dict[str, torch.Tensor]:
    name = f"embed {rows} {vocabulary} {width}"
    tokens = check_integers(f"{name} tokens", vocabulary, rows)
    return {"x": F.embedding(tokens, stored(check_input(f"{name} w", vocabulary, width), precision))}


def embed_gradient(rows: int, vocabulary: int, width: int) -> dict[str, torch.Tensor]:
    name = f"embed {rows} {vocabulary} {width}"
    tokens = check_integers(f"{name} tokens", vocabulary, rows)
    weights = torch.zeros(vocabulary, width, dtype=torch.float64, requires_grad=True)
    F.embedding(tokens, weights).backward(check_input(f"{name} dx", rows, width))
    return {"gradient": check_input(f"{name} sum", vocabulary, width) + weights.grad}


def goldens() -> dict[str, dict[str, torch.Tensor]]:
    entries = {}
    for precision in PRECISIONS:
        for sizes in PLAIN if precision == "f32" else PLAIN_STORED:
            entries[f"linear {precision} {sizes_of(*sizes)}"] = plain(precision, *sizes)
        for index, sizes in enumerate(FULL):
            forward, backward = full(precision, *sizes)
            if precision in ("f32", "int4"):
                entries[f"linear full {precision} {sizes_of(*sizes[:3])}"] = forward
            if precision == "f32" or index < 2:
                entries[f"linear backward {precision} {sizes_of(*sizes[:3])}"] = backward
        for sizes in EMBED:
            entries[f"embed {precision} {sizes_of(*sizes)}"] = embed(precision, *sizes)
    for sizes in EMBED:
        entries[f"embedGradient {sizes_of(*sizes)}"] = embed_gradient(*sizes)
    return entries


def sizes_of(*sizes: int) -> str:
    return " ".join(map(str, sizes))
