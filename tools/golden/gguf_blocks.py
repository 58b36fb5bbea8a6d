"""Writes tests/fixtures/gguf-blocks.json: how llama.cpp's own Python package quantises a few rows.

    python tools/golden/gguf_blocks.py

`blocks` are GGUF's: a 16-bit scale, then 32 bytes (Q8_0) or 16 bytes of two 4-bit codes (Q4_0).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, quants

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parents[1] / "tests/fixtures"
COLUMNS = 64

sys.path.insert(0, str(HERE / "kernels"))
from common import check_input  # noqa: E402


def rows() -> np.ndarray:
    """Ordinary rows, small ones, zeros, equal magnitudes of both signs, and codes that are halfway between two."""
    ordinary = check_input("gguf ordinary", 4, COLUMNS).numpy() * np.array([[1], [2**-10], [30], [2**-14]])
    zeros = np.concatenate([np.zeros(32), np.full(32, -0.5)])
    signs = np.tile([1.0, -1.0, 0.25, -0.875], COLUMNS // 4)
    halfway = np.concatenate([np.arange(32) - 15.5, np.arange(32) / 2 - 8])
    halfway[0], halfway[32] = 127, -8
    return np.stack([*ordinary, zeros, signs, -signs, halfway]).astype(np.float32)


def main() -> None:
    values = rows()
    record = {"columns": COLUMNS, "rows": [[float(value) for value in row] for row in values]}
    for name, kind in (("int8", GGMLQuantizationType.Q8_0), ("int4", GGMLQuantizationType.Q4_0)):
        record[name] = quants.quantize(values, kind).tobytes().hex()
    text = json.dumps(record, separators=(",", ":"))
    (FIXTURES / "gguf-blocks.json").write_text(text + "\n")
    print(f"gguf-blocks.json: {len(values)} rows, {len(text) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
