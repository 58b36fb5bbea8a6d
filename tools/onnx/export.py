"""Writes a Llama checkpoint as the ONNX file that transformers.js runs: `python tools/onnx/export.py FOLDER FILE.onnx`.

The graph is that of ONNX Runtime's own model builder for WebGPU in float32, with its fused operators: GroupQueryAttention
with rotary positions and the cache, SimplifiedLayerNormalization and SkipSimplifiedLayerNormalization, one product for
queries, keys and values. Two things are changed: weights lie in the file itself, and the last axis of the cache has its size,
from which transformers.js makes the empty cache.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import onnx

CACHE_AXIS = "kv_cache_dim"


def export(folder: Path, file: Path) -> None:
    """Writes `file`, the same bytes for the same weights."""
    with tempfile.TemporaryDirectory() as built:
        builder = [sys.executable, "-m", "onnxruntime_genai.models.builder"]
        chosen = ["--input", str(folder), "--output", built, "--precision", "fp32", "--execution_provider", "webgpu"]
        subprocess.run([*builder, *chosen], check=True, stdout=subprocess.DEVNULL)
        model = onnx.load(Path(built) / "model.onnx")
    head_size = attention_head_size(model)
    for value in [*model.graph.input, *model.graph.output]:
        for axis in value.type.tensor_type.shape.dim:
            if axis.dim_param == CACHE_AXIS:
                axis.dim_value = head_size
    file.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, file)


def attention_head_size(model: onnx.ModelProto) -> int:
    """Twice the columns of the table of rotary cosines: a pair of numbers turns by one angle."""
    table = next(tensor for tensor in model.graph.initializer if tensor.name == "cos_cache")
    return 2 * table.dims[1]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python tools/onnx/export.py FOLDER FILE.onnx")
    export(Path(sys.argv[1]), Path(sys.argv[2]))
