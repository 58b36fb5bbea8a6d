"""Drawing tokens: which token, its log-prob and the entropy, after temperature, top k and top p."""

from __future__ import annotations

import numpy as np
import torch

from common import check_input, check_integers

VOCABULARIES = (1, 3, 17, 127, 129, 1000, 5000)
DRAWS = 12
TEMPERATURES = (1.0, 0.5, 0.0, 2.0)
TOP_K = (0, 5, 0, 1, 40)
TOP_P = (1.0, 0.75, 0.0009765625, 1.0, 0.9375, 0.5)
MARGIN = 2e-6
"""How far a number must stay from the edges between tokens for float64 and the kernel's integers to agree on the token."""


def uniform(key: tuple[int, int], counter: int) -> float:
    """In (0, 1), odd multiples of 2^-24: the first word of Threefry-2x32-20 (Salmon et al. 2011), without its last bits."""
    mask = 0xFFFFFFFF
    schedule = (*key, key[0] ^ key[1] ^ 0x1BD11BDA)
    x, y = (counter + key[0]) & mask, key[1]
    for block in range(5):
        for rotation in ((13, 15, 26, 6), (17, 29, 16, 24))[block % 2]:
            x = (x + y) & mask
            y = ((y << rotation | y >> 32 - rotation) & mask) ^ x
        x = (x + schedule[(block + 1) % 3]) & mask
        y = (y + schedule[(block + 2) % 3] + block + 1) & mask
    return ((x >> 9) + 0.5) / 2**23


def logits_of(vocabulary: int) -> torch.Tensor:
    """From -8 to 8; half of the rows are rounded to quarters, so that there are ties."""
    logits = check_input(f"draw {vocabulary} logits", DRAWS, vocabulary) * 8
    logits[::2] = torch.floor(logits[::2] * 4) / 4
    return logits


def draw(logits: torch.Tensor, temperature: float, top_k: int, top_p: float, number: float) -> tuple[int, float, float]:
    if temperature == 0:
        distribution = torch.distributions.Categorical(logits=logits)
        token = int((logits == logits.max()).nonzero()[0])
        return token, float(distribution.logits[token]), float(distribution.entropy())
    # Most likely first; a stable sort leaves ties in order of their ids.
    ranked, ids = torch.sort(logits / temperature, descending=True, stable=True)
    if top_k:
        ranked, ids = ranked[:top_k], ids[:top_k]
    ahead = ranked.softmax(0).cumsum(0) - ranked.softmax(0)
    if top_p < 1:
        assert (ahead - top_p).abs().min() > MARGIN, "top p on an edge: change the inputs"
        ranked, ids = ranked[ahead < top_p], ids[ahead < top_p]
    left = torch.full_like(logits, -torch.inf)
    left[ids] = ranked
    distribution = torch.distributions.Categorical(logits=left)
    cumulative = distribution.probs.cumsum(0)
    assert len(ids) == 1 or (cumulative[ids] - number).abs().min() > MARGIN, "on an edge: change the inputs"
    token = int((cumulative > number).nonzero()[0])
    probabilities = distribution.probs[ids]
    return token, float(distribution.logits[token]), float(torch.special.entr(probabilities).sum())


def goldens() -> dict[str, dict[str, torch.Tensor]]:
    entries = {}
    for vocabulary in VOCABULARIES:
        logits = logits_of(vocabulary)
        keys = check_integers(f"draw {vocabulary} keys", 2**32, DRAWS, 2).numpy().astype(np.uint32)
        drawn = [
            draw(
                logits[row],
                TEMPERATURES[row % len(TEMPERATURES)],
                TOP_K[row % len(TOP_K)],
                TOP_P[row % len(TOP_P)],
                uniform((int(keys[row, 0]), int(keys[row, 1])), row),
            )
            for row in range(DRAWS)
        ]
        tokens, log_probs, entropies = (torch.tensor(column, dtype=torch.float64) for column in zip(*drawn))
        entries[f"draw {vocabulary}"] = {"tokens": tokens, "logProbs": log_probs, "entropies": entropies}
    return entries
