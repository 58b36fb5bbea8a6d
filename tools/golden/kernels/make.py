"""Writes tests/fixtures/kernels/<area>.json: what PyTorch says about every kernel.

    python tools/golden/kernels/make.py [AREA ...]     the same bytes for the same versions; all areas by default

An area is a module beside this one with `goldens() -> {entry: {output: tensor}}`. Its TypeScript twin,
`src/gpu/checks/<area>.ts`, holds the checks that name these entries.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import torch

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parents[2] / "tests/fixtures/kernels"
SIZE_LIMIT_BYTES = 150_000
NOT_AREAS = {"common", "make"}

sys.path.insert(0, str(HERE))
from common import golden  # noqa: E402


def areas() -> list[str]:
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in NOT_AREAS)


def write_area(area: str) -> None:
    """One line per output, so that a change shows which output changed."""
    entries = []
    for entry, outputs in importlib.import_module(area).goldens().items():
        lines = [f"  {json.dumps(name)}: {json.dumps(golden(tensor), separators=(',', ':'))}" for name, tensor in outputs.items()]
        entries.append(f" {json.dumps(entry)}: {{\n" + ",\n".join(lines) + "\n }")
    text = "{\n" + ",\n".join(entries) + "\n}\n"
    print(f"kernels/{area}.json: {len(entries)} entries, {len(text) / 1000:.0f} kB")
    assert len(text) <= SIZE_LIMIT_BYTES, f"{area}: make outputs larger than 256 values, or fewer"
    FIXTURES.mkdir(parents=True, exist_ok=True)
    (FIXTURES / f"{area}.json").write_text(text)


def write_kernels(names: list[str] | None = None) -> None:
    torch.set_num_threads(1)
    for area in names or areas():
        write_area(area)


if __name__ == "__main__":
    write_kernels(sys.argv[1:])
