"""Golden numbers of every objective, by PyTorch's autograd through this file's own loss formulas, in float64.

    python tools/golden/objective.py        writes tests/fixtures/objective-episodes.json and objective.json

It shares nothing with the lab but the file format of the episodes. Every preset is one function below that turns the
episodes into one scalar loss; the golden numbers are the loss and its derivatives by each token's log-prob, entropy and
exact KLs. `stop(x)` marks what the papers treat as a constant.
"""

from __future__ import annotations

import itertools
import json
import math
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

import torch
from torch import Tensor

from objective_episodes import random_episodes

FIXTURES = Path(__file__).resolve().parents[2] / "tests/fixtures"


# ---- the episodes as tensors


@dataclass
class Side:
    """One seat's side of one episode; tensors are over its tokens."""

    seat: int
    group: str
    source: str
    outcome: float
    cut_off: bool
    kind: str
    fork: dict | None
    index: int
    rewards: list[float]
    values: list[float]
    beliefs: list[float]
    situations: list[dict]
    counts: list[int]
    now: dict[str, Tensor] = field(default_factory=dict)
    sampled: Tensor | None = None
    base: Tensor | None = None
    tempered: Tensor | None = None
    proximal: Tensor | None = None
    entropy_then: Tensor | None = None
    mask: Tensor | None = None

    @property
    def turn(self) -> list[int]:
        return [turn for turn, count in enumerate(self.counts) for _ in range(count)]

    def counted(self) -> list[int]:
        """Trained tokens of each turn."""
        return [int(sum(m for m, t in zip(self.mask.tolist(), self.turn) if t == turn)) for turn in range(len(self.counts))]


STATISTICS = {"logProb": "now", "entropy": "entropy", "klToBase": "klToBase", "klFromBase": "klFromBase"}


def read_sides(record: dict) -> list[Side]:
    sides = []
    for index, episode in enumerate(record["episodes"]):
        turns = episode["turns"]
        cat = lambda name: torch.tensor([value for turn in turns for value in turn[name]])  # noqa: E731
        side = Side(
            seat=episode["seat"], group=episode["group"], source=episode["source"], outcome=episode["outcome"],
            cut_off=episode["isCutOff"], kind=episode["kind"], fork=episode["fork"], index=index,
            rewards=[turn["reward"] for turn in turns], values=[turn["value"] for turn in turns],
            beliefs=[turn["belief"] for turn in turns], situations=[turn["situation"] for turn in turns],
            counts=[len(turn["sampled"]) for turn in turns],
        )  # fmt: skip
        for name, key in STATISTICS.items():
            side.now[name] = cat(key).requires_grad_()
        side.sampled, side.base, side.tempered, side.proximal = (cat(key) for key in ("sampled", "base", "tempered", "proximal"))
        side.entropy_then, side.mask = cat("entropyAtSampling"), cat("trained").double()
        sides.append(side)
    return sides


def stop(value: Tensor) -> Tensor:
    return value.detach()


def groups_of(sides: list[Side]) -> dict[str, list[Side]]:
    groups: dict[str, list[Side]] = defaultdict(list)
    for side in sides:
        groups[side.group].append(side)
    return groups


def mean(values) -> float:
    values = list(values)
    return sum(values) / len(values)


def std(values, unbiased: bool = True) -> float:
    return torch.tensor(list(values)).std(unbiased=unbiased).item()


# ---- returns


def returns(rewards: list[float], discount: float) -> list[float]:
    return [sum(discount ** (k - t) * rewards[k] for k in range(t, len(rewards))) for t in range(len(rewards))]


def token_returns(side: Side, token_rewards: list[float], discount: float) -> list[float]:
    """Reward-to-go token by token: the turn's reward comes with its last token; γ applies only where a turn ends."""
    result, following = [], 0.0
    for token in reversed(range(len(side.turn))):
        turn = side.turn[token]
        last_of_turn = token + 1 == len(side.turn) or side.turn[token + 1] != turn
        reward = token_rewards[token] + (side.rewards[turn] if last_of_turn else 0.0)
        following = reward + (discount if last_of_turn else 1.0) * following
        result.append(following)
    return result[::-1]


def whole_return(side: Side, discount: float) -> float:
    return returns(side.rewards, discount)[0]


# ---- aggregation: the loss of each token → one number


def aggregate(how: str, terms: list[tuple[Side, Tensor, Tensor]], token_limit: int) -> Tensor:
    """terms: (side, loss of each token, mask of the tokens that count). Sides without a counted token do not exist."""
    terms = [(side, loss, mask) for side, loss, mask in terms if mask.sum() > 0]
    total = len(terms)
    if how == "token-mean":
        return sum((loss * mask).sum() for _, loss, mask in terms) / sum(mask.sum() for _, _, mask in terms)
    if how == "sequence-mean":
        return sum((loss * mask).sum() / mask.sum() for _, loss, mask in terms) / total
    if how == "sequence-sum":
        return sum((loss * mask).sum() for _, loss, mask in terms) / total
    if how == "constant":
        return sum((loss * mask).sum() for _, loss, mask in terms) / (token_limit * total)
    turn_masks = []
    for side, loss, mask in terms:
        for turn in range(len(side.counts)):
            here = torch.tensor([1.0 if t == turn else 0.0 for t in side.turn]) * mask
            if here.sum() > 0:
                turn_masks.append((side, loss, here))
    if how == "turn-sum":
        return sum((loss * here).sum() for _, loss, here in turn_masks) / len(turn_masks)
    assert how == "turn-mean"
    own = defaultdict(list)
    for side, loss, here in turn_masks:
        own[side.index].append((loss * here).sum() / here.sum())
    return sum(sum(values) / len(values) for values in own.values()) / total


