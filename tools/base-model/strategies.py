"""What each strategy means: the share it asks for, and whether an utterance carried it out."""

from __future__ import annotations

from game import KINDS, Triple, complement
from language import Act, Strategy

TALK = {"ask", "tell", "deny"}
ANSWERS = {"accept", "reject"}


def even_split(counts: Triple, values: Triple) -> Triple:
    """Half of each kind; odd units go to me and to them in turn, starting with what I value most."""
    share = [count // 2 for count in counts]
    mine_next = True
    for kind in sorted(range(KINDS), key=lambda kind: -values[kind]):
        if counts[kind] % 2:
            share[kind] += mine_next
            mine_next = not mine_next
    return tuple(share)


def target_share(
    strategy: Strategy, counts: Triple, values: Triple, proposal: Triple | None, offer: Triple | None
) -> Triple | tuple[()] | None:
    """
    The share this strategy asks for, `()` for a strategy that proposes nothing, None when it makes no sense now.

    :param proposal: my last proposal, as my share
    :param offer: the partner's standing offer, as my share
    """
    family, items = strategy
    if family in TALK:
        return ()
    if family in ANSWERS:
        return () if offer is not None else None
    if family == "all":
        return counts
    if family == "even":
        return even_split(counts, values)
    if family == "hold":
        return proposal
    if family in ("keepOne", "keepTwo"):
        return tuple(count if kind in items else 0 for kind, count in enumerate(counts))
    if family == "keepOneSplitRest":
        return tuple(count if kind in items else count // 2 for kind, count in enumerate(counts))
    if family == "concede":
        if proposal is None or proposal[items[0]] == 0:
            return None
        return tuple(amount - (kind == items[0]) for kind, amount in enumerate(proposal))
    if family == "give":
        start = proposal if proposal is not None else counts
        if start[items[0]] == 0:
            return None
        return tuple(0 if kind == items[0] else amount for kind, amount in enumerate(start))
    if family == "trade":
        given, wanted = items
        start = proposal if proposal is not None else offer
        if start is None or start[given] == 0 or start[wanted] == counts[wanted]:
            return None
        return tuple(
            0 if kind == given else counts[kind] if kind == wanted else amount for kind, amount in enumerate(start)
        )
    raise ValueError(f"no meaning for the strategy family {family}")


def adheres(
    strategy: Strategy | None, act: Act, counts: Triple, values: Triple, proposal: Triple | None, offer: Triple | None
) -> bool | None:
    """Whether `act` carries out `strategy`; None when the strategy is unreadable or does not apply."""
    if strategy is None:
        return None
    target = target_share(strategy, counts, values, proposal, offer)
    if target is None:
        return None
    family, items = strategy
    kind_of_act, argument = act
    if target == ():
        return kind_of_act == family and (not items or argument == items[0])
    if kind_of_act != "propose":
        return False
    if family == "even":
        return all(abs(2 * amount - count) <= 1 for amount, count in zip(argument, counts))
    return argument == target


def as_my_share(counts: Triple, partner_proposal: Triple | None) -> Triple | None:
    """The partner's proposal (their share) seen from my side."""
    return None if partner_proposal is None else complement(counts, partner_proposal)
