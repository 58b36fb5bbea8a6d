"""Pre-trains the base model on the corpus; one CPU thread, about ten minutes.

    python tools/base-model/pretrain.py --minutes 10 --seed 0       the schedule follows the clock
    python tools/base-model/pretrain.py --steps 2600 --seed 0       the shipped model, repeatable
    python tools/base-model/pretrain.py --minutes 10 --resume       goes on where a stopped run was last saved

Writes `checkpoint.pt` (weights, optimizer, progress) beside the corpus, every half minute and at the end.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from corpus import write_corpus
from model import LanguageModel, Shape
from tokenizer import VOCABULARY

ROLE_WEIGHTS = torch.tensor([0.0, 1.0, 1.0, 0.1])  # forced, own strategy, own utterance, partner's utterance
BATCH_CONTEXTS = 64
WARM_UP_STEPS = 100
DECAY_FROM, LAST_RATE = 0.4, 0.03  # as shares of the run and of the learning rate
HELD_OUT = 600  # contexts at the corpus' end, for the printed loss


class Corpus:
    def __init__(self, path: Path):
        data = np.load(path)
        self.ids, self.roles, self.offsets = data["ids"], data["roles"], data["offsets"]
        self.lengths = np.diff(self.offsets)

    def batch(self, contexts: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """Ids and roles of some contexts, padded on the right with 0 (`<pad>`, forced)."""
        width = self.lengths[contexts].max()
        ids, roles = np.zeros((2, len(contexts), width), np.int64)
        for row, context in enumerate(contexts):
            start, end = self.offsets[context], self.offsets[context + 1]
            ids[row, : end - start] = self.ids[start:end]
            roles[row, : end - start] = self.roles[start:end]
        return torch.from_numpy(ids), torch.from_numpy(roles)

    def epoch(self, seed: int, epoch: int) -> list[np.ndarray]:
        """Batches of contexts of similar length in random order, the same for the same seed and epoch."""
        rng = np.random.default_rng((seed, epoch))
        pool = rng.permutation(len(self.lengths) - HELD_OUT)
        bucket = BATCH_CONTEXTS * 20
        batches = []
        for start in range(0, len(pool) - bucket + 1, bucket):
            chunk = pool[start : start + bucket]
            chunk = chunk[np.argsort(self.lengths[chunk], kind="stable")].reshape(20, BATCH_CONTEXTS)
            batches += list(chunk[rng.permutation(20)])
        return batches


def token_losses(model: LanguageModel, ids: torch.Tensor, roles: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Cross entropy and role of every target token that has a weight."""
    target_roles = roles[:, 1:]
    counted = ROLE_WEIGHTS[target_roles] > 0
    hidden = model.hidden(ids)[:, :-1][counted]
    return F.cross_entropy(model.logits(hidden), ids[:, 1:][counted], reduction="none"), target_roles[counted]


@torch.no_grad()
def held_out_losses(model: LanguageModel, corpus: Corpus) -> tuple[float, float]:
    """Mean loss of own strategies and own utterances, nats per token."""
    contexts = np.arange(len(corpus.lengths) - HELD_OUT, len(corpus.lengths))
    parts = [token_losses(model, *corpus.batch(chunk)) for chunk in np.split(contexts, 6)]
    losses, roles = (torch.cat(tensors) for tensors in zip(*parts))
    return losses[roles == 1].mean().item(), losses[roles == 2].mean().item()


def learning_rate(peak: float, step: int, progress: float) -> float:
    """Linear warm-up in steps, then constant, then linear decay over the rest of the run."""
    decay = 1 if progress < DECAY_FROM else max(LAST_RATE, (1 - progress) / (1 - DECAY_FROM))
    return peak * min(1, (step + 1) / WARM_UP_STEPS) * decay


def make_optimizer(model: LanguageModel) -> torch.optim.AdamW:
    matrices = [p for p in model.parameters() if p.dim() == 2]
    gains = [p for p in model.parameters() if p.dim() < 2]
    groups = [{"params": matrices, "weight_decay": 0.05}, {"params": gains, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, betas=(0.9, 0.95))


def pretrain(options: argparse.Namespace) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    if not options.corpus.exists():
        write_corpus(options.corpus, dialogues=120_000, seed=0)
    corpus = Corpus(options.corpus)
    model = LanguageModel(Shape(vocabulary=len(VOCABULARY)))
    optimizer = make_optimizer(model)
    checkpoint_path = options.corpus.parent / "checkpoint.pt"
    step, tokens, seconds_before = 0, 0, 0.0
    if options.resume:
        saved = torch.load(checkpoint_path)
        model.load_state_dict(saved["weights"])
        optimizer.load_state_dict(saved["optimizer"])
        step, tokens, seconds_before = saved["step"], saved["tokens"], saved["seconds"]
    parameters = sum(p.numel() for p in model.parameters())
    print(f"{parameters} parameters, corpus of {len(corpus.ids) / 1e6:.1f} M tokens, from step {step}", flush=True)

    started = time.monotonic()
    last_report = started

    def seconds() -> float:
        return seconds_before + time.monotonic() - started

    def save() -> None:
        state = {"weights": model.state_dict(), "optimizer": optimizer.state_dict(), "shape": asdict(model.shape)}
        torch.save(state | {"step": step, "tokens": tokens, "seconds": seconds(), "seed": options.seed}, checkpoint_path)

    def report() -> None:
        strategy, utterance = held_out_losses(model, corpus)
        print(
            f"{seconds():5.0f} s  step {step:5d}  {tokens / 1e6:5.2f} M tokens  rate {rate:.5f}  "
            f"held-out strategy {strategy:.4f}  utterance {utterance:.4f}",
            flush=True,
        )

    batches_per_epoch = len(corpus.epoch(options.seed, 0))
    order, order_epoch, rate = [], -1, 0.0
    while True:
        progress = step / options.steps if options.steps else seconds() / (60 * options.minutes)
        if progress >= 1:
            break
        rate = learning_rate(options.learning_rate, step, progress)
        for group in optimizer.param_groups:
            group["lr"] = rate
        epoch, index = divmod(step, batches_per_epoch)
        if epoch != order_epoch:
            order, order_epoch = corpus.epoch(options.seed, epoch), epoch
        ids, roles = corpus.batch(order[index])
        losses, target_roles = token_losses(model, ids, roles)
        weights = ROLE_WEIGHTS[target_roles]
        loss = (losses * weights).sum() / weights.sum()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        tokens += int(corpus.lengths[order[index]].sum())
        if time.monotonic() - last_report > 30:
            report()
            save()
            last_report = time.monotonic()
    report()
    save()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--minutes", type=float, default=10)
    length.add_argument("--steps", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--learning-rate", type=float, default=4e-3)
    parser.add_argument("--corpus", type=Path, default=Path(".cache/base-model/corpus.npz"))
    parser.add_argument("--resume", action="store_true", help="continue the checkpoint beside the corpus")
    pretrain(parser.parse_args())
