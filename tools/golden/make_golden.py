"""Writes every golden fixture: what transformers, PEFT, PyTorch's AdamW and the scenario rules say.

    python tools/golden/make_golden.py                 writes tests/fixtures/, the same bytes for the same versions

Conventions of golden.json: entry t of every list speaks about the token at index t, predicted from the logits at
t - 1; entry 0 is 0. Logarithms are natural. `klToBase` is KL(policy || base), `klFromBase` KL(base || policy);
`baseLogProb` is the log-prob under the base and has no coefficient.
`loss = sum over cases and t of sum over statistics of coefficient[t] * statistic[t]`; `grad.*` are its derivatives.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

from adamw import adamw_record
from golden_model import golden_numbers, make_cases
from kernels.make import write_kernels
from objective import write_objective
from scenario_splits import scenario_splits_record
from word_tokenizer import made_up_vocabulary, tokenized_texts, write_tokenizer

FIXTURES = Path(__file__).resolve().parents[2] / "tests/fixtures"
CONTEXT_LENGTH = 256
COMMON = dict(
    num_hidden_layers=2, max_position_embeddings=CONTEXT_LENGTH, attn_implementation="eager",
    bos_token_id=1, eos_token_id=3, pad_token_id=0, hidden_act="silu",
)  # fmt: skip
TIED = LlamaConfig(
    hidden_size=32, num_attention_heads=4, num_key_value_heads=2, intermediate_size=48, vocab_size=61,
    tie_word_embeddings=True, rms_norm_eps=1e-5, rope_parameters={"rope_type": "default", "rope_theta": 10000.0}, **COMMON,
)  # fmt: skip
UNTIED = LlamaConfig(
    hidden_size=24, num_attention_heads=3, num_key_value_heads=1, head_dim=16, intermediate_size=40, vocab_size=53,
    tie_word_embeddings=False, rms_norm_eps=1e-6, rope_parameters={"rope_type": "default", "rope_theta": 5000.0}, **COMMON,
)  # fmt: skip
LORA_TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def random_llama(config: LlamaConfig, seed: int, weight_deviation: float = 0.2) -> LlamaForCausalLM:
    """Weights are large enough that neither attention nor predictions are flat; gains are not all 1."""
    generator = torch.Generator().manual_seed(seed)
    model = LlamaForCausalLM(config).float().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.randn(parameter.shape, generator=generator) * weight_deviation
            parameter.copy_(noise if parameter.dim() == 2 else 1 + noise)
    return model


def named_weights(model: LlamaForCausalLM, dtype: torch.dtype = torch.float32) -> dict[str, torch.Tensor]:
    """Tied weights are written once, as transformers does."""
    return {name: parameter.detach().to(dtype).contiguous() for name, parameter in model.named_parameters()}


def save_tensors(tensors: dict[str, torch.Tensor], path: Path) -> None:
    save_file(tensors, path, metadata={"format": "pt"})
    path.chmod(0o644)


def save_json(record: dict, path: Path) -> None:
    path.write_text(json.dumps(record) + "\n")


def write_legacy_config(folder: Path) -> None:
    """Rewrites config.json with the keys of transformers 4 (`rope_theta`, `torch_dtype`), which many tools still write."""
    path = folder / "config.json"
    config = json.loads(path.read_text())
    config["rope_theta"] = config.pop("rope_parameters")["rope_theta"]
    config["torch_dtype"] = config.pop("dtype")
    path.write_text(json.dumps(config, indent=2) + "\n")


def write_model(name: str, config: LlamaConfig, seed: int) -> LlamaForCausalLM:
    folder = FIXTURES / name
    policy, base = random_llama(config, seed), random_llama(config, seed + 1)
    policy.save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    write_tokenizer(folder, made_up_vocabulary(config.vocab_size), CONTEXT_LENGTH)
    save_tensors(named_weights(base), folder / "base.safetensors")
    record, tensors = golden_numbers(policy, base, make_cases(config.vocab_size, seed + 2))
    save_json(record, folder / "golden.json")
    save_tensors(tensors, folder / "golden.safetensors")
    return policy


def write_half_precision(policy: LlamaForCausalLM, folder: Path, seed: int) -> None:
    """The weights rounded to 16 bits, and logits of the first case computed in float32 from the rounded weights."""
    batch = torch.tensor([make_cases(policy.config.vocab_size, seed + 2)[0].ids])
    logits = {}
    for label, dtype in (("f16", torch.float16), ("bf16", torch.bfloat16)):
        save_tensors(named_weights(policy, dtype), folder / f"model-{label}.safetensors")
        rounded = LlamaForCausalLM(policy.config).eval()
        with torch.no_grad():
            for parameter, original in zip(rounded.parameters(), policy.parameters()):
                parameter.copy_(original.to(dtype))
            logits[f"logits.{label}"] = rounded(batch).logits[0].clone()
    save_tensors(logits, folder / "golden-16bit.safetensors")


def write_lora(policy: LlamaForCausalLM, folder: Path, seed: int) -> None:
    """An adapter with non-zero B on the tiny model; the base of its statistics is the model without adapter."""
    base = random_llama(policy.config, seed)
    base.load_state_dict(policy.state_dict())
    generator = torch.Generator().manual_seed(seed + 3)
    lora = LoraConfig(r=4, lora_alpha=8, lora_dropout=0.0, bias="none", task_type="CAUSAL_LM", target_modules=LORA_TARGETS)
    adapted = get_peft_model(policy, lora).eval()
    adapted.peft_config["default"].base_model_name_or_path = folder.name
    with torch.no_grad():
        for name, parameter in adapted.named_parameters():
            if "lora_" in name:
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.25)
    adapter = folder / "adapter"
    adapted.save_pretrained(adapter, save_embedding_layers=False)
    (adapter / "README.md").unlink(missing_ok=True)
    (adapter / "adapter_model.safetensors").chmod(0o644)
    config = json.loads((adapter / "adapter_config.json").read_text())
    config["target_modules"] = LORA_TARGETS  # PEFT writes a set, in any order
    (adapter / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
    record, tensors = golden_numbers(adapted, base, make_cases(base.config.vocab_size, seed + 4))
    save_json(record, folder / "golden-lora.json")
    save_tensors(tensors, folder / "golden-lora.safetensors")


if __name__ == "__main__":
    torch.set_num_threads(1)
    FIXTURES.mkdir(parents=True, exist_ok=True)
    tied = write_model("tiny-llama", TIED, seed=10)
    write_half_precision(tied, FIXTURES / "tiny-llama", seed=10)
    write_lora(tied, FIXTURES / "tiny-llama", seed=10)
    write_legacy_config(FIXTURES / "tiny-llama")
    write_model("tiny-llama-untied", UNTIED, seed=20)
    save_json(adamw_record(), FIXTURES / "adamw.json")
    save_json(scenario_splits_record(), FIXTURES / "scenario-splits.json")
    save_json(tokenized_texts(FIXTURES / "tiny-llama"), FIXTURES / "tiny-llama/tokenize.json")
    write_kernels()
    write_objective()
    for folder in ("tiny-llama", "tiny-llama-untied"):
        size = sum(file.stat().st_size for file in (FIXTURES / folder).rglob("*") if file.is_file())
        print(f"{folder}: {size / 1000:.0f} kB")
        assert size < 400_000
