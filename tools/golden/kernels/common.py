"""Inputs and outputs of the kernel checks: the twin of `src/gpu/checks/inputs.ts`, and what a golden file says.

Inputs come from a formula that both sides repeat bit for bit, so that only outputs are committed. Golden outputs are
computed by PyTorch in float64, with its own functions and its autograd, never by repeating what a kernel does.
"""

from __future__ import annotations

import math

import numpy as np
import torch

WHOLE_LIMIT = 256
"""Outputs of at most so many values are kept whole."""
PROJECTIONS = 8
SAMPLES = 16


def hash32(text: str) -> int:
    """FNV-1a and murmur3's finalizer, as in `src/base/hash.ts` (ASCII text)."""
    value = 0x811C9DC5
    for byte in text.encode("ascii"):
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    value = (value ^ value >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    value = (value ^ value >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return value ^ value >> 16


def _mixed(seed: int, count: int) -> np.ndarray:
    """`mixed(seed, index)` for index 0 … count - 1, uint32."""
    weyl = (np.arange(1, count + 1, dtype=np.uint64) * 0x9E3779B9 + seed) & 0xFFFFFFFF
    value = weyl.astype(np.uint32)
    value = (value ^ value >> np.uint32(16)) * np.uint32(0x85EBCA6B)
    value = (value ^ value >> np.uint32(13)) * np.uint32(0xC2B2AE35)
    return value ^ value >> np.uint32(16)


def check_input(name: str, *shape: int) -> torch.Tensor:
    """Uniform in [-1, 1), multiples of 2^-23; float64."""
    hashes = _mixed(hash32(name), math.prod(shape))
    return torch.from_numpy((hashes >> np.uint32(8)).astype(np.float64) / 2**23 - 1).reshape(shape)


def check_integers(name: str, below: int, *shape: int) -> torch.Tensor:
    """Integers in [0, below); int64."""
    hashes = _mixed(hash32(name), math.prod(shape)).astype(np.int64)
    return torch.from_numpy(hashes % below).reshape(shape)


def check_signs(projection: int, count: int) -> np.ndarray:
    """1 or -1 per index."""
    return np.where(_mixed(projection, count) >> np.uint32(31) == 0, 1.0, -1.0)


def golden(output: torch.Tensor) -> dict:
    """What `GoldenOutput` in `src/gpu/checks/check.ts` holds about one output."""
    values = output.detach().to(torch.float64).contiguous().reshape(-1).numpy()
    assert values.size > 0 and np.isfinite(values).all()
    count = values.size
    places = sorted({0, count - 1, *check_integers("samples", count, SAMPLES - 2).tolist()})
    is_whole = count <= WHOLE_LIMIT
    return {
        "shape": list(output.shape),
        "largest": _rounded(np.abs(values).max()),
        "values": [_rounded(value) for value in values] if is_whole else None,
        "projections": [_rounded(check_signs(p, count) @ values) for p in range(PROJECTIONS)],
        "samples": [] if is_whole else [[place, _rounded(values[place])] for place in places],
    }


def _rounded(value: float) -> float:
    """Nine digits: more than float32 holds, and the same on every machine."""
    return float(f"{value:.9g}") + 0.0