# ---- likelihood and stabilisers: the surrogate of each token


def ratio_of(side: Side, old: Tensor | None = None) -> Tensor:
    return torch.exp(side.now["logProb"] - (side.sampled if old is None else old))


def clip_term(ratio: Tensor, advantage: Tensor, low: float = 0.2, high: float = 0.2, dual: float | None = None) -> Tensor:
    value = torch.minimum(ratio * advantage, torch.clamp(ratio, 1 - low, 1 + high) * advantage)
    if dual is not None:
        value = torch.where(advantage < 0, torch.maximum(value, dual * advantage), value)
    return value


def full(side: Side, advantage: float) -> Tensor:
    return torch.full_like(side.sampled, advantage)


# ---- advantages


def group_advantages(sides: list[Side], scores: dict[int, float], divide: bool = True) -> dict[int, float]:
    result = {}
    for members in groups_of(sides).values():
        own = [scores[side.index] for side in members]
        for side in members:
            if len(own) == 1:
                result[side.index] = 0.0
                continue
            centred = scores[side.index] - mean(own)
            result[side.index] = centred / (std(own) + 1e-6) if divide else centred
    return result


def leave_one_out(sides: list[Side], scores: dict[int, float], key=lambda side: side.group) -> dict[int, float | None]:
    result = {}
    for side in sides:
        others = [scores[other.index] for other in sides if key(other) == key(side) and other is not side]
        result[side.index] = mean(others) if others else None
    return result


def linear_values(sides: list[Side], context: dict, first: dict[int, float]) -> dict[int, list[float]]:
    state = context["memory"]["linear"]
    gram = torch.tensor(state[1:65]).reshape(8, 8) + 0.1 * torch.eye(8)
    coefficients = torch.linalg.solve(gram, torch.tensor(state[65:]))
    in_group, in_seat = leave_one_out(sides, first), leave_one_out(sides, first, lambda side: side.seat)
    result = {}
    for side in sides:
        level = in_group[side.index] if in_group[side.index] is not None else (in_seat[side.index] or 0.0)
        rows = []
        for situation in side.situations:
            offer, proposal, left = (situation["offerValue"] or 0) / 10, (situation["proposalValue"] or 0) / 10, situation["turnsLeft"] / 5
            rows.append([1.0, level, offer, 0.0 if situation["offerValue"] is None else 1.0, proposal, left, offer * left, float(side.seat)])
        result[side.index] = (torch.tensor(rows) @ coefficients).tolist()
    return result


def gae(rewards: list[float], values: list[float], discount: float, lam: float, after: float) -> list[float]:
    """Σ_l (γλ)^l δ_{t+l}, written out."""
    following = values[1:] + [after]
    deltas = [r + discount * n - v for r, n, v in zip(rewards, following, values)]
    return [sum((discount * lam) ** (k - t) * deltas[k] for k in range(t, len(deltas))) for t in range(len(deltas))]


def whiten(rows: dict[int, list[float]], masks: dict[int, list[float]] | None = None) -> dict[int, list[float]]:
    """Mean and spread are those of the values that count."""
    flat = [value for index, row in rows.items() for at, value in enumerate(row) if masks is None or masks[index][at] == 1]
    return {index: [(value - mean(flat)) / (std(flat) + 1e-6) for value in row] for index, row in rows.items()}


# ---- KL estimators


def k_estimate(name: str, side: Side, log_prob: Tensor) -> Tensor:
    x = side.base - log_prob
    return {"k1": -x, "k2": x**2 / 2, "k3": torch.exp(x) - 1 - x}[name]


def add(side_terms: list, side: Side, loss: Tensor, mask: Tensor | None = None) -> None:
    side_terms.append((side, loss, side.mask if mask is None else mask))


# ---- the presets


@dataclass
class Batch:
    context: dict
    sides: list[Side]

    def of(self, *sources: str) -> list[Side]:
        return [side for side in self.sides if side.source in sources]

    @property
    def discount(self) -> float:
        return self.context["discount"]

    @property
    def limit(self) -> int:
        return self.context["tokenLimit"]

    def mix(self, how: str, terms: list) -> Tensor:
        return aggregate(how, terms, self.limit)


def default(batch: Batch, kl: float = 0.1) -> Tensor:
    own = batch.of("policy")
    to_go = {side.index: returns(side.rewards, batch.discount) for side in own}
    first = {index: values[0] for index, values in to_go.items()}
    expected = linear_values(own, batch.context, first)
    raw = {index: [g - v for g, v in zip(to_go[index], expected[index])] for index in to_go}
    flat = [value for row in raw.values() for value in row]
    scale = math.sqrt(mean(value**2 for value in flat)) + 1e-6
    terms = []
    for side in own:
        advantage = torch.tensor([raw[side.index][turn] / scale for turn in side.turn])
        add(terms, side, -advantage * side.now["logProb"] + kl * side.now["klToBase"])
    return batch.mix("turn-sum", terms)


