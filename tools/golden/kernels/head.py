"""The model's head, and what is trained on it: statistics per token and their gradients."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from common import check_input, check_integers

SIZES = ((1, 1), (3, 3), (17, 17), (5, 127), (33, 129), (17, 1000))
"""Scored rows and vocabulary."""
HIDDEN = 20
TEMPERATURES = (1.0, 0.5, 1.25)


def head(rows: int, vocabulary: int, is_shared: bool) -> dict[str, torch.Tensor]:
    """`is_shared`: policy and base have one head (LoRA) and similar hidden states, so that both KL are small."""
    name = f"head {rows} {vocabulary}"
    hidden = (check_input(f"{name} policyHidden", rows, HIDDEN) * 2).requires_grad_()
    weight = check_input(f"{name} policyHead", vocabulary, HIDDEN).requires_grad_()
    noise = check_input(f"{name} baseHidden", rows, HIDDEN)
    base_hidden = hidden.detach() + noise / 8 if is_shared else noise * 2
    base_weight = weight.detach() if is_shared else check_input(f"{name} baseHead", vocabulary, HIDDEN)
    targets = check_integers(f"{name} targets", vocabulary, rows)
    temperatures = torch.tensor([TEMPERATURES[row % 3] for row in range(rows)], dtype=torch.float64)[:, None]
    coefficients = check_input(f"{name} coefficients", rows, 4)

    policy_logits = hidden @ weight.T / temperatures
    base_logits = base_hidden @ base_weight.T / temperatures
    policy, base = F.log_softmax(policy_logits, dim=1), F.log_softmax(base_logits, dim=1)
    statistics = {
        "logProb": policy.gather(1, targets[:, None])[:, 0],
        "entropy": torch.distributions.Categorical(logits=policy).entropy(),
        "klToBase": F.kl_div(base, policy, reduction="none", log_target=True).sum(1),
        "klFromBase": F.kl_div(policy, base, reduction="none", log_target=True).sum(1),
    }
    base_log_probs = base.gather(1, targets[:, None])[:, 0]
    sum((coefficients[:, index] * value).sum() for index, value in enumerate(statistics.values())).backward()
    log_sums = torch.stack([policy_logits.logsumexp(1), base_logits.logsumexp(1)], dim=1)
    # The kernel adds to what is there.
    head_gradient = check_input(f"{name} headGradient", vocabulary, HIDDEN) + weight.grad
    return {**statistics, "logSums": log_sums, "baseLogProb": base_log_probs, "dHidden": hidden.grad, "dHead": head_gradient}


def goldens() -> dict[str, dict[str, torch.Tensor]]:
    apart = {f"head {rows} {vocabulary}": head(rows, vocabulary, False) for rows, vocabulary in SIZES}
    shared = {f"head {rows} {vocabulary} shared": head(rows, vocabulary, True) for rows, vocabulary in ((33, 129), (17, 1000))}
    return {**apart, **shared}
