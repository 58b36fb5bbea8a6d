"""Writes the trained checkpoint as an ordinary Hugging Face folder, and checks that transformers agrees with it.

    python tools/base-model/export.py --out public/models/parley-v0
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import torch
from safetensors.torch import save_file

from corpus import play_dialogue
from game import scenarios_in
from model import LanguageModel, Shape
from tokenizer import ID_OF_WORD, board_text, decode, encode, view_text, write_tokenizer

CHECKPOINT = Path(".cache/base-model/checkpoint.pt")


def load_checkpoint(path: Path = CHECKPOINT) -> LanguageModel:
    saved = torch.load(path)
    model = LanguageModel(Shape(**saved["shape"]))
    model.load_state_dict(saved["weights"])
    return model.eval()


def config_of(shape: Shape) -> dict:
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": shape.hidden,
        "intermediate_size": shape.intermediate,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "head_dim": shape.head_size,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.context,
        "rms_norm_eps": shape.rms_epsilon,
        "rope_theta": shape.rope_theta,
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "tie_word_embeddings": True,
        "bos_token_id": ID_OF_WORD["<bos>"],
        "eos_token_id": ID_OF_WORD["</s>"],
        "pad_token_id": ID_OF_WORD["<pad>"],
        "torch_dtype": "float32",
    }


def write_folder(model: LanguageModel, folder: Path) -> None:
    config = config_of(model.shape)
    write_tokenizer(folder)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    generation = {name: config[name] for name in ("bos_token_id", "eos_token_id", "pad_token_id")}
    (folder / "generation_config.json").write_text(json.dumps(generation | {"do_sample": True}, indent=2) + "\n")
    weights = {name: tensor.detach().clone().contiguous() for name, tensor in model.state_dict().items()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)


@torch.no_grad()
def check_folder(model: LanguageModel, folder: Path) -> float:
    """Compares the logits of the training model and of transformers on dialogues; also checks the tokenizer."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    reference = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    scenario = scenarios_in("validation")[0]
    view, board = view_text(scenario, 0), board_text(5, None, (1, 0, 1), scenario.values[0])
    text = f"<bos> {view} <t> can i have 1 hat ? <e> <s> {board} keep the hats and split the rest </s> deal <e>"
    messages = [
        {"role": "system", "content": view},
        {"role": "user", "content": "can i have 1 hat ?"},
        {"role": "observation", "content": board},
        {"role": "strategy", "content": "keep the hats and split the rest"},
        {"role": "assistant", "content": "deal"},
    ]
    ids = encode(text)
    assert tokenizer.apply_chat_template(messages, tokenize=False) == text
    assert tokenizer.encode(text, add_special_tokens=False) == ids
    assert tokenizer.decode(ids) == decode(ids) == text, tokenizer.decode(ids)
    assert (tokenizer.bos_token, tokenizer.eos_token, tokenizer.pad_token) == ("<bos>", "</s>", "<pad>")
    rng = random.Random(0)
    dialogues = [play_dialogue(rng.choice(scenarios_in("validation")), rng) for _ in range(20)]
    batches = [torch.tensor([context.ids]) for dialogue in dialogues for context in dialogue.contexts]
    return max(compare(model(batch), reference(batch).logits) for batch in batches)


def compare(logits: torch.Tensor, expected: torch.Tensor) -> float:
    """Largest difference relative to the largest logit: logits reach 20, where float32 alone is good to 2e-6."""
    return ((logits - expected).abs().max() / expected.abs().max()).item()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, default=CHECKPOINT)
    parser.add_argument("--out", type=Path, default=Path("public/models/parley-v0"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    trained = load_checkpoint(options.checkpoint)
    write_folder(trained, options.out)
    difference = check_folder(trained, options.out)
    print(f"largest relative difference of logits to transformers: {difference:.1e}")
    assert difference < 1e-5