def epo(batch: Batch) -> Tensor:
    terms = []
    for side in batch.of("policy"):
        to_go = returns(side.rewards, batch.discount)
        largest = max(abs(value) for value in to_go)
        advantage = torch.tensor([to_go[turn] / largest if largest > 0 else 0.0 for turn in side.turn])
        add(terms, side, -advantage * side.now["logProb"])
    return batch.mix("turn-mean", terms)


def group_clip(batch: Batch, how: str, low: float = 0.2, high: float = 0.2, dual: float | None = None, divide: bool = True) -> Tensor:
    """What the GRPO family has in common."""
    own = batch.of("policy")
    advantages = group_advantages(own, {side.index: whole_return(side, batch.discount) for side in own}, divide)
    terms = []
    for side in own:
        add(terms, side, -clip_term(ratio_of(side), full(side, advantages[side.index]), low, high, dual))
    return batch.mix(how, terms)


def epo_entropy(batch: Batch) -> Tensor:
    loss, terms, bands = group_clip(batch, "token-mean"), [], []
    progress, history = batch.context["progress"], batch.context["memory"]["entropyHistory"]
    phase = 1 - 0.2 * (1 - math.exp(-4 * progress)) if progress < 0.5 else 0.8 * math.exp(-3 * (2 * progress - 1))
    for side in batch.of("policy"):
        add(terms, side, -side.now["entropy"])
        hinge = torch.zeros_like(side.sampled)
        for turn in range(len(side.counts)):
            here = torch.tensor([1.0 if t == turn else 0.0 for t in side.turn]) * side.mask
            if here.sum() == 0 or turn >= len(history):
                continue
            level = (side.now["entropy"] * here).sum() / here.sum()
            middle = history[turn]["mean"]
            outside = torch.relu(level - 1.5 * middle) + torch.relu(0.5 * middle - level)
            hinge = hinge + outside * here
        add(bands, side, hinge)
    return loss + 0.001 * batch.mix("token-mean", terms) + 0.001 * phase * batch.mix("token-mean", bands)


def reinforce(batch: Batch) -> Tensor:
    terms = []
    for side in batch.of("policy"):
        to_go = returns(side.rewards, batch.discount)
        add(terms, side, -torch.tensor([to_go[turn] for turn in side.turn]) * side.now["logProb"])
    return batch.mix("sequence-sum", terms)


def penalties(side: Side, name: str, coefficient: float) -> list[float]:
    return (-coefficient * stop(k_estimate(name, side, side.sampled)) * side.mask).tolist()


def reinforce_plus_plus(batch: Batch) -> Tensor:
    own = batch.of("policy")
    rows = {side.index: token_returns(side, penalties(side, "k1", 0.01), batch.discount) for side in own}
    advantages = whiten(rows, {side.index: side.mask.tolist() for side in own})
    terms = []
    for side in own:
        add(terms, side, -clip_term(ratio_of(side), torch.tensor(advantages[side.index])))
    return batch.mix("token-mean", terms)


def rloo(batch: Batch) -> Tensor:
    own = batch.of("policy")
    scores = {side.index: token_returns(side, penalties(side, "k1", 0.05), batch.discount)[0] for side in own}
    baselines = leave_one_out(own, scores)
    terms = []
    for side in own:
        baseline = baselines[side.index]
        add(terms, side, -(0.0 if baseline is None else scores[side.index] - baseline) * side.now["logProb"])
    return batch.mix("sequence-sum", terms)


def kl_loss(batch: Batch, how: str, name: str, coefficient: float, weighted: bool = False) -> Tensor:
    terms = []
    for side in batch.of("policy"):
        value = k_estimate(name, side, side.now["logProb"])
        add(terms, side, coefficient * (ratio_of(side) * value if weighted else value))
    return batch.mix(how, terms)


def grpo(batch: Batch) -> Tensor:
    return group_clip(batch, "sequence-mean") + kl_loss(batch, "sequence-mean", "k3", 0.04)


def dr_grpo(batch: Batch) -> Tensor:
    return group_clip(batch, "constant", divide=False)


def ppo(batch: Batch, extended: bool = False) -> Tensor:
    own = batch.of("policy")
    rows = {}
    for side in own:
        v = side.values
        after = v[-1] if extended and side.cut_off else 0.0
        advantages = gae(side.rewards, v, batch.discount, 0.95, after)
        rows[side.index] = [advantages[turn] for turn in side.turn]
    rows = whiten(rows, {side.index: side.mask.tolist() for side in own})
    terms = []
    for side in own:
        add(terms, side, -clip_term(ratio_of(side), torch.tensor(rows[side.index])))
    return batch.mix("token-mean", terms)


def t_ppo(batch: Batch) -> Tensor:
    return ppo(batch, extended=True)


def gspo(batch: Batch) -> Tensor:
    """The paper's own form: one ratio and one clipped term per sequence."""
    own = batch.of("policy")
    advantages = group_advantages(own, {side.index: whole_return(side, batch.discount) for side in own})
    total = torch.zeros(())
    for side in own:
        difference = ((side.now["logProb"] - side.sampled) * side.mask).sum() / side.mask.sum()
        total = total - clip_term(torch.exp(difference), torch.tensor(advantages[side.index]), 3e-4, 4e-4)
    return total / len(own)


def with_rewards(sides: list[Side], change: Callable[[Side], list[float]]) -> list[Side]:
    import copy

    changed = []
    for side in sides:
        twin = copy.copy(side)
        twin.rewards = change(side)
        changed.append(twin)
    return changed


