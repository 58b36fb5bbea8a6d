"""Writes tests/fixtures/tiny-{llama3-rope,qwen2,qwen3}: what transformers says about the model families beyond the plain Llama.

    python tools/golden/families.py

The same files and conventions as those of `make_golden.py`, smaller. The Qwen2 model is in shards, as transformers writes them.
"""

from __future__ import annotations

import torch
from torch import nn
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PretrainedConfig,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from golden_model import golden_numbers, make_cases
from make_golden import CONTEXT_LENGTH, FIXTURES, named_weights, save_json, save_tensors
from word_tokenizer import made_up_vocabulary, write_tokenizer

COMMON = dict(
    hidden_size=16, num_attention_heads=4, num_key_value_heads=2, intermediate_size=20, vocab_size=37,
    num_hidden_layers=2, max_position_embeddings=CONTEXT_LENGTH, attn_implementation="eager",
    bos_token_id=1, eos_token_id=3, pad_token_id=0, hidden_act="silu",
)  # fmt: skip
LLAMA3_ROPE = {
    "rope_type": "llama3", "rope_theta": 500.0, "factor": 8.0, "low_freq_factor": 0.4, "high_freq_factor": 2.0,
    "original_max_position_embeddings": 16,
}  # fmt: skip
"""With heads of 8 the four wavelengths are 6, 30, 140 and 664 tokens: one short, one between, two long."""
DEFAULT_ROPE = {"rope_type": "default", "rope_theta": 1000.0}
FAMILIES: dict[str, tuple[type, PretrainedConfig, str]] = {
    "tiny-llama3-rope": (
        LlamaForCausalLM,
        LlamaConfig(head_dim=8, tie_word_embeddings=True, rope_parameters=LLAMA3_ROPE, rms_norm_eps=1e-5, **COMMON),
        "5GB",
    ),
    "tiny-qwen2": (
        Qwen2ForCausalLM,
        Qwen2Config(tie_word_embeddings=False, rope_parameters=DEFAULT_ROPE, rms_norm_eps=1e-6, **COMMON),
        "8KB",
    ),
    "tiny-qwen3": (
        Qwen3ForCausalLM,
        Qwen3Config(head_dim=12, tie_word_embeddings=True, rope_parameters=DEFAULT_ROPE, rms_norm_eps=1e-6, **COMMON),
        "5GB",
    ),
}


def random_model(kind: type, config: PretrainedConfig, seed: int) -> nn.Module:
    """Weights and biases are large enough to matter; gains are not all 1."""
    generator = torch.Generator().manual_seed(seed)
    model = kind(config).float().eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator) * 0.25
            parameter.copy_(1 + noise if "norm" in name else noise)
    return model


def write_family(name: str, seed: int) -> None:
    kind, config, shard_size = FAMILIES[name]
    folder = FIXTURES / name
    policy, base = random_model(kind, config, seed), random_model(kind, config, seed + 1)
    policy.save_pretrained(folder, max_shard_size=shard_size)
    for file in folder.glob("*.safetensors"):
        file.chmod(0o644)
    write_tokenizer(folder, made_up_vocabulary(config.vocab_size), CONTEXT_LENGTH)
    save_tensors(named_weights(base), folder / "base.safetensors")
    record, tensors = golden_numbers(policy, base, make_cases(config.vocab_size, seed + 2))
    save_json(record, folder / "golden.json")
    save_tensors(tensors, folder / "golden.safetensors")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(f"{name}: {size / 1000:.0f} kB")
    assert size < 150_000


def write_families() -> None:
    for seed, name in enumerate(FAMILIES):
        write_family(name, 40 + 10 * seed)


if __name__ == "__main__":
    torch.set_num_threads(1)
    write_families()
