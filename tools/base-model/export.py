"""Publishes a trained checkpoint as an ordinary Hugging Face folder, after transformers has agreed with it.

    python tools/base-model/export.py parley-mini      writes public/models/parley-mini

Weights are rounded to float16: half the download, and what the lab loads is then exactly what transformers loads.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file

from corpus import Context, corpus_file, read_contexts
from model import LanguageModel, Shape
from recipes import Recipe, recipe_parser
from tokenizer import Encoder, load_tokenizer, marked_text

CHAT_ROLES = {
    "view": "system", "board": "observation", "strategy": "strategy", "given-strategy": "strategy",
    "utterance": "assistant", "noise": "assistant", "partner": "user",
}  # fmt: skip
CHECKED_CONTEXTS = 20  # per environment


def load_checkpoint(recipe: Recipe) -> LanguageModel:
    saved = torch.load(recipe.folder / "checkpoint.pt")
    model = LanguageModel(Shape(**saved["shape"]))
    model.load_state_dict(saved["weights"])
    return model.eval()


def config_of(shape: Shape, ids: dict[str, int]) -> dict:
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
        "bos_token_id": ids["<bos>"],
        "eos_token_id": ids["<end>"],
        "pad_token_id": ids["<pad>"],
        "torch_dtype": "float16",
    }


def publish(model: LanguageModel, recipe: Recipe) -> None:
    folder = recipe.published
    shutil.copytree(recipe.tokenizer, folder, dirs_exist_ok=True)
    config = config_of(model.shape, load_tokenizer(folder).get_vocab())
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    generation = {name: config[name] for name in ("bos_token_id", "eos_token_id", "pad_token_id")}
    (folder / "generation_config.json").write_text(json.dumps(generation | {"do_sample": True}, indent=2) + "\n")
    weights = {name: tensor.detach().half().contiguous() for name, tensor in model.state_dict().items()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)


def chat(context: Context) -> list[dict[str, str]]:
    return [{"role": CHAT_ROLES[role], "content": text} for role, text in context]


@torch.no_grad()
def check_folder(model: LanguageModel, recipe: Recipe, folder: Path) -> float:
    """
    Has transformers read the folder: template, tokens and special tokens must be the corpus' own; returns the largest
    difference of logits to the training model (with the rounded weights), relative to the largest logit.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    reference = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    assert (tokenizer.bos_token, tokenizer.eos_token, tokenizer.pad_token) == ("<bos>", "<end>", "<pad>")
    rounded = LanguageModel(model.shape)
    rounded.load_state_dict({name: tensor.half().float() for name, tensor in model.state_dict().items()})
    encoder = Encoder(load_tokenizer(folder))
    worst = 0.0
    for environment in recipe.dialogues:
        contexts = read_contexts(corpus_file(recipe, "validation", environment))
        for _, context in zip(range(CHECKED_CONTEXTS), contexts):
            text = "".join(marked_text(role, written) for role, written in context)
            ids, _ = encoder.context(context)
            assert tokenizer.apply_chat_template(chat(context), tokenize=False) == text
            assert tokenizer.encode(text, add_special_tokens=False) == ids, text
            assert tokenizer.decode(ids) == text
            logits, expected = rounded.eval()(torch.tensor([ids])), reference(torch.tensor([ids])).logits
            worst = max(worst, ((logits - expected).abs().max() / expected.abs().max()).item())
    return worst


if __name__ == "__main__":
    options = recipe_parser(__doc__).parse_args()
    trained = load_checkpoint(options.recipe)
    publish(trained, options.recipe)
    difference = check_folder(trained, options.recipe, options.recipe.published)
    size = (options.recipe.published / "model.safetensors").stat().st_size
    print(f"{size / 1e6:.2f} MB; largest relative difference of logits to transformers: {difference:.1e}")
    assert difference < 1e-5