def overlong(side: Side, limit: int, share: float) -> list[float]:
    length, buffer = int(side.mask.sum()), share * limit
    penalty = 0.0 if length <= limit - buffer else (-1.0 if length > limit else (limit - buffer - length) / buffer)
    return side.rewards[:-1] + [side.rewards[-1] + penalty]


def spread_only(sides: list[Side], discount: float) -> list[Side]:
    kept = []
    for members in groups_of(sides).values():
        scores = [whole_return(side, discount) for side in members]
        if max(scores) != min(scores):
            kept.extend(members)
    return kept


def dapo(batch: Batch) -> Tensor:
    own = with_rewards(batch.of("policy"), lambda side: overlong(side, batch.limit, 0.2))
    advantages = group_advantages(own, {side.index: whole_return(side, batch.discount) for side in own})
    terms = []
    for side in spread_only(own, batch.discount):
        add(terms, side, -clip_term(ratio_of(side), full(side, advantages[side.index]), 0.2, 0.28))
    return batch.mix("token-mean", terms)


def riskpo(batch: Batch) -> Tensor:
    own = batch.of("policy")
    groups = list(groups_of(own).values())
    bundles = []
    for start in range(0, len(groups), 5):
        block = groups[start : start + 5]
        for member in range(max(len(group) for group in block)):
            bundles.append([group[member] for group in block if member < len(group)])
    low, high, omega = 0.2, 0.9, 1.5
    q_low, q_high = batch.context["memory"]["quantiles"]
    worths = []
    for bundle in bundles:
        score = mean(whole_return(side, batch.discount) for side in bundle)
        middle = (max(score - q_low, 0) - max(score - q_high, 0) + q_low - q_high) / (high - low)
        tail = -max(q_low - score, 0) / low
        worths.append((omega * tail + middle) / (omega + 1))
    advantages = {}
    for bundle, worth in zip(bundles, worths):
        for side in bundle:
            advantages[side.index] = (worth - mean(worths)) / (std(worths) + 1e-6)
    terms = []
    for side in own:
        add(terms, side, -clip_term(ratio_of(side), full(side, advantages[side.index])))
    return batch.mix("token-mean", terms)


def aepo(batch: Batch) -> Tensor:
    terms = []
    for side in batch.of("tempered"):
        to_go = returns(side.rewards, batch.discount)
        add(terms, side, -0.1 * torch.tensor([to_go[turn] for turn in side.turn]) * side.now["logProb"])
    return group_clip(batch, "token-mean", dual=3.0) + batch.mix("token-mean", terms)


def dcpo(batch: Batch) -> Tensor:
    terms = []
    for side in batch.of("policy"):
        to_go = torch.tensor([returns(side.rewards, batch.discount)[turn] for turn in side.turn])
        add(terms, side, -0.1 * torch.exp(side.tempered - side.sampled) * to_go * ratio_of(side))
    return group_clip(batch, "token-mean", dual=3.0) + batch.mix("token-mean", terms)


def bapo(batch: Batch) -> Tensor:
    own = batch.of("policy")
    advantages = group_advantages(own, {side.index: whole_return(side, batch.discount) for side in own})

    def share(low: float, high: float) -> float:
        plus = minus = 0.0
        for side in own:
            for ratio, mask in zip(stop(ratio_of(side)).tolist(), side.mask.tolist()):
                advantage = advantages[side.index]
                if advantage >= 0 and ratio <= high:
                    plus += mask * ratio * advantage
                if advantage < 0 and ratio >= low:
                    minus -= mask * ratio * advantage
        return 1.0 if minus == 0 else plus / (plus + minus)

    low, high = 0.6, 1.2
    while share(low, high) < 0.5 and low < 0.9:
        low = min(low + 0.05, 0.9)
    while share(low, high) < 0.5 and high < 3:
        high = min(high + 0.05, 3)
    terms = []
    for side in own:
        add(terms, side, -clip_term(ratio_of(side), full(side, advantages[side.index]), 1 - low, high - 1, 3.0))
    return batch.mix("token-mean", terms)


def d3s(batch: Batch) -> Tensor:
    own = batch.of("policy")
    advantages = group_advantages(own, {side.index: whole_return(side, batch.discount) for side in own})
    share = 0.5 + 0.5 * batch.context["progress"] / 0.5
    kept: list[Side] = []
    for members in groups_of(own).values():
        size = math.ceil(share * len(members))
        if len({advantages[side.index] for side in members}) == 1:
            kept.extend(last_of_order(members, advantages, size))
            continue
        best = max(
            itertools.combinations(members, size),
            key=lambda chosen: std((advantages[side.index] for side in chosen), unbiased=False) if len(chosen) > 1 else 0.0,
        )
        kept.extend(best)
    kept.sort(key=lambda side: side.index)
    worth = [
        (abs(advantages[side.index]) * entropy, side.index, token)
        for side in kept
        for token, entropy in enumerate(side.entropy_then.tolist())
        if side.mask[token] == 1
    ]
    best_tokens = {(index, token) for _, index, token in sorted(worth, key=lambda w: (-w[0], w[1], w[2]))[: math.ceil(share * len(worth))]}
    terms = []
    for side in kept:
        chosen = torch.tensor([1.0 if (side.index, token) in best_tokens else 0.0 for token in range(len(side.turn))])
        add(terms, side, -clip_term(ratio_of(side), full(side, advantages[side.index])), side.mask * chosen)
    return batch.mix("token-mean", terms)


