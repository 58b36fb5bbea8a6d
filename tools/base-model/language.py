"""Reads `language.json`, the one home of every word, and turns acts into text and text into acts.

A *strategy* is `(family, items)`, for example `("trade", (0, 2))`. An *act* is what an utterance does:
`("propose", my share)`, `("accept", None)`, `("tell", item)`, ... or `("unreadable", None)`.
"""

from __future__ import annotations

import itertools
import json
import random
import re
from pathlib import Path

from game import KINDS, Triple, complement

REPOSITORY = Path(__file__).resolve().parents[2]
LANGUAGE = json.loads((REPOSITORY / "src/environment/negotiation/language.json").read_text())

SINGULAR = [item["singular"] for item in LANGUAGE["items"]]
PLURAL = [item["plural"] for item in LANGUAGE["items"]]
UTTERANCES = LANGUAGE["utterances"]
PROPOSALS = LANGUAGE["proposals"]
OPENERS = LANGUAGE["openers"]
OPENER_SHARE = 5 / 8  # of the utterances in the corpus

Strategy = tuple[str, tuple[int, ...]]
Act = tuple[str, object]


def _item_choices(family: str, arity: int) -> list[tuple[int, ...]]:
    """`keepTwo` means the same in both orders, so it is written in one; `trade` is directed."""
    pick = itertools.combinations if family == "keepTwo" else itertools.permutations
    return list(pick(range(KINDS), arity))


STRATEGIES: list[Strategy] = [
    (family, items)
    for family, entry in LANGUAGE["strategies"].items()
    for items in _item_choices(family, entry["arity"])
]


def _fill(template: str, items: tuple[int, ...]) -> str:
    words = {}
    if len(items) >= 1:
        words |= {"X": PLURAL[items[0]], "x": SINGULAR[items[0]]}
    if len(items) == 2:
        words |= {"Y": PLURAL[items[1]], "Z": PLURAL[KINDS - items[0] - items[1]]}
    return template.format(**words)


def render_strategy(strategy: Strategy, rng: random.Random) -> str:
    family, items = strategy
    return _fill(rng.choice(LANGUAGE["strategies"][family]["templates"]), items)


STRATEGY_OF_TEXT: dict[str, Strategy] = {
    _fill(template, items): (family, items)
    for family, items in STRATEGIES
    for template in LANGUAGE["strategies"][family]["templates"]
}


def list_items(share: Triple, counts: Triple) -> str:
    if sum(share) == 0:
        return "nothing"
    if share == counts:
        return "everything"
    return " and ".join(f"{n} {PLURAL[k] if n > 1 else SINGULAR[k]}" for k, n in enumerate(share) if n)


def render_utterance(strategy: Strategy, share: Triple | tuple, counts: Triple, rng: random.Random) -> str:
    """The words that carry out `strategy`. `share` is what a proposing strategy claims for the speaker."""
    family, items = strategy
    opener = rng.choice(OPENERS) + " " if rng.random() < OPENER_SHARE else ""
    if family in UTTERANCES:
        return opener + _fill(rng.choice(UTTERANCES[family]), items)
    mine, yours = list_items(share, counts), list_items(complement(counts, share), counts)
    return opener + rng.choice(PROPOSALS).format(me=mine, you=yours)


_ACT_OF_TEXT: dict[str, Act] = {}
for _family, _templates in UTTERANCES.items():
    for _template in _templates:
        if "{X}" in _template:
            _ACT_OF_TEXT |= {_fill(_template, (kind,)): (_family, kind) for kind in range(KINDS)}
        else:
            _ACT_OF_TEXT[_template] = (_family, None)

_AMOUNT = r"nothing|everything|\d+ \w+(?: and \d+ \w+)*"
_PROPOSAL_PATTERNS = [
    re.compile(
        re.escape(template)
        .replace(re.escape("{me}"), f"(?P<me>{_AMOUNT})")
        .replace(re.escape("{you}"), f"(?P<you>{_AMOUNT})")
    )
    for template in PROPOSALS
]
_KIND_OF_WORD = {word: kind for words in (SINGULAR, PLURAL) for kind, word in enumerate(words)}


def _parse_items(text: str, counts: Triple) -> Triple | None:
    """`2 hats and 1 book` as amounts per kind; None when a kind is unknown, repeated or exceeds the table."""
    if text == "nothing":
        return (0, 0, 0)
    if text == "everything":
        return counts
    share = [0] * KINDS
    for part in text.split(" and "):
        amount, word = part.split(" ")
        kind = _KIND_OF_WORD.get(word)
        if kind is None or share[kind] or int(amount) > counts[kind]:
            return None
        share[kind] = int(amount)
    return tuple(share)


def parse_utterance(text: str, counts: Triple) -> Act:
    opener, _, rest = text.partition(" ")
    if opener in OPENERS:
        text = rest
    if text in _ACT_OF_TEXT:
        return _ACT_OF_TEXT[text]
    for pattern in _PROPOSAL_PATTERNS:
        match = pattern.fullmatch(text)
        if not match:
            continue
        named = {who: _parse_items(part, counts) for who, part in match.groupdict().items()}
        if None in named.values():
            return ("unreadable", None)
        share = named["me"] if "me" in named else complement(counts, named["you"])
        if "you" in named and named["you"] != complement(counts, share):
            return ("unreadable", None)
        return ("propose", share)
    return ("unreadable", None)


def words() -> list[str]:
    """Every word that can be said, sorted, without the digits."""
    texts = [*STRATEGY_OF_TEXT, *_ACT_OF_TEXT, *OPENERS, *SINGULAR, *PLURAL, "nothing everything and none"]
    texts += [proposal.format(me="", you="") for proposal in PROPOSALS]
    return sorted({word for text in texts for word in text.split()})
