"""Rule-made negotiators that fill the corpus. They see their own values only; the partner is guessed from what is said."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from game import KINDS, Triple, complement, worth
from language import STRATEGIES, Act, Strategy
from strategies import target_share

# A deliberately weak mixture: nobody here finds good deals reliably, so there is something left to learn.
MIXTURE = {"tough": 0.25, "generous": 0.20, "random": 0.20, "confused": 0.35}


@dataclass(frozen=True)
class Temperament:
    kind: str
    first_aspiration: float  # share of the table's value wanted in the first turn
    last_aspiration: float  # ... and in the last one
    patience: float  # exponent of the way from first to last
    least_acceptable: float  # points that are accepted in the last turn
    stubbornness: float
    talkativeness: float
    noise: float = 0.6


def draw_temperament(rng: random.Random) -> Temperament:
    kind = rng.choices(list(MIXTURE), list(MIXTURE.values()))[0]
    (first, last, least, noise) = {
        "tough": ((0.9, 1.0), (0.6, 0.8), (4, 6), 0.6),
        "generous": ((0.4, 0.6), (0.1, 0.3), (0, 2), 0.6),
        "random": ((0.5, 0.5), (0.5, 0.5), (0, 0), 8.0),
        "confused": ((0.7, 0.9), (0.3, 0.5), (2, 4), 0.6),
    }[kind]
    return Temperament(
        kind, rng.uniform(*first), rng.uniform(*last), rng.uniform(0.5, 1.5), rng.uniform(*least),
        rng.uniform(0, 1), rng.uniform(0, 0.3), noise,
    )  # fmt: skip


def believed_values(temperament: Temperament, values: Triple, rng: random.Random) -> Triple:
    """A confused negotiator mixes up what its items are worth."""
    return tuple(rng.sample(values, KINDS)) if temperament.kind == "confused" else values


def choose_strategy(
    who: Temperament, counts: Triple, values: Triple, proposal: Triple | None, offer: Triple | None,
    own_turns_left: int, is_last_turn: bool, guess: list[float], rng: random.Random,
) -> Strategy:  # fmt: skip
    """Scores every strategy that makes sense and takes the best after Gumbel noise."""
    progress = ((own_turns_left - 1) / 4) ** who.patience
    aspiration = 10 * (who.last_aspiration + (who.first_aspiration - who.last_aspiration) * progress)
    guessed_total = worth(guess, counts)
    best_score, best = -math.inf, None
    for strategy in STRATEGIES:
        target = target_share(strategy, counts, values, proposal, offer)
        if target is None:
            continue
        family, items = strategy
        if family == "accept":
            value = worth(values, offer)
            if is_last_turn:
                score = 6 if value >= who.least_acceptable else -4
            else:
                score = 4 if value >= aspiration - 0.3 else -1.5 * (aspiration - value)
        elif target == ():
            score = -2.5 - 2 * (own_turns_left <= 2)
            if family == "tell":
                score += 0.15 * values[items[0]] * counts[items[0]] - 1
            elif family == "deny":
                score += -1.2 * values[items[0]] - 1
            elif family == "reject":
                score += -1 if worth(values, offer) >= aspiration else 0.3
            if rng.random() < who.talkativeness:
                score += 2.5
        else:
            value = worth(values, target)
            left_to_them = 10 * worth(guess, complement(counts, target)) / guessed_total
            score = -1.5 * max(0, aspiration - value) - 0.35 * max(0, value - aspiration) + 0.1 * left_to_them
            if family == "hold":
                score += who.stubbornness
            elif family in ("concede", "trade", "give"):
                score += 0.4
        score -= who.noise * math.log(-math.log(rng.random() + 1e-12) + 1e-12)
        if score > best_score:
            best_score, best = score, strategy
    return best


def update_guess(guess: list[float], act: Act, counts: Triple) -> None:
    """Learns from what the partner said what the partner may like. Changes `guess` in place."""
    kind_of_act, argument = act
    if kind_of_act == "propose":
        for kind in range(KINDS):
            guess[kind] += argument[kind] / counts[kind]
    elif kind_of_act == "tell":
        guess[argument] += 1.5
    elif kind_of_act == "deny":
        guess[argument] *= 0.4