def last_of_order(members: list[Side], advantages: dict[int, float], size: int) -> list[Side]:
    """All alike: any subset varies as little; the lab takes the last ones of the sorted order."""
    order = sorted(members, key=lambda side: advantages[side.index])
    return order[len(order) - size :]


def igpo(batch: Batch) -> Tensor:
    def gains(side: Side) -> list[float]:
        later = side.beliefs[1:]
        return [after - before for before, after in zip(side.beliefs, later)] + [side.rewards[-1]]

    own = with_rewards(batch.of("policy"), gains)
    to_go = {side.index: returns(side.rewards, batch.discount) for side in own}
    baselines = leave_one_out(own, {index: values[0] for index, values in to_go.items()})
    terms = []
    for side in own:
        spread = std(reward for other in own if other.group == side.group for reward in other.rewards)
        advantage = [(to_go[side.index][turn] - baselines[side.index]) / (spread + 1e-6) for turn in side.turn]
        add(terms, side, -clip_term(ratio_of(side), torch.tensor(advantage)))
    return batch.mix("sequence-mean", terms) + kl_loss(batch, "sequence-mean", "k3", 0.001)


def xrpo(batch: Batch) -> Tensor:
    own = batch.of("policy")
    advantages = group_advantages(own, {side.index: whole_return(side, batch.discount) for side in own})
    likelihood = {side.index: side.sampled[side.mask == 1].mean().item() for side in own}
    terms = []
    for side in own:
        a = advantages[side.index]
        if a > 0:
            level = mean(likelihood[other.index] for other in own if other.group == side.group)
            a = a + min(max(math.exp(level - likelihood[side.index]) - 1, 0.0), 0.5 * a)
        add(terms, side, -clip_term(ratio_of(side), full(side, a)))
    return batch.mix("sequence-mean", terms)


def arpo(batch: Batch) -> Tensor:
    own = batch.of("policy")
    advantages = group_advantages(own, {side.index: whole_return(side, batch.discount) for side in own})
    shared: dict[tuple[int, int], list[float]] = defaultdict(list)

    def key(side: Side, turn: int) -> tuple[int, int]:
        is_shared = side.fork is not None and turn < side.fork["sharedTurns"]
        return (side.fork["parent"] if is_shared else side.index, turn)

    for side in own:
        for turn in range(len(side.counts)):
            shared[key(side, turn)].append(advantages[side.index])
    terms = []
    for side in own:
        advantage = torch.tensor([mean(shared[key(side, turn)]) for turn in side.turn])
        add(terms, side, -clip_term(ratio_of(side), advantage))
    return batch.mix("sequence-mean", terms)


def polychromic(batch: Batch, size: int = 2) -> Tensor:
    own = batch.of("policy")
    advantages = {}
    for members in groups_of(own).values():
        sets = []
        for chosen in itertools.combinations(members, size):
            diversity = len({side.kind for side in chosen}) / size
            sets.append((chosen, mean(whole_return(side, batch.discount) for side in chosen) * diversity))
        for side in members:
            inside = [score for chosen, score in sets if side in chosen]
            outside = [score for chosen, score in sets if side not in chosen]
            advantages[side.index] = size * (mean(inside) - mean(outside)) if len(members) > size else 0.0
    terms = []
    for side in own:
        add(terms, side, -clip_term(ratio_of(side), full(side, advantages[side.index])))
    return batch.mix("sequence-mean", terms)


def copg(batch: Batch, beta: float = 0.1) -> Tensor:
    own = batch.of("policy")
    total = torch.zeros(())
    for members in groups_of(own).values():
        for one, other in itertools.combinations(members, 2):
            earned = whole_return(one, batch.discount) - whole_return(other, batch.discount)
            ratio = sum(sign * ((side.now["logProb"] - side.base) * side.mask).sum() for sign, side in ((1, one), (-1, other)))
            total = total + (-earned * ratio + beta / 2 * ratio**2) / (len(members) - 1)
    return total / len(own)


def shaped(x: Tensor) -> Tensor:
    return x / (x + 0.1)


def icpo(batch: Batch) -> Tensor:
    bonus = 0.5 * (1 - batch.context["progress"])
    accepted = [side for side in batch.of("guided") if side.outcome >= 0.5]
    accepted = with_rewards(accepted, lambda side: side.rewards[:-1] + [side.rewards[-1] + bonus])
    mixed = sorted(batch.of("policy") + accepted, key=lambda side: side.index)
    advantages = group_advantages(mixed, {side.index: whole_return(side, batch.discount) for side in mixed})
    terms = []
    for side in mixed:
        a = full(side, advantages[side.index])
        add(terms, side, -(clip_term(ratio_of(side), a) if side.source == "policy" else shaped(ratio_of(side)) * a))
    return batch.mix("token-mean", terms)


def critique_grpo(batch: Batch) -> Tensor:
    mixed = batch.of("policy", "guided")
    advantages = group_advantages(mixed, {side.index: whole_return(side, batch.discount) for side in mixed})
    terms = []
    for side in mixed:
        a = full(side, advantages[side.index])
        guided = shaped(torch.exp(side.now["logProb"])) * a
        add(terms, side, -(clip_term(ratio_of(side), a) if side.source == "policy" else guided))
    return batch.mix("token-mean", terms)


