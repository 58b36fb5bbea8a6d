"""Pre-trains a built-in model on its encoded corpus.

    python tools/base-model/pretrain.py parley-mini              the shipped model; repeatable
    python tools/base-model/pretrain.py parley-mini --resume     goes on where a stopped run was last saved

Writes `.cache/base-model/<recipe>/checkpoint.pt` (weights, optimizers, progress) every two minutes and at the end, and one
line of held-out losses each time to `pretrain.log` beside it.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from model import LanguageModel, Shape
from muon import Muon
from recipes import Recipe, recipe_parser
from tokenizer import PARTNER, STRATEGY, UTTERANCE, load_tokenizer

ROLE_WEIGHTS = torch.tensor([0.0, 1.0, 1.0, 0.1])  # given, own strategy, own utterance, partner
AMOUNT_WEIGHT = 3.0  # of digits in own utterances: style cannot be guessed, an amount must be right
WARM_UP_STEPS = 100
DECAY_FROM, LAST_RATE = 0.4, 0.02  # as shares of the run and of the learning rate
WIDTH_STEP = 64  # contexts are padded to a multiple
POOL_BATCHES = 60  # batches are cut from pools of contexts sorted by length
SECONDS_PER_REPORT = 120
REPORTED_CONTEXTS = 64  # per environment, while training


class Corpus:
    def __init__(self, path: Path):
        data = np.load(path)
        self.ids, self.roles = data["ids"], data["roles"]
        self.offsets, self.environments = data["offsets"], data["environments"]
        self.lengths = np.diff(self.offsets)

    def batch(self, contexts: np.ndarray, width: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Ids and roles [B, width] of some contexts, padded on the right with 0 (`<pad>`, given)."""
        ids, roles = np.zeros((2, len(contexts), width), np.int64)
        for row, context in enumerate(contexts):
            start, end = self.offsets[context], self.offsets[context + 1]
            ids[row, : end - start] = self.ids[start:end]
            roles[row, : end - start] = self.roles[start:end]
        return torch.from_numpy(ids), torch.from_numpy(roles)

    def epoch(self, seed: int, epoch: int, batch_tokens: int) -> list[tuple[np.ndarray, int]]:
        """Batches (contexts, width) of similar lengths in random order; the same for the same seed and epoch."""
        rng = np.random.default_rng((seed, epoch))
        order = rng.permutation(len(self.lengths))
        pool_size = max(1, int(POOL_BATCHES * batch_tokens / self.lengths.mean()))
        batches = []
        for start in range(0, len(order), pool_size):
            pool = order[start : start + pool_size]
            widths = -(-self.lengths[pool] // WIDTH_STEP) * WIDTH_STEP
            for width in np.unique(widths):
                members = pool[widths == width]
                rows = max(1, batch_tokens // width)
                # The last rows that do not fill a batch are dropped: a batch has one of few shapes.
                batches += [(members[i : i + rows], int(width)) for i in range(0, len(members) - rows + 1, rows)]
        return [batches[index] for index in rng.permutation(len(batches))]


class LossWeights:
    """How much each target token counts."""

    def __init__(self, recipe: Recipe):
        vocabulary = load_tokenizer(recipe.tokenizer).get_vocab()
        self.is_digit = torch.zeros(recipe.vocabulary, dtype=torch.bool)
        self.is_digit[[index for token, index in vocabulary.items() if token.lstrip("Ġ").isdigit()]] = True

    def of(self, ids: torch.Tensor, roles: torch.Tensor) -> torch.Tensor:
        is_amount = (roles == UTTERANCE) & self.is_digit[ids]
        return ROLE_WEIGHTS[roles] * torch.where(is_amount, AMOUNT_WEIGHT, 1.0)


def mean_loss(model: LanguageModel, embedded: torch.Tensor, ids: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Weighted mean cross entropy of the next tokens; `weights` [B, T] belong to the target tokens."""
    logits = model.logits(embedded)[:, :-1].float()
    losses = F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    counted = weights[:, 1:].flatten()
    return (losses * counted).sum() / counted.sum()


@torch.no_grad()
def held_out_losses(model: LanguageModel, corpus: Corpus, limit: int | None = None) -> dict[tuple[int, int], float]:
    """Mean loss per (environment, role), nats per token, of the first `limit` contexts of each environment."""
    sums: dict[tuple[int, int], list[float]] = {}
    for environment in np.unique(corpus.environments):
        contexts = np.flatnonzero(corpus.environments == environment)[:limit]
        for chunk in np.array_split(contexts, max(1, len(contexts) // 32)):
            ids, roles = corpus.batch(chunk, int(corpus.lengths[chunk].max()))
            losses = F.cross_entropy(model(ids)[:, :-1].transpose(1, 2), ids[:, 1:], reduction="none")
            for role in (STRATEGY, UTTERANCE, PARTNER):
                counted = losses[roles[:, 1:] == role]
                total = sums.setdefault((int(environment), role), [0.0, 0])
                total[0] += counted.sum().item()
                total[1] += counted.numel()
    return {key: total / max(1, count) for key, (total, count) in sums.items()}


def learning_rate(step: int, steps: int, warm_up: int = WARM_UP_STEPS) -> float:
    """Share of the peak: linear warm-up, then constant, then linear decay over the rest of the run."""
    progress = step / steps
    decay = 1 if progress < DECAY_FROM else max(LAST_RATE, (1 - progress) / (1 - DECAY_FROM))
    return min(1, (step + 1) / warm_up) * decay


def make_optimizers(model: LanguageModel, muon_rate: float, adam_rate: float) -> list[torch.optim.Optimizer]:
    """Muon for the matrices between embedding and head, AdamW for the rest."""
    matrices = [p for name, p in model.named_parameters() if p.dim() == 2 and "embed" not in name]
    rest = [p for name, p in model.named_parameters() if p.dim() != 2 or "embed" in name]
    adam = torch.optim.AdamW(rest, lr=adam_rate, betas=(0.9, 0.95), weight_decay=0.0)
    return [Muon(matrices, lr=muon_rate), adam]


def report(model: LanguageModel, recipe: Recipe, corpus: Corpus, progress: str) -> None:
    losses = held_out_losses(model, corpus, REPORTED_CONTEXTS)
    parts = [
        f"{environment} {losses[index, STRATEGY]:.3f}/{losses[index, UTTERANCE]:.3f}"
        for index, environment in enumerate(recipe.dialogues)
    ]
    line = f"{progress}  held-out strategy/utterance: {'  '.join(parts)}"
    print(line, flush=True)
    with (recipe.folder / "pretrain.log").open("a") as log:
        log.write(line + "\n")


def pretrain(recipe: Recipe, resume: bool, threads: int) -> None:
    torch.set_num_threads(threads)
    torch.manual_seed(recipe.seed)
    corpus, held_out = Corpus(recipe.folder / "train.npz"), Corpus(recipe.folder / "validation.npz")
    model = LanguageModel(Shape(vocabulary=recipe.vocabulary, **recipe.shape))
    peaks = [recipe.muon_rate, recipe.learning_rate]
    optimizers = make_optimizers(model, *peaks)
    checkpoint = recipe.folder / "checkpoint.pt"
    step, tokens, seconds_before = 0, 0, 0.0
    if resume:
        saved = torch.load(checkpoint)
        model.load_state_dict(saved["weights"])
        for optimizer, state in zip(optimizers, saved["optimizers"]):
            optimizer.load_state_dict(state)
        step, tokens, seconds_before = saved["step"], saved["tokens"], saved["seconds"]
    parameters = sum(p.numel() for p in model.parameters())
    print(f"{parameters} parameters, corpus of {len(corpus.ids) / 1e6:.1f} M tokens, from step {step}", flush=True)

    loss_weights = LossWeights(recipe)
    loss_of = torch.compile(mean_loss, dynamic=True)
    started = last_report = time.monotonic()

    def save() -> None:
        state = {"weights": model.state_dict(), "optimizers": [o.state_dict() for o in optimizers]}
        state |= {"shape": asdict(model.shape), "step": step, "tokens": tokens, "seed": recipe.seed}
        torch.save(state | {"seconds": seconds_before + time.monotonic() - started}, checkpoint)

    def progress() -> str:
        seconds = seconds_before + time.monotonic() - started
        return f"{seconds:5.0f} s  step {step:5d}  {tokens / 1e6:6.2f} M tokens"

    batches, epoch, epoch_start = corpus.epoch(recipe.seed, 0, recipe.batch_tokens), 0, 0
    while step < recipe.steps:
        while step - epoch_start >= len(batches):
            epoch_start += len(batches)
            epoch += 1
            batches = corpus.epoch(recipe.seed, epoch, recipe.batch_tokens)
        contexts, width = batches[step - epoch_start]
        ids, roles = corpus.batch(contexts, width)
        for optimizer, peak in zip(optimizers, peaks):
            for group in optimizer.param_groups:
                group["lr"] = peak * learning_rate(step, recipe.steps)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            # Looked up outside of what is compiled: compiled, two threads add up an embedding's gradient in the order in
            # which they happen to arrive, and no two runs end with the same weights.
            embedded = model.embed(ids)
            loss = loss_of(model, embedded, ids, loss_weights.of(ids, roles))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
        step += 1
        tokens += int(corpus.lengths[contexts].sum())
        if time.monotonic() - last_report > SECONDS_PER_REPORT:
            report(model, recipe, held_out, progress())
            save()
            last_report = time.monotonic()
    report(model, recipe, held_out, progress())
    save()


if __name__ == "__main__":
    parser = recipe_parser(__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--resume", action="store_true", help="continue the checkpoint")
    options: argparse.Namespace = parser.parse_args()
    pretrain(options.recipe, options.resume, options.threads)
