"""Trains a small language model that judges, from lessons, and says how well it does on held-out ones.

    python tools/judge/train.py              .cache/judge/lessons.jsonl -> .cache/judge/model, a Hugging Face checkpoint

It begins as the built-in model, which knows the words of the game, and learns to read the lab's question as it is asked
and to write the reply. Its vocabulary is the built-in model's and one token for each piece of text that all questions
share, so that a question is three hundred tokens and not a thousand.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import AddedToken, Tokenizer
from transformers import LlamaConfig, LlamaForCausalLM

from question import Messages

sys.path.insert(0, str(Path(__file__).parents[1] / "base-model"))
from model import LanguageModel, Shape  # noqa: E402
from pretrain import learning_rate, make_optimizers, mean_loss  # noqa: E402

BASE = Path("public/models/parley-mini")
ROLES = ["<system>", "<user>", "<assistant>"]  # <pad> and <end> are the base's
CHAT_TEMPLATE = (
    "{%- for message in messages -%}<{{ message.role }}>{{ message.content }}"
    "{%- if message.role == 'assistant' -%}<end>{%- endif -%}{%- endfor -%}"
    "{%- if add_generation_prompt -%}<assistant>{%- endif -%}"
)
CONTEXT = 768
BATCH_TOKENS = 8192
PEAKS = (0.02, 0.004)  # rates of Muon and of AdamW
WARM_UP = 60
PROMPT_WEIGHT = 0.05
HELD_OUT = 1_000

# What differs from dialogue to dialogue: words of players, goals, numbers, marks.
STRING = r'[^"\\]*(?:\\.[^"\\]*)*'
DATA = "|".join(
    [
        *(rf'(?<="{key}": "){STRING}' for key in ("situation", "goal", "name", "text", "strategy")),
        r"(?<=TRANSCRIPT )[0-9a-f]{12}",
        r"\d+",
    ]
)


def fixed_pieces(texts: list[str]) -> list[str]:
    """What stands in many texts word for word, the longest first."""
    names = {name for text in texts for name in re.findall(r'"name": "([^"]*)"', text)}
    apart = re.compile("|".join([DATA, *(rf"\b{re.escape(name)}\b" for name in names)]))
    counts = Counter(piece for text in texts for piece in set(apart.split(text)))
    pieces = [piece for piece, count in counts.items() if len(piece) > 3 and count > 0.02 * len(texts)]
    return sorted([*pieces, *names], key=len, reverse=True)


def extended_vocabulary(pieces: list[str]) -> Tokenizer:
    vocabulary = Tokenizer.from_file(str(BASE / "tokenizer.json"))
    vocabulary.add_special_tokens([AddedToken(role, special=True, normalized=False) for role in ROLES])
    vocabulary.add_tokens([AddedToken(piece, normalized=False) for piece in pieces])
    return vocabulary


def base_model(vocabulary: Tokenizer) -> LanguageModel:
    """The built-in model with rows for the tokens that are new; those begin at the mean of the others."""
    config = json.loads((BASE / "config.json").read_text())
    shape = Shape(
        vocabulary=vocabulary.get_vocab_size(), hidden=config["hidden_size"], layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"], kv_heads=config["num_key_value_heads"], head_size=config["head_dim"],
        intermediate=config["intermediate_size"], context=CONTEXT, rms_epsilon=config["rms_norm_eps"],
    )  # fmt: skip
    model = LanguageModel(shape)
    weights = {name: tensor.float() for name, tensor in load_file(BASE / "model.safetensors").items()}
    known = weights["model.embed_tokens.weight"]
    new = known.mean(0) + 0.02 * torch.randn(shape.vocabulary - len(known), shape.hidden)
    model.load_state_dict({**weights, "model.embed_tokens.weight": torch.cat([known, new])})
    return model


class Lessons:
    def __init__(self, path: Path):
        with path.open() as lines:
            self.lessons = [json.loads(line) for line in lines]
        questions = [messages for messages, _ in self.lessons]
        sample = self.lessons[:4000]
        told = [one["content"] for messages, _ in sample for one in messages]
        pieces = fixed_pieces([*told, *(reply for _, reply in sample)])
        self.vocabulary = extended_vocabulary(pieces)
        print(f"{len(self.lessons)} lessons, {len(pieces)} fixed pieces", flush=True)
        prompts = self.vocabulary.encode_batch(
            [prompt_text(messages) for messages in questions], add_special_tokens=False
        )
        targets = self.vocabulary.encode_batch([f"{reply}<end>" for _, reply in self.lessons], add_special_tokens=False)
        self.prompts = [encoding.ids for encoding in prompts]
        self.targets = [encoding.ids for encoding in targets]
        self.lengths = np.array([len(p) + len(t) for p, t in zip(self.prompts, self.targets)])

    def batch(self, rows: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """Ids and loss weights [rows, width], padded on the right."""
        width = int(self.lengths[rows].max())
        ids, weights = np.zeros((len(rows), width), np.int64), np.zeros((len(rows), width), np.float32)
        for at, row in enumerate(rows):
            prompt, target = self.prompts[row], self.targets[row]
            ids[at, : self.lengths[row]] = prompt + target
            weights[at, 1 : len(prompt)] = PROMPT_WEIGHT
            weights[at, len(prompt) : self.lengths[row]] = 1
        return torch.from_numpy(ids), torch.from_numpy(weights)

    def epoch(self, rows: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
        order = rng.permutation(rows)
        per_pool = int(40 * BATCH_TOKENS / self.lengths.mean())
        batches = []
        for start in range(0, len(order), per_pool):
            pool = order[start : start + per_pool]
            pool = pool[np.argsort(self.lengths[pool], kind="stable")]
            at = 0
            while at < len(pool):
                rows_here = max(1, BATCH_TOKENS // int(self.lengths[pool[min(at + 40, len(pool) - 1)]]))
                batches.append(pool[at : at + rows_here])
                at += rows_here
        rng.shuffle(batches)
        return batches


def prompt_text(messages: Messages) -> str:
    return "".join(f"<{message['role']}>{message['content']}" for message in messages) + "<assistant>"


def train(lessons: Lessons, rows: np.ndarray, epochs: int, seed: int) -> LanguageModel:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = base_model(lessons.vocabulary)
    print(
        f"{sum(p.numel() for p in model.parameters())} parameters, {lessons.lengths.mean():.0f} tokens per lesson",
        flush=True,
    )
    batches = [batch for _ in range(epochs) for batch in lessons.epoch(rows, rng)]
    optimizers = make_optimizers(model, *PEAKS)
    compiled = torch.compile(mean_loss, dynamic=True)
    started, running = time.monotonic(), 0.0
    for step, batch in enumerate(batches):
        share = learning_rate(step, len(batches), WARM_UP)
        for optimizer, peak in zip(optimizers, PEAKS):
            for group in optimizer.param_groups:
                group["lr"] = peak * share
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = compiled(model, *lessons.batch(batch))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
        running = 0.98 * running + 0.02 * loss.item() if step else loss.item()
        if step % 50 == 0:
            print(f"{time.monotonic() - started:5.0f} s  step {step} of {len(batches)}  loss {running:.3f}", flush=True)
    return model


def publish(model: LanguageModel, vocabulary: Tokenizer, folder: Path) -> None:
    """The checkpoint as any other program reads it."""
    shape = model.shape
    config = LlamaConfig(
        vocab_size=shape.vocabulary, hidden_size=shape.hidden, num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads, num_key_value_heads=shape.kv_heads, head_dim=shape.head_size,
        intermediate_size=shape.intermediate, max_position_embeddings=shape.context, rms_norm_eps=shape.rms_epsilon,
        rope_parameters={"rope_type": "default", "rope_theta": shape.rope_theta}, tie_word_embeddings=True,
        pad_token_id=0, bos_token_id=None, eos_token_id=vocabulary.token_to_id("<end>"),
    )  # fmt: skip
    published = LlamaForCausalLM(config)
    published.load_state_dict({**model.state_dict(), "lm_head.weight": model.model.embed_tokens.weight})
    published.save_pretrained(folder)
    vocabulary.save(str(folder / "tokenizer.json"))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "<pad>", "eos_token": "<end>"}
    settings |= {
        "model_max_length": shape.context,
        "chat_template": CHAT_TEMPLATE,
        "clean_up_tokenization_spaces": False,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path(".cache/judge"))
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    lessons = Lessons(options.folder / "lessons.jsonl")
    rows = np.arange(len(lessons.lessons))
    model = train(lessons, rows[:-HELD_OUT], options.epochs, options.seed)
    publish(model, lessons.vocabulary, options.folder / "model")
