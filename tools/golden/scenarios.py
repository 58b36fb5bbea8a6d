"""The scenarios of the item negotiation and their splits, written apart from the lab's own rules to check them.

Three kinds of items lie on the table (`counts`). Each seat has private integer values per unit, which sum to 10 over the
whole table.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

Triple = tuple[int, int, int]

KINDS = 3
TOTAL_VALUE = 10


class Scenario(NamedTuple):
    counts: Triple
    values: tuple[Triple, Triple]  # by seat


def worth(values: Triple, counts: Triple) -> int:
    return sum(value * count for value, count in zip(values, counts))


def all_scenarios() -> list[Scenario]:
    """Every valid ordered scenario: 5 to 7 items, each kind present, each valued by somebody, one by both."""
    scenarios = []
    for counts in itertools.product(range(1, 6), repeat=KINDS):
        if not 5 <= sum(counts) <= 7:
            continue
        vectors = [v for v in itertools.product(range(TOTAL_VALUE + 1), repeat=KINDS) if worth(v, counts) == TOTAL_VALUE]
        for first, second in itertools.product(vectors, repeat=2):
            pairs = list(zip(first, second))
            if all(a or b for a, b in pairs) and any(a and b for a, b in pairs):
                scenarios.append(Scenario(counts, (first, second)))
    return scenarios


def canonical_key(scenario: Scenario) -> str:
    """The smallest spelling `c0,c1,c2;a0,a1,a2;b0,b1,b2` over item orders and seat swap, as plain ASCII strings."""
    counts, (first, second) = scenario
    return min(
        ";".join(",".join(str(row[kind]) for kind in order) for row in rows)
        for order in itertools.permutations(range(KINDS))
        for rows in ((counts, first, second), (counts, second, first))
    )


def split_of(key: str) -> str:
    """Split of a canonical key: FNV-1a 32, MurmurHash3's finalizer, modulo 10: 0-5 train, 6-7 validation, 8-9 test."""
    h = 0x811C9DC5
    for byte in key.encode("ascii"):
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    h ^= h >> 16
    h = (h * 0x85EBCA6B) & 0xFFFFFFFF
    h ^= h >> 13
    h = (h * 0xC2B2AE35) & 0xFFFFFFFF
    h ^= h >> 16
    bucket = h % 10
    return "train" if bucket < 6 else "validation" if bucket < 8 else "test"
