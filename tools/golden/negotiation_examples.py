"""Turns of rule-made dialogues with everything the language and the rules say about them; and tokenised texts."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from tokenizers import Tokenizer

sys.path.append(str(Path(__file__).resolve().parents[1] / "base-model"))

from game import all_scenarios, allocations, complement
from language import PROPOSALS, STRATEGIES, list_items, parse_utterance, render_strategy, render_utterance
from strategies import adheres, target_share
from tokenizer import board_text, view_text

UNREADABLE = [
    "everything for me and 1 hat for you",
    "2 hats for me",
    "i would like 9 books",
    "deal deal",
    "you get 1 hat and 1 hat",
    "",
]
TEXTS = [
    "<bos> book 2 3 hat 2 2 ball 3 0",
    "<s> 4 none 1 2 2 7",
    "Book HATS ball?",
    "  zal  zil\n</s><e>",
    "zal-zil, unknown-word 10 11 007",
    "<t> books and balls ? <e> <pad> <unk>",
    "<T> <Bos> naïve 2hats",
    "",
]


def negotiation_examples_record(examples: int = 150) -> dict:
    """Half of the utterances carry out the strategy of the example, the others a different one."""
    rng = random.Random(5)
    records = []
    while len(records) < examples:
        scenario = rng.choice(all_scenarios())
        seat = rng.randrange(2)
        counts, values = scenario.counts, scenario.values[seat]
        shares = [None, *allocations(counts)]
        proposal, offer = rng.choice(shares[rng.randrange(2) :]), rng.choice(shares[rng.randrange(2) :])
        strategy = rng.choice(STRATEGIES)
        spoken = strategy if rng.random() < 0.5 else rng.choice(STRATEGIES)
        target = target_share(strategy, counts, values, proposal, offer)
        spoken_share = target_share(spoken, counts, values, proposal, offer)
        if spoken_share is None:
            continue
        utterance = render_utterance(spoken, spoken_share, counts, rng)
        act = parse_utterance(utterance, counts)
        records.append(
            {
                "counts": counts,
                "values": values,
                "view": view_text(scenario, seat),
                "ownProposal": proposal,
                "offer": offer,
                "board": board_text(3, proposal, offer, values),
                "strategyText": render_strategy(strategy, rng),
                "family": strategy[0],
                "items": strategy[1],
                "isApplicable": target is not None,
                "targetShare": target or None,
                "utterance": utterance,
                "act": act[0],
                "share": act[1] if act[0] == "propose" else None,
                "item": act[1] if act[0] in ("tell", "deny") else None,
                "isFollowed": adheres(strategy, act, counts, values, proposal, offer),
            }
        )
    counts = (2, 2, 1)
    shares = [(2, 0, 1), (0, 2, 0), (2, 2, 1), (0, 0, 0)]
    proposals = [
        {"utterance": p.format(me=list_items(s, counts), you=list_items(complement(counts, s), counts)), "share": s}
        for p in PROPOSALS
        for s in shares
    ]
    for proposal in proposals:
        assert parse_utterance(proposal["utterance"], counts) == ("propose", proposal["share"])
    for text in UNREADABLE:
        assert parse_utterance(text, counts) == ("unreadable", None), text
    return {"ownTurnsLeft": 3, "examples": records, "counts": counts, "proposals": proposals, "unreadable": UNREADABLE}


def tokenized_texts(folder: Path) -> list[dict]:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return [{"text": text, "ids": tokenizer.encode(text, add_special_tokens=False).ids} for text in TEXTS]