def hpt(batch: Batch) -> Tensor:
    own = batch.of("policy")
    advantages = group_advantages(own, {side.index: whole_return(side, batch.discount) for side in own}, divide=False)
    terms = []
    for members in groups_of(batch.of("policy", "demonstration")).values():
        mine = [side for side in members if side.source == "policy"]
        shown = [side for side in members if side.source == "demonstration"]
        failing = shown and not any(side.outcome >= 0.5 for side in mine)
        for side in shown if failing else mine:
            if failing:
                add(terms, side, -side.now["logProb"])
            else:
                add(terms, side, -clip_term(ratio_of(side), full(side, advantages[side.index])))
    return batch.mix("token-mean", terms)


def sft(batch: Batch) -> Tensor:
    terms = []
    for side in batch.of("policy", "demonstration"):
        if side.source == "demonstration" or side.outcome >= 0.5:
            add(terms, side, -side.now["logProb"])
    return batch.mix("token-mean", terms)


def rapo(batch: Batch) -> Tensor:
    own = batch.of("policy")
    terms = []
    for members in groups_of(own).values():
        weights = torch.exp(torch.tensor([side.outcome for side in members]) - mean(side.outcome for side in members))
        weights = weights / weights.mean()
        for side, weight in zip(members, weights):
            add(terms, side, 0.01 * weight * side.now["klFromBase"])
    return group_clip(batch, "sequence-mean") + batch.mix("sequence-mean", terms)


def capo(batch: Batch) -> Tensor:
    own = batch.of("policy")
    advantages = group_advantages(own, {side.index: whole_return(side, batch.discount) for side in own})
    moves = [
        (abs(advantages[side.index]) * (1 - math.exp(log_prob)), side.index, token)
        for side in own
        for token, log_prob in enumerate(side.sampled.tolist())
        if side.mask[token] == 1
    ]
    limit = math.floor(0.08 * len(moves))
    rejected = {(i, t) for _, i, t in sorted((m for m in moves if m[0] > 1), key=lambda m: (-m[0], m[1], m[2]))[:limit]}
    terms = []
    for side in own:
        keep = torch.tensor([0.0 if (side.index, token) in rejected else 1.0 for token in range(len(side.turn))])
        add(terms, side, -clip_term(ratio_of(side), full(side, advantages[side.index])) * keep)
    return batch.mix("sequence-mean", terms)


def hapo(batch: Batch) -> Tensor:
    own = with_rewards(batch.of("policy"), lambda side: overlong(side, batch.limit, 0.4))
    scores = {side.index: whole_return(side, batch.discount) for side in own}
    kept = spread_only(own, batch.discount)
    logs = torch.cat([torch.log(side.entropy_then[side.mask == 1]) for side in kept])
    pivot = torch.quantile(logs, 0.8)
    top, bottom = (logs - pivot).max(), (pivot - logs).max()
    terms = []
    for side in kept:
        values = [scores[other.index] for other in own if other.group == side.group for _ in range(int(other.mask.sum()))]
        advantage = (scores[side.index] - mean(values)) / (std(values) + 1e-6)
        distance = torch.log(side.entropy_then) - pivot
        rank = torch.where(distance > 0, distance / top, distance / bottom) * side.mask
        low = torch.where(rank <= 0, 0.2 * (1 - rank), torch.full_like(rank, 0.2))
        high = torch.where(rank > 0, 0.2 * (1 + rank), torch.full_like(rank, 0.2))
        ratio = ratio_of(side)
        near = (stop(ratio) > 1 - low / 2) & (stop(ratio) < 1 + high / 2)
        plain, changed = full(side, advantage), full(side, advantage) * (1 + rank)
        a = torch.where(rank > 0, torch.where(near, plain, changed), torch.where(near, changed, plain))
        bounded = torch.minimum(torch.maximum(ratio, 1 - low), 1 + high)
        add(terms, side, -torch.minimum(ratio * a, bounded * a))
    return batch.mix("token-mean", terms)


def empo(batch: Batch) -> Tensor:
    own = batch.of("policy")

    def agreement(side: Side) -> list[float]:
        kinds = [other.kind for other in own if other.group == side.group]
        return [0.0] * (len(side.rewards) - 1) + [kinds.count(side.kind) / len(kinds)]

    twin = Batch(batch.context, with_rewards(own, agreement))
    return group_clip(twin, "sequence-mean")


PRESETS: dict[str, Callable[[Batch], Tensor]] = {
    "default": default, "epo": epo, "epo-entropy": epo_entropy, "reinforce": reinforce,
    "reinforce-plus-plus": reinforce_plus_plus, "rloo": rloo, "grpo": grpo, "dr-grpo": dr_grpo, "ppo": ppo, "gspo": gspo,
    "dapo": dapo, "riskpo": riskpo, "aepo": aepo, "bapo": bapo, "d3s": d3s, "igpo": igpo, "xrpo": xrpo, "arpo": arpo,
    "polychromic": polychromic, "copg": copg, "icpo": icpo, "hpt": hpt, "sft": sft, "t-ppo": t_ppo, "dcpo": dcpo,
    "rapo": rapo, "capo": capo, "hapo": hapo, "critique-grpo": critique_grpo, "empo": empo,
}  # fmt: skip


# ---- parts that no preset uses


def scored(batch: Batch, advantage: Callable[[Side], list[float]], how: str = "sequence-sum") -> Tensor:
    terms = []
    for side in batch.of("policy"):
        per_turn = advantage(side)
        add(terms, side, -torch.tensor([per_turn[turn] for turn in side.turn]) * side.now["logProb"])
    return batch.mix(how, terms)


