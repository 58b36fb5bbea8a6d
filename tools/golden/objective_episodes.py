"""Random episodes as `parley weights` reads them: no two numbers alike, every case that an objective distinguishes."""

from __future__ import annotations

import math
import random

VOCABULARY = 5
DISCOUNT, PROGRESS, TOKEN_LIMIT = 0.9, 0.3, 12


def rounded(value: float) -> float:
    return round(value, 6)


class Draw:
    """The numbers of one token come from two random distributions over five words, so that they belong together."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def logits(self, scale: float = 1.0) -> list[float]:
        return [scale * self.random.gauss(0, 1) for _ in range(VOCABULARY)]

    def turn(self, seen_first: bool, masked: bool) -> dict:
        tokens = [self.token() for _ in range(self.random.randint(1, 4))]
        turn = {name: [token[name] for token in tokens] for name in tokens[0]}
        turn["trained"] = [0 if masked and index == 0 else 1 for index in range(len(tokens))]
        turn["reward"] = rounded(self.random.uniform(0, 0.3))
        turn["value"] = rounded(self.random.uniform(0, 1))
        turn["belief"] = rounded(self.random.uniform(0, 1))
        offer = self.random.choice([None, self.random.randint(0, 10)])
        proposal = self.random.choice([None, self.random.randint(0, 10)])
        turn["situation"] = {"offerValue": offer, "proposalValue": proposal, "turnsLeft": self.random.randint(1, 5)}
        return turn

    def token(self) -> dict:
        sampled, base = log_softmax(self.logits()), log_softmax(self.logits(0.7))
        now = log_softmax([value + self.random.gauss(0, 0.35) for value in sampled])
        tempered = log_softmax([value / 1.2 for value in sampled])
        word = self.random.randrange(VOCABULARY)
        kl = lambda one, other: sum(math.exp(a) * (a - b) for a, b in zip(one, other))  # noqa: E731
        entropy = lambda logs: -sum(math.exp(a) * a for a in logs)  # noqa: E731
        return {
            "sampled": rounded(sampled[word]),
            "now": rounded(now[word]),
            "base": rounded(base[word]),
            "tempered": rounded(tempered[word]),
            "proximal": rounded(sampled[word] + self.random.gauss(0, 0.4)),
            "entropyAtSampling": rounded(entropy(sampled)),
            "entropy": rounded(entropy(now)),
            "klToBase": rounded(kl(now, base)),
            "klFromBase": rounded(kl(base, now)),
        }


def log_softmax(logits: list[float]) -> list[float]:
    total = math.log(sum(math.exp(value) for value in logits))
    return [value - total for value in logits]


def random_episodes(seed: int = 7) -> dict:
    """Two scenarios × two seats × four own episodes, and one or two of every other source."""
    draw = Draw(seed)
    episodes: list[dict] = []

    def add(scenario: str, seat: int, source: str, outcome: float | None = None, masked: bool = False) -> dict:
        turns = [draw.turn(index == 0, masked and index == 0) for index in range(draw.random.randint(1, 3))]
        if outcome is None:
            outcome = rounded(draw.random.uniform(0.05, 0.95))
        turns[-1]["reward"] = rounded(turns[-1]["reward"] + outcome)
        episode = {
            "seat": seat, "scenario": scenario, "group": f"{scenario}/{seat}", "source": source, "outcome": outcome,
            "isCutOff": draw.random.random() < 0.3, "kind": draw.random.choice(["split", "grab", "yield"]), "fork": None, "turns": turns,
        }  # fmt: skip
        episodes.append(episode)
        return episode

    for scenario in ("a", "b"):
        for seat in (0, 1):
            for member in range(4):
                failing = scenario == "b" and seat == 1
                outcome = rounded(draw.random.uniform(0, 0.4)) if failing else None
                add(scenario, seat, "policy", outcome, masked=member == 1)
    for member in range(3):  # a scenario whose episodes all earned the same
        episode = add("c", 0, "policy", 0.5)
        episode["turns"] = episode["turns"][:1]
        episode["turns"][0]["reward"] = 0.5
    parent = next(index for index, episode in enumerate(episodes) if len(episode["turns"]) > 1)
    child = episodes[parent + 1 if episodes[parent + 1]["group"] == episodes[parent]["group"] else parent - 1]
    child["turns"] = [dict(episodes[parent]["turns"][0]), *child["turns"]]
    child["fork"] = {"parent": parent, "sharedTurns": 1}
    add("a", 0, "guided", 0.9)
    add("a", 1, "guided", 0.7)
    add("b", 0, "guided", 0.2)
    add("b", 1, "demonstration", 1.0)
    add("a", 0, "demonstration", 1.0)
    add("a", 0, "tempered", 0.8)
    add("b", 0, "tempered", 0.3)

    features = [[1.0] + [rounded(draw.random.uniform(0, 1)) for _ in range(7)] for _ in range(30)]
    targets = [rounded(draw.random.uniform(0, 1.5)) for _ in features]
    gram = [[sum(x[i] * x[j] for x in features) for j in range(8)] for i in range(8)]
    moments = [sum(x[i] * y for x, y in zip(features, targets)) for i in range(8)]
    linear = [float(len(features))] + [value for row in gram for value in row] + moments
    return {
        "discount": DISCOUNT,
        "progress": PROGRESS,
        "tokenLimit": TOKEN_LIMIT,
        "memory": {
            "linear": [rounded(value) for value in linear],
            "seatAverages": [0.45, 0.62],
            "klCoefficient": None,
            "entropyCoefficient": 0.03,
            "entropyHistory": [{"mean": 0.8, "updates": 3}, {"mean": 2.4, "updates": 3}, {"mean": 1.2, "updates": 2}],
            "entropy": 1.1,
            "quantiles": [0.45, 1.1],
        },
        "episodes": episodes,
    }
