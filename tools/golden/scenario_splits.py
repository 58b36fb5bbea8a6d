"""How many scenarios there are, and to which split some of them belong."""

from __future__ import annotations

import random
from collections import Counter

from scenarios import all_scenarios, canonical_key, split_of


def scenario_splits_record() -> dict:
    scenarios = all_scenarios()
    keys = {scenario: canonical_key(scenario) for scenario in scenarios}
    canonical = set(keys.values())
    assert (len(scenarios), len(canonical)) == (5793, 519)
    chosen = random.Random(0).sample(scenarios, 30)
    return {
        "ordered": len(scenarios),
        "canonical": len(canonical),
        "orderedBySplit": Counter(split_of(key) for key in keys.values()),
        # A set of strings has another order in every run, so its counts are sorted.
        "canonicalBySplit": dict(sorted(Counter(split_of(key) for key in canonical).items())),
        "examples": [
            {"counts": s.counts, "values": s.values, "canonicalKey": keys[s], "split": split_of(keys[s])} for s in chosen
        ],
    }