def minus_baseline(batch: Batch, baseline: Callable[[Side], float]) -> Callable[[Side], list[float]]:
    return lambda side: [value - baseline(side) for value in returns(side.rewards, batch.discount)]


def seat_average(batch: Batch) -> Tensor:
    return scored(batch, minus_baseline(batch, lambda side: batch.context["memory"]["seatAverages"][side.seat]))


def batch_mean(batch: Batch) -> Tensor:
    own = batch.of("policy")
    level = {seat: mean(whole_return(side, batch.discount) for side in own if side.seat == seat) for seat in (0, 1)}
    return scored(batch, minus_baseline(batch, lambda side: level[side.seat]))


def value_head(batch: Batch) -> Tensor:
    def advantage(side: Side) -> list[float]:
        return [g - v for g, v in zip(returns(side.rewards, batch.discount), side.values)]

    return scored(batch, advantage)


def gae_head(batch: Batch) -> Tensor:
    return scored(batch, lambda side: gae(side.rewards, side.values, batch.discount, 0.8, 0.0))


def gae_linear(batch: Batch) -> Tensor:
    own = batch.of("policy")
    values = linear_values(own, batch.context, {side.index: whole_return(side, batch.discount) for side in own})
    return scored(batch, lambda side: gae(side.rewards, values[side.index], batch.discount, 0.8, 0.0))


def batch_max(batch: Batch) -> Tensor:
    own = batch.of("policy")
    largest = max(abs(value) for side in own for value in returns(side.rewards, batch.discount))
    return scored(batch, lambda side: [value / largest for value in returns(side.rewards, batch.discount)], "turn-mean")


def whitened_turns(batch: Batch) -> Tensor:
    rows = whiten({side.index: returns(side.rewards, batch.discount) for side in batch.of("policy")})
    return scored(batch, lambda side: rows[side.index], "turn-mean")


def cispo(batch: Batch) -> Tensor:
    own = batch.of("policy")
    advantages = group_advantages(own, {side.index: whole_return(side, batch.discount) for side in own})
    terms = []
    for side in own:
        weight = torch.clamp(stop(ratio_of(side)), 0.7, 1.3)
        add(terms, side, -weight * advantages[side.index] * side.now["logProb"])
    return batch.mix("token-mean", terms)


def turn_ratio(batch: Batch) -> Tensor:
    """A geometric-mean ratio and a clipped term per turn."""
    own = batch.of("policy")
    advantages = group_advantages(own, {side.index: whole_return(side, batch.discount) for side in own})
    total, turns = torch.zeros(()), 0
    for side in own:
        for turn in range(len(side.counts)):
            here = torch.tensor([1.0 if t == turn else 0.0 for t in side.turn]) * side.mask
            if here.sum() == 0:
                continue
            turns += 1
            ratio = torch.exp(((side.now["logProb"] - side.sampled) * here).sum() / here.sum())
            total = total - here.sum() * clip_term(ratio, torch.tensor(advantages[side.index]), 0.1, 0.15)
    return total / turns


def stale(batch: Batch, masked: bool) -> Tensor:
    own = batch.of("policy")
    advantages = group_advantages(own, {side.index: whole_return(side, batch.discount) for side in own})
    terms = []
    for side in own:
        factor = torch.exp(side.proximal - side.sampled)
        factor = torch.where((factor < 0.8) | (factor > 1.25), torch.zeros_like(factor), factor) if masked else torch.clamp(factor, max=1.1)
        add(terms, side, -factor * clip_term(ratio_of(side, side.proximal), full(side, advantages[side.index])))
    return batch.mix("token-mean", terms)


def ratio_mask(batch: Batch) -> Tensor:
    own = batch.of("policy")
    advantages = group_advantages(own, {side.index: whole_return(side, batch.discount) for side in own})
    terms = []
    for side in own:
        ratio = ratio_of(side)
        keep = ((stop(ratio) >= 0.75) & (stop(ratio) <= 1.3)).double()
        add(terms, side, -keep * ratio * advantages[side.index])
    return batch.mix("token-mean", terms)


def entropy_target(batch: Batch) -> Tensor:
    terms = []
    for side in batch.of("policy"):
        add(terms, side, -batch.context["memory"]["entropyCoefficient"] * side.now["entropy"])
    return reinforce(batch) + batch.mix("sequence-sum", terms)


def demonstration_kl(batch: Batch) -> Tensor:
    terms = []
    for side in batch.of("demonstration"):
        add(terms, side, -0.3 * side.now["logProb"])
    return reinforce(batch) + batch.mix("sequence-sum", terms)


def minimum_outcome(batch: Batch) -> Tensor:
    terms = []
    for side in batch.of("policy"):
        if side.outcome < 0.5:
            continue
        to_go = returns(side.rewards, batch.discount)
        add(terms, side, -torch.tensor([to_go[turn] / max(map(abs, to_go)) for turn in side.turn]) * side.now["logProb"])
    return batch.mix("turn-mean", terms)


