"""The norm of a gradient in many tensors, and steps of AdamW that are clipped by it."""

from __future__ import annotations

import math

import torch

from common import check_input

SIZES = (1, 3, 17, 127, 129, 1000, 100_003)
"""Elements of the tensors, all in one norm and one step. Every second one is a matrix (of one row), which decays."""
SETTINGS = {
    "clipped": {"lr": 0.01, "betas": (0.9, 0.95), "eps": 1e-8, "weight_decay": 0.1, "step": 3, "maximum_norm": 1.0},
    "first": {"lr": 0.001, "betas": (0.9, 0.999), "eps": 1e-6, "weight_decay": 0.0, "step": 1, "maximum_norm": 1e6},
    "late": {"lr": 1.0, "betas": (0.5, 0.999), "eps": 0.25, "weight_decay": 0.5, "step": 1000, "maximum_norm": 100.0},
}


def inputs(size: int, index: int) -> tuple[torch.Tensor, ...]:
    shape = (1, size) if index % 2 == 1 else (size,)
    parameter, gradient, first, root = (check_input(f"adamW {size} {part}", *shape) for part in ("parameter", "gradient", "first", "second"))
    return parameter, gradient, first, (root**2).float().double()


def norm() -> torch.Tensor:
    """Sum of squares and norm."""
    total = torch.nn.utils.get_total_norm([inputs(size, index)[1] for index, size in enumerate(SIZES)])
    return torch.stack([total**2, total])


def steps(lr: float, betas: tuple, eps: float, weight_decay: float, step: int, maximum_norm: float) -> dict[str, torch.Tensor]:
    tensors = [inputs(size, index) for index, size in enumerate(SIZES)]
    parameters = [torch.nn.Parameter(parameter.clone()) for parameter, *_ in tensors]
    matrices, others = parameters[1::2], parameters[0::2]
    groups = [{"params": matrices, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=lr, betas=betas, eps=eps)
    for parameter, (_, gradient, first, second) in zip(parameters, tensors):
        parameter.grad = gradient.clone()
        optimizer.state[parameter] = {"step": torch.tensor(float(step - 1)), "exp_avg": first.clone(), "exp_avg_sq": second.clone()}
    torch.nn.utils.clip_grad_norm_(parameters, maximum_norm)
    optimizer.step()
    outputs = {}
    for parameter, size in zip(parameters, SIZES):
        state = optimizer.state[parameter]
        outputs |= {f"parameter {size}": parameter, f"first {size}": state["exp_avg"], f"second {size}": state["exp_avg_sq"]}
    return outputs | zeroed()


def unchanged() -> dict[str, torch.Tensor]:
    """What a gradient that is not finite leaves: everything as it was, but for the gradients."""
    outputs = {}
    for index, size in enumerate(SIZES):
        parameter, _, first, second = inputs(size, index)
        outputs |= {f"parameter {size}": parameter, f"first {size}": first, f"second {size}": second}
    return outputs | zeroed()


def zeroed() -> dict[str, torch.Tensor]:
    return {f"gradient {size}": torch.zeros(size, dtype=torch.float64) for size in SIZES}


def goldens() -> dict[str, dict[str, torch.Tensor]]:
    assert math.isfinite(float(norm()[1]))
    entries = {f"adamW {name}": steps(**settings) for name, settings in SETTINGS.items()}
    return {"squaredNorm": {"norm": norm()}, **entries, "adamW unchanged": unchanged()}
