"""Five steps of PyTorch's AdamW with gradient clipping, in float64."""

from __future__ import annotations

import torch

SETTINGS = {"learningRate": 0.01, "beta1": 0.9, "beta2": 0.95, "epsilon": 1e-8, "weightDecay": 0.01, "maxGradientNorm": 1.0}
GRADIENT_SCALES = (3.0, 0.1, 1.0, 0.05, 10.0)  # some steps are clipped, some are not


def adamw_record() -> dict:
    """The norm is taken over all parameters; torch scales by `min(1, maxGradientNorm / (norm + 1e-6))`."""
    generator = torch.Generator().manual_seed(30)

    def draw(size: int) -> torch.Tensor:
        return torch.randn(size, generator=generator, dtype=torch.float64)

    parameters = [torch.nn.Parameter(draw(3)), torch.nn.Parameter(draw(5))]
    optimizer = torch.optim.AdamW(
        parameters, lr=SETTINGS["learningRate"], betas=(SETTINGS["beta1"], SETTINGS["beta2"]),
        eps=SETTINGS["epsilon"], weight_decay=SETTINGS["weightDecay"],
    )  # fmt: skip
    record = {"settings": SETTINGS, "initial": [p.tolist() for p in parameters], "steps": []}
    for scale in GRADIENT_SCALES:
        gradients = [draw(len(p)) * scale for p in parameters]
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = gradient.clone()
        norm = torch.nn.utils.clip_grad_norm_(parameters, SETTINGS["maxGradientNorm"])
        optimizer.step()
        record["steps"].append(
            {
                "gradients": [g.tolist() for g in gradients],
                "gradientNorm": norm.item(),
                "parametersAfter": [p.tolist() for p in parameters],
            }
        )
    return record