PARTS: dict[str, Callable[[Batch], Tensor]] = {
    "baseline seat-average": seat_average,
    "baseline batch-mean": batch_mean,
    "baseline value-head": value_head,
    "gae of a value head": gae_head,
    "gae of the linear baseline": gae_linear,
    "scale batch-max": batch_max,
    "scale batch-whiten": whitened_turns,
    "stabiliser truncated-weight": cispo,
    "ratio per turn": turn_ratio,
    "staleness truncate": lambda batch: stale(batch, masked=False),
    "staleness mask": lambda batch: stale(batch, masked=True),
    "rejection by ratio": ratio_mask,
    "kl k1 in reward": lambda batch: rloo(batch),
    "kl k2 in loss": lambda batch: reinforce(batch) + kl_loss(batch, "sequence-sum", "k2", 0.2),
    "kl k1 weighted": lambda batch: reinforce(batch) + kl_loss(batch, "sequence-sum", "k1", 0.2, weighted=True),
    "kl k3 weighted": lambda batch: reinforce(batch) + kl_loss(batch, "sequence-sum", "k3", 0.2, weighted=True),
    "entropy target": entropy_target,
    "demonstration kl": demonstration_kl,
    "filter minimum-outcome": minimum_outcome,
}


# ---- writing


def golden(loss_of: Callable[[Batch], Tensor], record: dict) -> dict:
    sides = read_sides(record)
    loss = loss_of(Batch(record, sides))
    loss.backward()
    result: dict = {"loss": loss.item()}
    for name in STATISTICS:
        gradient = [value for side in sides for value in (torch.zeros_like(side.sampled) if side.now[name].grad is None else side.now[name].grad).tolist()]
        if any(gradient):
            result[name] = gradient
    return result


def formulas() -> dict:
    """Single formulas at single points, with autograd's slopes."""
    estimators = []
    for log_prob, base in ((-0.4, -1.3), (-2.1, -0.2), (-0.7, -0.7)):
        for name in ("k1", "k2", "k3"):
            for weighted in (False, True):
                x = torch.tensor(log_prob, requires_grad=True)
                value = {"k1": x - base, "k2": (base - x) ** 2 / 2, "k3": torch.exp(base - x) - 1 - (base - x)}[name]
                value = torch.exp(x - stop(x)) * value if weighted else value
                value.backward()
                estimators.append({"name": name, "isRatioWeighted": weighted, "logProb": log_prob, "base": base, "value": value.item(), "slope": x.grad.item()})
    clips = []
    for ratio, advantage in itertools.product((0.5, 0.9, 1.0, 1.15, 1.6, 4.0), (1.3, -0.7)):
        for low, high, dual in ((0.2, 0.2, None), (0.2, 0.28, None), (0.2, 0.2, 3.0)):
            x = torch.tensor(math.log(ratio), requires_grad=True)
            value = clip_term(torch.exp(x), torch.tensor(advantage), low, high, dual)
            value.backward()
            clips.append({"ratio": ratio, "advantage": advantage, "low": low, "high": high, "dual": dual, "value": value.item(), "slope": x.grad.item()})
    rewards, values = [0.2, -0.1, 0.0, 1.0], [0.5, 0.4, 0.7, 0.1]
    advantages = [
        {"discount": g, "lambda": lam, "after": after, "rewards": rewards, "values": values, "advantages": gae(rewards, values, g, lam, after)}
        for g, lam, after in ((0.9, 0.8, 0.0), (1.0, 1.0, 0.0), (0.95, 0.0, 0.3), (0.99, 0.95, 0.1))
    ]
    heads = []
    for clip_range in (None, 0.2):
        v = torch.tensor([0.1, 0.9, 0.4], requires_grad=True)
        old, target = torch.tensor([0.5, 0.6, 0.45]), torch.tensor([0.7, 0.2, 0.6])
        error = (v - target) ** 2
        if clip_range is not None:
            error = torch.maximum(error, (torch.clamp(v, old - clip_range, old + clip_range) - target) ** 2)
        loss = 0.5 * error.mean()
        loss.backward()
        heads.append({"clipRange": clip_range, "values": v.tolist(), "old": old.tolist(), "targets": target.tolist(), "loss": loss.item(), "gradient": v.grad.tolist()})
    students = [{"level": level, "degrees": degrees, "quantile": t_quantile(level, degrees)} for level in (0.9, 0.975) for degrees in (1, 2, 5, 30)]
    return {"estimators": estimators, "clips": clips, "gae": advantages, "valueLoss": heads, "students": students}


def t_quantile(level: float, degrees: int) -> float:
    """Bisection of a numerically integrated density: slow, and nothing like the lab's closed sums."""
    constant = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(degrees * math.pi)

    def mass(to: float, steps: int = 4000) -> float:
        h = to / steps
        density = lambda x: constant * (1 + x * x / degrees) ** (-(degrees + 1) / 2)  # noqa: E731
        return h / 3 * sum((1 if i in (0, steps) else 4 if i % 2 else 2) * density(i * h) for i in range(steps + 1))

    low, high = 0.0, 50.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if 0.5 + mass(middle) < level else (low, middle)
    return (low + high) / 2


def write_objective() -> None:
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        write_files(random_episodes())
    finally:
        torch.set_default_dtype(before)


def write_files(record: dict) -> None:
    (FIXTURES / "objective-episodes.json").write_text(json.dumps(record) + "\n")
    goldens = {
        "presets": {name: golden(loss_of, record) for name, loss_of in PRESETS.items()},
        "parts": {name: golden(loss_of, record) for name, loss_of in PARTS.items()},
        "formulas": formulas(),
    }
    (FIXTURES / "objective.json").write_text(json.dumps(goldens) + "\n")


if __name__ == "__main__":
    write_objective()
    for name in ("objective-episodes.json", "objective.json"):
        print(name, (FIXTURES / name).stat().st_size, "bytes")
