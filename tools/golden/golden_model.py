"""Numbers of a causal language model as transformers and PEFT compute them: logits, token statistics, gradients."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import torch
from torch import Tensor

LENGTHS = (3, 9, 17, 40)
NAMES = ("logProb", "entropy", "klToBase", "klFromBase")
"""Statistics that the loss is made of. The base's log-prob is a number beside them: nothing of the policy is in it."""


@dataclass
class Case:
    """One sequence and the coefficients of its statistics in the loss, one per target token, 0 at index 0."""

    ids: list[int]
    coefficients: dict[str, list[float]]


def make_cases(vocabulary: int, seed: int) -> list[Case]:
    """Signed coefficients; about half of the tokens are masked (all coefficients 0), others lack some of them."""
    generator = torch.Generator().manual_seed(seed)
    cases = []
    for length in LENGTHS:
        # Never <pad>: torch gives the embedding of a padding token no gradient.
        ids = torch.randint(1, vocabulary, (length,), generator=generator).tolist()
        is_counted = torch.rand(length, generator=generator) < 0.5
        is_counted[0], is_counted[-1] = False, True
        coefficients = {}
        for name in NAMES:
            is_present = torch.rand(length, generator=generator) < 0.75
            drawn = torch.randn(length, generator=generator) * is_counted * is_present
            coefficients[name] = [round(value, 4) + 0.0 for value in drawn.tolist()]
        cases.append(Case(ids, coefficients))
    return cases


def token_statistics(logits: Tensor, base_logits: Tensor, ids: list[int]) -> dict[str, Tensor]:
    """Statistics of the distribution that predicts each token but the first; logits [T, V], results [T - 1]."""
    log_policy, log_base = logits[:-1].log_softmax(-1), base_logits[:-1].log_softmax(-1)
    policy, base = log_policy.exp(), log_base.exp()
    targets = torch.tensor(ids[1:])[:, None]
    return {
        "logProb": log_policy.gather(1, targets)[:, 0],
        "entropy": -(policy * log_policy).sum(-1),
        "klToBase": (policy * (log_policy - log_base)).sum(-1),
        "klFromBase": (base * (log_base - log_policy)).sum(-1),
        "baseLogProb": log_base.gather(1, targets)[:, 0],
    }


def golden_numbers(policy, base, cases: list[Case]) -> tuple[dict, dict[str, Tensor]]:
    """
    :returns: a plain record (ids, coefficients, statistics, loss), and tensors: `logits.<case>` from a float32 run and
        `grad.<parameter>` of the loss summed over all cases, from a float64 run
    """
    tensors: dict[str, Tensor] = {}
    exact_policy, exact_base = copy.deepcopy(policy).double(), copy.deepcopy(base).double()
    exact_policy.zero_grad()
    records, total = [], 0.0
    for index, case in enumerate(cases):
        batch = torch.tensor([case.ids])
        with torch.no_grad():
            tensors[f"logits.{index}"] = policy(batch).logits[0].clone()
            base_logits = exact_base(batch).logits[0]
        statistics = token_statistics(exact_policy(batch).logits[0], base_logits, case.ids)
        loss = sum((torch.tensor(case.coefficients[n][1:], dtype=torch.float64) * statistics[n]).sum() for n in NAMES)
        loss.backward()
        total += loss.item()
        records.append(
            {
                "ids": case.ids,
                "coefficients": case.coefficients,
                "statistics": {name: [0.0, *values.tolist()] for name, values in statistics.items()},
                "loss": loss.item(),
            }
        )
    for name, parameter in exact_policy.named_parameters():
        if parameter.requires_grad:
            tensors[f"grad.{name.replace('.default.', '.')}"] = parameter.grad.float().contiguous()
    return {"loss": total, "cases": records}, tensors
