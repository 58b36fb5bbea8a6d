"""Writes tests/fixtures/gguf/: small files as llama.cpp's own Python package writes them, and blocks as it reads them.

    python tools/golden/gguf_files.py

Weights come from `check_input` under their Hugging Face names (`src/gpu/checks/inputs.ts` repeats it), so that no second copy is
needed; the rows of q and k of the "llama" architecture are ordered as llama.cpp's converter does. `k-blocks.json`:
random bytes as blocks of Q4_K and Q6_K, and the numbers that they stand for.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType as Kind
from gguf import GGUFWriter, TokenType, quants

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parents[1] / "tests/fixtures"
sys.path.insert(0, str(HERE / "kernels"))
from common import check_input, check_integers  # noqa: E402

HIDDEN, INNER, HEADS, GROUPS, SIZE = 32, 64, 4, 2, 12
MODULES = {
    "input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
    "post_attention_layernorm": "ffn_norm", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
}  # fmt: skip
KINDS = {"embed_tokens": Kind.Q8_0, "v_proj": Kind.Q4_0, "q_proj": Kind.Q8_0, "gate_proj": Kind.F32, "lm_head": Kind.Q8_0, "up_proj": Kind.BF16}


def shapes(vocabulary: int, architecture: str) -> dict[str, tuple[int, ...]]:
    layer = "model.layers.0"
    names: dict[str, tuple[int, ...]] = {
        "model.embed_tokens.weight": (vocabulary, HIDDEN),
        f"{layer}.input_layernorm.weight": (HIDDEN,),
        f"{layer}.self_attn.q_proj.weight": (HEADS * SIZE, HIDDEN),
        f"{layer}.self_attn.k_proj.weight": (GROUPS * SIZE, HIDDEN),
        f"{layer}.self_attn.v_proj.weight": (GROUPS * SIZE, HIDDEN),
        f"{layer}.self_attn.o_proj.weight": (HIDDEN, HEADS * SIZE),
        f"{layer}.mlp.gate_proj.weight": (INNER, HIDDEN),
        f"{layer}.mlp.up_proj.weight": (INNER, HIDDEN),
        f"{layer}.mlp.down_proj.weight": (HIDDEN, INNER),
        f"{layer}.post_attention_layernorm.weight": (HIDDEN,),
        "model.norm.weight": (HIDDEN,),
    }
    if architecture == "qwen2":
        for name in "qkv":
            names[f"{layer}.self_attn.{name}_proj.bias"] = ((HEADS if name == "q" else GROUPS) * SIZE,)
        names["lm_head.weight"] = (vocabulary, HIDDEN)
    return names


def gguf_name(name: str) -> str:
    outside = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight", "lm_head.weight": "output.weight"}
    if name in outside:
        return outside[name]
    _, _, layer, *module, kind = name.split(".")
    return f"blk.{layer}.{MODULES['.'.join(module)]}.{kind}"


def permuted(weights: np.ndarray, heads: int) -> np.ndarray:
    """`LlamaModel.permute` of llama.cpp's convert_hf_to_gguf.py."""
    return weights.reshape(heads, 2, weights.shape[0] // heads // 2, *weights.shape[1:]).swapaxes(1, 2).reshape(weights.shape)


def llama3_factors(theta: float) -> np.ndarray:
    """`rope_freqs` of the same script, for the numbers of Llama 3.2."""
    factor, low, high, original = 32.0, 1.0, 4.0, 8192
    frequencies = 1.0 / theta ** (np.arange(0, SIZE, 2) / SIZE)
    factors = []
    for frequency in frequencies:
        wavelength = 2 * np.pi / frequency
        if wavelength < original / high:
            factors.append(1.0)
        elif wavelength > original / low:
            factors.append(factor)
        else:
            smooth = (original / wavelength - low) / (high - low)
            factors.append(1 / ((1 - smooth) / factor + smooth))
    return np.array(factors, dtype=np.float32)


def write(architecture: str, family: str, pre: str) -> None:
    path = FIXTURES / f"gguf/{architecture}.gguf"
    path.parent.mkdir(exist_ok=True)
    tokenizer = json.loads((FIXTURES / f"tokenizers/{family}/tokenizer.json").read_text())
    config = json.loads((FIXTURES / f"tokenizers/{family}/tokenizer_config.json").read_text())
    added = {token["id"]: token["content"] for token in tokenizer["added_tokens"]}
    tokens = {id: text for text, id in tokenizer["model"]["vocab"].items()} | added
    size = max(tokens) + 6
    writer = GGUFWriter(path, architecture)
    writer.add_name(f"tiny {architecture}")
    writer.add_context_length(256)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(1)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(GROUPS)
    writer.add_key_length(SIZE)
    writer.add_value_length(SIZE)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(500_000.0)
    writer.add_rope_dimension_count(SIZE)
    writer.add_vocab_size(size)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list([tokens.get(id, f"[PAD{id}]") for id in range(size)])
    writer.add_token_types(
        [TokenType.CONTROL if id in added else TokenType.NORMAL if id in tokens else TokenType.UNUSED for id in range(size)]
    )
    merges = tokenizer["model"]["merges"]
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    id_of = {text: id for id, text in added.items()}
    writer.add_eos_token_id(id_of[config["eos_token"]])
    if config["bos_token"]:
        writer.add_bos_token_id(id_of[config["bos_token"]])
    end = config["eos_token"]
    writer.add_chat_template(
        "{% for message in messages %}{{ '[' + message.role + ']' + message.content + '" + end + "' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '[assistant]' }}{% endif %}"
    )
    for name, shape in shapes(size, architecture).items():
        data = check_input(f"gguf {name}", *shape).numpy().astype(np.float32)
        if architecture == "llama" and ("q_proj" in name or "k_proj" in name):
            data = permuted(data, HEADS if "q_proj" in name else GROUPS)
        kind = Kind.F32 if len(shape) == 1 else next((kind for part, kind in KINDS.items() if part in name), Kind.F16)
        writer.add_tensor(gguf_name(name), quants.quantize(data, kind), raw_dtype=kind)
    if architecture == "llama":
        writer.add_tensor("rope_freqs.weight", llama3_factors(500_000.0))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")
    assert path.stat().st_size < 150_000


def write_k_blocks() -> None:
    record = {}
    for name, kind, size in (("Q4_K", Kind.Q4_K, 144), ("Q6_K", Kind.Q6_K, 210)):
        data = check_integers(f"gguf {name}", 256, 3 * size).numpy().astype(np.uint8).reshape(3, size)
        # Half-precision scales that are ordinary numbers, of both signs.
        halves = np.array([0.01, -0.25, 3.0], dtype=np.float16)
        places = (0, 2) if name == "Q4_K" else (208,)
        for place in places:
            data[:, place : place + 2] = (halves * (1 + place)).astype(np.float16).view(np.uint8).reshape(3, 2)
        numbers = quants.dequantize(data, kind).astype(np.float64).reshape(-1)
        record[name] = {"bytes": data.tobytes().hex(), "numbers": [float(f"{value:.9g}") for value in numbers]}
    (FIXTURES / "gguf/k-blocks.json").write_text(json.dumps(record, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    write("llama", "llama3", "llama-bpe")
    write("qwen2", "qwen", "qwen2")
    write_k_blocks()
